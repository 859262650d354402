import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import type { ImageEntry } from '../../report/report.ts'
import { toJsonValue } from '../../yaml/json-value.ts'
import { formatPath } from '../../yaml/lookup.ts'
import type { FieldPath } from '../../yaml/nodes.ts'
import { positionAt } from '../../yaml/position.ts'
import { readSource } from '../../yaml/source.ts'
import type { ScratchFolder } from '../source-disk.ts'
import {
  type EditSession,
  NO_EDIT,
  type SourceEdit,
  type SourceFile,
  type SourceImage,
} from '../source-edit.ts'
import { ChartError, copyChart } from './chart-copy.ts'
import { type ChartRenderer, chartRenderer } from './chart-renderer.ts'
import { type HelmArguments, helmVersion } from './helm-program.ts'
import { findHelmValues, type HelmFindings } from './helm-values.ts'
import { editLayers, findWritePlace, type Layer } from './layers.ts'
import type { ChosenValue } from './search.ts'
import { formatSetOption } from './set-option.ts'
import { type ValuesPlace, valuesFile } from './values-place.ts'

/** A chart with the values that it is rendered with. */
export interface ChartSource {
  /** A folder, or an archive that `helm package` has made. */
  readonly chart: string
  readonly helm: HelmArguments
  /** The files with values, the weakest first. Those of the chart itself count as the first of all. */
  readonly values: readonly ValuesInput[]
  /**
   * What the chart's own values become in the same run, if an edit of them is planned already: together with it the images must be
   * the same. The values of `values` are those before.
   */
  readonly chartAfter?: Uint8Array | undefined
  /** Whether the command names the values or the chart: it is an error then if the chart cannot be rendered. */
  readonly isNamed: boolean
}

/** A file with values for a chart. */
export interface ValuesInput {
  readonly file: SourceFile
  /** Where in the file the values are; absent if the file has nothing else. */
  readonly place?: ValuesPlace | undefined
  /** Whether the file may be edited. */
  readonly isEdited: boolean
  /** Whether it is the chart's own `values.yaml`. */
  readonly isChart: boolean
}

/**
 * Pins the images of a chart in its values. The chart is rendered with `helm template` before and after; an edit that changes
 * anything but the digests of images is not made, and the reason is reported.
 * @returns the edit; a diagnostic in it is an error if the chart cannot be rendered
 */
export function editChartValues(source: ChartSource, session: EditSession): Promise<SourceEdit> {
  return session.disk.withFolder(async (folder) => {
    try {
      return await editIn(folder, source, session)
    } catch (error) {
      if (error instanceof ChartError)
        return failed(source, error.message, 'name a folder with a Chart.yaml, or a .tgz of helm package')
      throw error
    }
  })
}

const COPY = 'chart'

async function editIn(folder: ScratchFolder, source: ChartSource, session: EditSession): Promise<SourceEdit> {
  const copy = await copyChart(source.chart, session.disk, folder, COPY)
  const layers: Layer[] = []
  for (const { file, isEdited, isChart, place = valuesFile(file.path) } of source.values) {
    const open = place.open(file.bytes)
    if (open === undefined) {
      const reason = `${file.path} is not one YAML document with values`
      return failed(source, reason, 'correct it: helm lint shows where')
    }
    layers.push({ place, file, open, isEdited, isChart, mayAdd: true })
  }
  const rendererOf = (used: readonly Layer[]): ChartRenderer =>
    chartRenderer(copy, COPY, used, source.helm, folder, session)
  const renderer = rendererOf(layers)
  const own = copy.values === undefined ? undefined : valuesFile('values.yaml').open(copy.values)?.root
  const merged = await renderer.values()
  const pools = [...(merged === undefined ? [] : [merged]), ...(own === undefined ? [] : [toJsonValue(own)])]
  const find = (mayAdd: boolean): Promise<HelmFindings | { readonly failure: string }> =>
    findHelmValues(renderer, layers, pools, session, (path) => mayWrite(path, layers, mayAdd))
  let findings = await find(session.mayAdd)
  if ('failure' in findings) return failed(source, findings.failure, adviceFor(findings.failure, source))
  const { chartAfter } = source
  if (chartAfter !== undefined) {
    const after = rendererOf(layers.map((layer) => (layer.isChart ? withBytes(layer, chartAfter) : layer)))
    let proof = await findings.compare(await after.render(findings.chosen))
    if (proof.kind === 'refused' && !session.mayAdd) {
      // The chart's values get digests of other tags: this file needs its own.
      const added = await find(true)
      if (!('failure' in added)) findings = added
      proof = await findings.compare(await after.render(findings.chosen))
    }
    if (proof.kind === 'refused') return contradicted(source, proof.reason)
    if (!layers.some(({ isEdited }) => isEdited)) return NO_EDIT
    findings = { ...findings, fields: withFields(findings.fields, proof.state.fields) }
  }
  const edits = editLayers(layers, findings.chosen)
  const by = await helmVersion(session.run, `${folder.path}/home`)
  return {
    files: [...edits].map(([layer, own]) => ({ file: layer.file, edits: own })),
    images: sourceImages(findings, layers, source),
    proofs: edits.size === 0 ? [] : [{ kind: 'proved', subject: subjectOf(source, findings), by }],
    diagnostics: [...manifestDiagnostics(findings, source), ...leftImages(findings, source)],
  }
}

