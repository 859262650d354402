import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { tryParseReference } from '../../reference/parse.ts'
import type { ImageEntry } from '../../report/report.ts'
import { formatPath } from '../../yaml/lookup.ts'
import type { NodeChange } from '../../yaml/nodes.ts'
import { positionAt } from '../../yaml/position.ts'
import type { Source } from '../../yaml/source.ts'
import { pinImage } from '../pinned-image.ts'
import type { EditSession, SourceImage } from '../source-edit.ts'
import { type OverrideImage, overrideText, planOverride } from './image-override.ts'
import type { LocatedOverride } from './kustomization.ts'

/** What is to be done with entries of `images`. */
export interface OverrideEdits {
  readonly changes: readonly NodeChange[]
  readonly images: readonly SourceImage[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Plans the changes of entries of `images`.
 * @param rendered the images that the source renders now; undefined if it was not rendered
 */
export async function editOverrides(
  overrides: readonly LocatedOverride[],
  source: Source,
  rendered: readonly ImageEntry[] | undefined,
  session: EditSession,
): Promise<OverrideEdits> {
  const edits = await Promise.all(overrides.map((one) => editOverride(one, source, rendered, session)))
  return {
    changes: edits.flatMap(({ changes }) => changes),
    images: edits.flatMap(({ images }) => images),
    diagnostics: edits.flatMap(({ diagnostics }) => diagnostics),
  }
}

async function editOverride(
  override: LocatedOverride,
  source: Source,
  rendered: readonly ImageEntry[] | undefined,
  session: EditSession,
): Promise<OverrideEdits> {
  const at = locationOf(override, source)
  const { image, name, writer } = override
  const wanted = overrideText(image)
  const shown = wanted ?? (image.kind === 'named' ? image.name : name)
  if (writer !== undefined) {
    return { ...NOTHING, images: [unchanged(at, shown, `written by ${writer}`)] }
  }
  const found = imageOf(image, rendered)
  if ('reason' in found) return left(at, shown, found.reason)
  const { text } = found
  if (rendered !== undefined && !rendered.some((entry) => entry.image === text))
    return left(at, text, NOT_IN_BUILD)
  const pinned = await pinImage(text, at, session)
  const { result, outcome, reason, diagnostics } = pinned
  if (result === text) {
    const image = {
      at,
      before: text,
      after: text,
      outcome: outcome === 'failed' ? 'not written' : 'unchanged',
      reason,
    } as const
    return { changes: [], images: [image], diagnostics }
  }
  const changes = planOverride(override, result, found.tag)
  if (changes === undefined) return left(at, text, 'its value is not in the entry itself', diagnostics)
  return { changes, images: [{ at, before: text, after: result, outcome: 'written' }], diagnostics }
}

const NOTHING: OverrideEdits = { changes: [], images: [], diagnostics: [] }

/** The image that an entry makes now, with the tag of the resources if it sets none; or why that is not known. */
function imageOf(
  image: OverrideImage,
  rendered: readonly ImageEntry[] | undefined,
): { readonly text: string; readonly tag?: string } | { readonly reason: string } {
  if (image.kind === 'invalid') return { reason: image.reason }
  const text = overrideText(image)
  if (text !== undefined) return { text }
  if (rendered === undefined) return { reason: 'its tag is that of the resources, which were not built' }
  const texts = new Set(
    rendered.flatMap((entry) => (nameOf(entry.image) === image.name ? [entry.image] : [])),
  )
  const [first, ...others] = texts
  if (first === undefined) return { reason: NOT_IN_BUILD }
  if (others.length > 0)
    return { reason: `the resources have it as ${[...texts].join(', ')}, and an entry sets one tag` }
  const tag = tryParseReference(first)?.tag
  return tag === undefined ? { reason: 'the resources have it without a tag' } : { text: first, tag }
}

const NOT_IN_BUILD = 'no image of the build has this name'

/** The name in an image, as kustomize separates it. */
export function nameOf(image: string): string {
  const at = image.indexOf('@')
  const named = at < 0 ? image : image.slice(0, at)
  const colon = named.lastIndexOf(':')
  return colon > named.lastIndexOf('/') ? named.slice(0, colon) : named
}

function unchanged(at: Location, image: string, reason: string): SourceImage {
  return { at, before: image, after: image, outcome: 'unchanged', reason }
}

function left(
  at: Location,
  image: string,
  reason: string,
  diagnostics: readonly Diagnostic[] = [],
): OverrideEdits {
  const advice = reason === NOT_IN_BUILD ? 'correct the name of the entry, or remove it' : ADVICE
  const args = { image, reason, advice }
  return {
    changes: [],
    images: [{ at, before: image, after: image, outcome: 'not written', reason }],
    diagnostics: [...diagnostics, { code: 'SOURCE_IMAGE_LEFT', severity: 'warning', args, at }],
  }
}

const ADVICE = 'give the entry a newTag, or pin what is rendered: kustomize build FOLDER | pinpull'

/** Where an entry is: its first line. */
function locationOf({ mapping, document, path }: LocatedOverride, source: Source): Location {
  return {
    ...(source.file === undefined ? {} : { file: source.file }),
    document: document.index + 1,
    ...positionAt(source, mapping.start),
    path: formatPath(path),
  }
}
