import { tryParseReference } from '../../reference/parse.ts'
import { repositoryName } from '../../reference/reference.ts'
import type { ImageEntry } from '../../report/report.ts'
import type { WantedImage } from './candidate.ts'
import type { Rendering } from './probe.ts'
import { formatReferenceName, replaceReference } from './reference-text.ts'
import { type Difference, findDifferences, placeOf } from './rendered.ts'
import type { ChosenValue, Search, State } from './search.ts'
import type { ValueChange } from './values-edit.ts'

/** Places where Kubernetes allows no digest, or where another text is another object. */
const NEVER_AN_IMAGE =
  /(?:^|\.)(?:labels|matchLabels|selector|nodeSelector)(?:\.|\[|$)|(?:^|\.)(?:name|namespace)$/

/**
 * Whether a value differs only by the digests of images: behind each, the digest that it shall get, with the tag before it or without
 * one, as the chart writes them.
 * @param wanted the images that shall get digests
 */
export function isPlanned({ path, before, after }: Difference, wanted: readonly WantedImage[]): boolean {
  if (before === undefined || after === undefined || NEVER_AN_IMAGE.test(path)) return false
  let text = after
  for (const { text: image, reference, digest } of wanted) {
    const name = formatReferenceName(reference)
    const tagged = reference.tag === undefined ? name : `${name}:${reference.tag}`
    if (!before.includes(image)) continue
    for (const pinned of [`${tagged}@${digest}`, `${name}@${digest}`]) {
      text = replaceReference(text, pinned, image)
    }
  }
  return text === before
}

/** A difference in one line, for a message: `Deployment web, metadata.labels.version: 1.27 → 1.27@sha256:…`. */
export function formatDifference({ object, path, before, after }: Difference): string {
  const place = path === '' ? object : `${object}, ${path}`
  return `${place}: ${shorten(before)} → ${shorten(after)}`
}

const MAX_LENGTH = 80

function shorten(text: string | undefined): string {
  if (text === undefined) return '(nothing)'
  const line = text.replaceAll(/(sha256:[a-f0-9]{7})[a-f0-9]{57}/g, '$1…').replaceAll(/\s+/g, ' ')
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line
}

/** Whether rendering has shown that values give images their digests, and change nothing else. */
export type Proof =
  | { readonly kind: 'proved'; readonly state: State }
  | { readonly kind: 'refused'; readonly reason: string }

/** Renders the chart with the chosen values, and compares it with the chart as it was. */
export async function prove(
  changes: readonly ValueChange[],
  chosen: readonly ChosenValue[],
  search: Search,
): Promise<Proof> {
  return compareWithBase(await search.render(changes), chosen, search)
}

/** Compares a rendering with the chart as it was. */
export async function compareWithBase(
  rendering: Rendering,
  chosen: readonly ChosenValue[],
  { base, before, unstable, fieldsOf, all }: Search,
): Promise<Proof> {
  if (rendering.kind === 'failed') {
    return { kind: 'refused', reason: `the chart cannot be rendered with it: ${rendering.reason}` }
  }
  const unplanned = findDifferences(base, rendering.rendered).find(
    (difference) => !unstable.has(placeOf(difference)) && !isPlanned(difference, all),
  )
  if (unplanned !== undefined) {
    return { kind: 'refused', reason: `it also changes ${formatDifference(unplanned)}` }
  }
  const fields = await fieldsOf(rendering.rendered)
  const wrong =
    fields.length === before.length ? before.find((entry, i) => !isSameImage(entry, fields[i])) : fields[0]
  if (wrong !== undefined) return { kind: 'refused', reason: `it makes another image of ${wrong.image}` }
  return { kind: 'proved', state: { chosen, rendered: rendering.rendered, fields } }
}

/** Whether a field has its image still, or that image with the digest that it shall get. */
function isSameImage(before: ImageEntry, after: ImageEntry | undefined): boolean {
  if (after?.at.path !== before.at.path) return false
  if (after?.image === before.image) return true
  const one = tryParseReference(before.image)
  const other = after === undefined ? undefined : tryParseReference(after.image)
  if (one === undefined || other === undefined || repositoryName(one) !== repositoryName(other)) return false
  return other.digest === before.digest && (other.tag === undefined || other.tag === one.tag)
}