/** Whether a value may be written: mappings that a file lacks are inserted into the chart's own values, and elsewhere with `--add`. */
function mayWrite(path: FieldPath, layers: readonly Layer[], mayAdd: boolean): boolean {
  const place = findWritePlace(layers, path)
  if (place === undefined) return false
  const { layer, spot } = place
  return layer.isChart || mayAdd || spot.kind === 'set' || spot.path.length === 1
}

function withBytes(layer: Layer, bytes: Uint8Array): Layer {
  const open = layer.place.open(bytes)
  return open === undefined ? layer : { ...layer, open, file: { ...layer.file, bytes } }
}

function withFields(fields: HelmFindings['fields'], after: readonly ImageEntry[]): HelmFindings['fields'] {
  return fields.map((field, i) => ({ ...field, after: after[i] ?? field.after }))
}

/** Reports values that the chart's own values, as they are going to be, would give other images. */
function contradicted(source: ChartSource, reason: string): SourceEdit {
  const own = source.values.find(({ isChart }) => isChart)?.file.path ?? source.chart
  const file = source.values.at(-1)?.file.path ?? source.chart
  const args = {
    file,
    reason: `the change of ${own} would change more than its images: ${reason}`,
    advice: `pin ${file} together with ${own}, or set the digest in it by hand`,
  }
  return { ...NO_EDIT, diagnostics: [{ code: 'SOURCE_LEFT', severity: 'error', args, at: { file } }] }
}

/** What was compared. */
function subjectOf({ chart }: ChartSource, { unstable }: HelmFindings): string {
  if (unstable.length === 0) return chart
  return `${chart}, but for what changes with each rendering: ${unstable.join('; ')}`
}

/** Diagnostics about what the chart renders. Lines of a stream that nobody sees say nothing; copies of images have values of their own. */
function manifestDiagnostics({ diagnostics }: HelmFindings, source: ChartSource): Diagnostic[] {
  return diagnostics
    .filter(({ code }) => code !== 'IMAGE_COPY_LEFT')
    .map(({ at = {}, ...diagnostic }) => ({ ...diagnostic, at: renderedPlace(at, source) }))
}

/** Reports a chart that cannot be rendered. */
function failed(source: ChartSource, reason: string, advice: string): SourceEdit {
  const file = source.values.findLast(({ isEdited }) => isEdited)?.file.path ?? source.chart
  const diagnostic: Diagnostic = {
    code: 'SOURCE_LEFT',
    severity: source.isNamed ? 'error' : 'warning',
    args: { file, reason: `${source.chart} cannot be rendered: ${reason}`, advice },
    at: { file },
  }
  return { ...NO_EDIT, diagnostics: [diagnostic] }
}

