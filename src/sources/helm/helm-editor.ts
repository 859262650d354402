import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { ImageEntry } from '../../report/report.ts'
import { toJsonValue } from '../../yaml/json-value.ts'
import type { FieldPath } from '../../yaml/nodes.ts'
import type { ScratchFolder } from '../source-disk.ts'
import { type EditSession, NO_EDIT, type SourceEdit } from '../source-edit.ts'
import { ChartError, copyChart } from './chart-copy.ts'
import { type ChartRenderer, chartRenderer } from './chart-renderer.ts'
import type { ChartSource } from './chart-source.ts'
import { leftImages, manifestDiagnostics, ownDigests, sourceImages, subjectOf } from './findings-report.ts'
import { helmVersion } from './helm-program.ts'
import { findHelmValues, type HelmFindings } from './helm-values.ts'
import { editLayers, findWritePlace, type Layer } from './layers.ts'
import { formatSetOption, formatSetPath } from './set-option.ts'
import { editValues } from './values-edit.ts'
import { valuesFile, valuesInDocument } from './values-place.ts'

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
      if (error instanceof ChartError) return failed(source, error.message, error.advice)
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
  const parameterEdits = await editParameters(source, findings, renderer)
  findings = parameterEdits.findings
  const edits = editLayers(layers, findings.chosen)
  const by = await helmVersion(session.run, `${folder.path}/home`)
  return {
    files: [...[...edits].map(([layer, own]) => ({ file: layer.file, edits: own })), ...parameterEdits.files],
    images: sourceImages(findings, layers, source),
    proofs:
      edits.size + parameterEdits.files.length === 0
        ? []
        : [{ kind: 'proved', subject: subjectOf(source, findings), by }],
    diagnostics: [
      ...manifestDiagnostics(findings, source),
      ...leftImages(findings, source),
      ...ownDigests(findings, layers),
    ],
  }
}

/** Writes digests into parameters that set the values of images, if the chart then renders as it should. */
async function editParameters(
  { parameters }: ChartSource,
  findings: HelmFindings,
  renderer: ChartRenderer,
): Promise<{ readonly files: SourceEdit['files']; readonly findings: HelmFindings }> {
  const set = findings.overriding.filter(({ path }) => parameters?.paths.has(formatSetPath(path)))
  if (parameters === undefined || set.length === 0) return { files: [], findings }
  const options = set.flatMap((one) => ['--set-string', formatSetOption(one)])
  const proof = await findings.compare(await renderer.render(findings.chosen, options))
  const { file, document, paths } = parameters
  const open = valuesInDocument(file.path, document, []).open(file.bytes)
  if (proof.kind === 'refused' || open === undefined) return { files: [], findings }
  const changes = set.map(({ path, value }) => ({ path: paths.get(formatSetPath(path)) as FieldPath, value }))
  const fields = withFields(findings.fields, proof.state.fields)
  return { files: [{ file, edits: editValues(open, changes) }], findings: { ...findings, fields } }
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
