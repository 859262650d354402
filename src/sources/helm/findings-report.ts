import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../../yaml/lookup.ts'
import { positionAt } from '../../yaml/position.ts'
import { readSource } from '../../yaml/source.ts'
import type { SourceImage } from '../source-edit.ts'
import type { ChartSource } from './chart-source.ts'
import type { HelmFindings } from './helm-values.ts'
import { findWritePlace, type Layer } from './layers.ts'
import type { ChosenValue } from './search.ts'
import { formatSetOption } from './set-option.ts'

/** What was compared. */
export function subjectOf({ chart }: ChartSource, { unstable }: HelmFindings): string {
  if (unstable.length === 0) return chart
  return `${chart}, but for what changes with each rendering: ${unstable.join('; ')}`
}

/** Diagnostics about what the chart renders. Lines of a stream that nobody sees say nothing; copies of images have values of their own. */
export function manifestDiagnostics({ diagnostics }: HelmFindings, source: ChartSource): Diagnostic[] {
  return diagnostics
    .filter(({ code }) => code !== 'IMAGE_COPY_LEFT')
    .map(({ at = {}, ...diagnostic }) => ({ ...diagnostic, at: renderedPlace(at, source) }))
}

/**
 * Reports digests in the values of the chart itself. Values of an environment that set another tag are often elsewhere, where this run
 * does not see them, and they would still get the image of the digest.
 */
export function ownDigests({ chosen }: HelmFindings, layers: readonly Layer[]): Diagnostic[] {
  const paths = chosen
    .filter(
      ({ candidate, path }) => candidate.kind === 'digest' && findWritePlace(layers, path)?.layer.isChart,
    )
    .map(({ path }) => formatPath(path))
  const file = layers.find(({ isChart }) => isChart)?.file.path
  if (file === undefined || paths.length === 0) return []
  const shown = paths.length > SHOWN_PATHS ? [...paths.slice(0, SHOWN_PATHS), '…'] : paths
  return [
    { code: 'SOURCE_DIGEST_STAYS', severity: 'info', args: { file, paths: shown.join(', ') }, at: { file } },
  ]
}

const SHOWN_PATHS = 3

export function sourceImages(
  findings: HelmFindings,
  layers: readonly Layer[],
  source: ChartSource,
): SourceImage[] {
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

export function leftImages(findings: HelmFindings, { chart, values }: ChartSource): Diagnostic[] {
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