function adviceFor(failure: string, { chart }: ChartSource): string {
  if (/Helm is not installed/.test(failure))
    return 'install Helm: no value is changed without rendering the chart'
  if (/missing in charts/.test(failure)) return `fetch its dependencies first: helm dependency build ${chart}`
  if (/kubeVersion/.test(failure)) return 'name the version of your cluster: --kube-version 1.34.0'
  return 'pass what helm template needs to render it, such as --values, --set and --kube-version'
}

function sourceImages(findings: HelmFindings, layers: readonly Layer[], source: ChartSource): SourceImage[] {
  return findings.fields.map(({ before, after }): SourceImage => {
    const isWritten = before.image !== after.image
    const chosen = isWritten ? chosenFor(findings.chosen, before.image) : undefined
    const left = isWritten || before.outcome !== 'pinned' ? undefined : reasonFor(findings, before.image)
    const reason = left?.reason ?? before.reason
    return {
      at: (chosen && locationOf(chosen, layers)) ?? renderedPlace(before.at, source),
      before: before.image,
      after: after.image,
      outcome: isWritten
        ? 'written'
        : left === undefined && before.outcome === 'kept'
          ? 'unchanged'
          : 'not written',
      ...(isWritten || reason === undefined ? {} : { reason }),
      ...(left?.instead === undefined ? {} : { instead: left.instead }),
    }
  })
}

/** A field of the manifests, without its line in a stream that nobody sees. */
function renderedPlace({ resource, container, path }: Location, { chart }: ChartSource): Location {
  return {
    file: chart,
    ...(resource && { resource }),
    ...(container && { container }),
    ...(path && { path }),
  }
}

function chosenFor(chosen: readonly ChosenValue[], image: string): ChosenValue | undefined {
  return chosen.find(({ images }) => images.some(({ text }) => text === image))
}

/** Where a value is in its file, or the mapping into which it is inserted. */
function locationOf({ path }: ChosenValue, layers: readonly Layer[]): Location | undefined {
  const place = findWritePlace(layers, path)
  if (place === undefined) return undefined
  const { layer, spot } = place
  const node = spot.kind === 'insert' ? spot.mapping : spot.node
  const file = layer.file.path
  if (node === undefined) return { file, path: formatPath(path) }
  const { start } = layer.open.mapEdit({ start: node.start, end: node.start, text: '' })
  return { file, ...positionAt(readSource(layer.file.bytes), start), path: formatPath(path) }
}

interface LeftImage {
  readonly reason: string
  readonly instead?: string | undefined
}

/** Why an image was not pinned, by the value that came closest. */
function reasonFor({ rejected, withheld, overriding }: HelmFindings, image: string): LeftImage {
  const option = overriding.find(({ images }) => images.some(({ text }) => text === image))
  if (option !== undefined) {
    const instead = `--set-string ${formatSetOption(option)}`
    return { reason: `an option of the command line sets ${formatPath(option.path)}, and no file`, instead }
  }
  const value = chosenFor(withheld, image)
  if (value !== undefined) {
    const instead = `--set-string ${formatSetOption(value)}`
    return { reason: `no file has ${formatPath(value.path)}, which makes it; --add inserts it`, instead }
  }
  const attempt = rejected.findLast(({ images }) => images.some(({ text }) => text === image))
  if (attempt === undefined) return { reason: 'no value of the chart makes it, or it cannot carry a digest' }
  return { reason: `${formatPath(attempt.candidate.path)} makes it, but ${attempt.reason}` }
}

function leftImages(findings: HelmFindings, { chart, values }: ChartSource): Diagnostic[] {
  const file = values.findLast(({ isEdited }) => isEdited)?.file.path ?? chart
  const seen = new Set<string>()
  return findings.fields.flatMap(({ before, after }) => {
    if (before.outcome !== 'pinned' || before.image !== after.image || seen.has(before.image)) return []
    seen.add(before.image)
    const { reason, instead } = reasonFor(findings, before.image)
    const advice =
      instead === undefined
        ? 'pin what the chart renders, with the post-renderer: helm upgrade … --post-renderer pinpull'
        : `pass it to Helm: ${instead}`
    const args = { image: before.image, reason, advice }
    return [{ code: 'SOURCE_IMAGE_LEFT', severity: 'warning', args, at: { file } } as const]
  })
}
