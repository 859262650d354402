import { createHash } from 'node:crypto'
import { tryParseReference } from '../../reference/parse.ts'
import { repositoryName } from '../../reference/reference.ts'
import { type Candidate, candidateValue, type WantedImage } from './candidate.ts'
import { type Difference, findDifferences, type Rendered } from './rendered.ts'
import type { ValueChange } from './values-edit.ts'

/** A chart rendered with some of its values changed. */
export type Rendering =
  | { readonly kind: 'rendered'; readonly rendered: Rendered }
  | { readonly kind: 'failed'; readonly reason: string }

/** Renders the chart with values changed, in addition to those that are decided already. */
export type RenderWith = (changes: readonly ValueChange[]) => Promise<Rendering>

/** A place of the manifests that a candidate reaches. */
export interface Occurrence extends Difference {
  /** The image there that gets the candidate's digest; absent if the digest lands anywhere else than behind an image. */
  readonly image?: WantedImage | undefined
}

/** What rendering showed about a candidate. */
export interface Probed {
  readonly candidate: Candidate
  /** Empty if the value reaches nothing. */
  readonly occurrences: readonly Occurrence[]
  /** Why the chart cannot be rendered with the value. */
  readonly failure?: string | undefined
}

/**
 * Finds out what values do: each candidate gets a digest of its own, and the chart is rendered with all of them at once. If that
 * fails, halves of them are tried until those that fail are known.
 * @param base the chart without these changes
 */
export async function probeCandidates(
  candidates: readonly Candidate[],
  wanted: readonly WantedImage[],
  base: Rendered,
  render: RenderWith,
): Promise<Probed[]> {
  const first = await probeTogether(candidates, wanted, base, render)
  const again = first.flatMap((probed) => correct(probed, wanted) ?? [])
  if (again.length === 0) return first
  const second = await probeTogether(again, wanted, base, render)
  const byPath = new Map(second.map((probed) => [JSON.stringify(probed.candidate.path), probed]))
  return first.map((probed) => byPath.get(JSON.stringify(probed.candidate.path)) ?? probed)
}

async function probeTogether(
  candidates: readonly Candidate[],
  wanted: readonly WantedImage[],
  base: Rendered,
  render: RenderWith,
): Promise<Probed[]> {
  if (candidates.length === 0) return []
  const marked = candidates.map((candidate, i) => ({ candidate, mark: markOf(candidate, i) }))
  const changes = marked.map(({ candidate, mark }) => ({
    path: candidate.path,
    value: candidateValue(candidate, () => `sha256:${mark}`),
  }))
  const rendering = await render(changes)
  if (rendering.kind === 'failed') {
    const [only] = candidates
    if (candidates.length === 1 && only !== undefined) {
      return [{ candidate: only, occurrences: [], failure: rendering.reason }]
    }
    const middle = candidates.length >> 1
    return [
      ...(await probeTogether(candidates.slice(0, middle), wanted, base, render)),
      ...(await probeTogether(candidates.slice(middle), wanted, base, render)),
    ]
  }
  const differences = findDifferences(base, rendering.rendered)
  return marked.map(({ candidate, mark }) => ({
    candidate,
    occurrences: differences
      .filter(({ after }) => after?.includes(mark))
      .map((difference) => ({ ...difference, image: imageAt(difference, mark, wanted) })),
  }))
}

/** 64 hex digits that are in no chart. */
function markOf({ path }: Candidate, index: number): string {
  return createHash('sha256')
    .update(`pinpull ${index} ${JSON.stringify(path)}`)
    .digest('hex')
}

/** @returns the image that got the digest; undefined if the digest is anywhere else than behind a whole image */
function imageAt(
  { before, after }: Difference,
  mark: string,
  wanted: readonly WantedImage[],
): WantedImage | undefined {
  const text = referenceWith(after ?? '', mark)
  const reference = text === undefined ? undefined : tryParseReference(text)
  if (reference === undefined) return undefined
  return wanted.find(
    (one) =>
      before?.includes(one.text) &&
      repositoryName(one.reference) === repositoryName(reference) &&
      (reference.tag === undefined || reference.tag === one.reference.tag),
  )
}

/** No reference is longer, and a search in a text without spaces would take long. */
const MAX_REFERENCE = 1024

/** The part of a text that a digest belongs to. */
function referenceWith(text: string, mark: string): string | undefined {
  const at = text.indexOf(mark)
  const before = /[^\s"'`,;=(){}[\]<>|]*$/.exec(text.slice(Math.max(0, at - MAX_REFERENCE), at))?.[0] ?? ''
  const behind = /^[^\s"'`,;=(){}[\]<>|]*/.exec(text.slice(at, at + MAX_REFERENCE))?.[0] ?? ''
  return at < 0 ? undefined : `${before}${behind}`.replace(/^[a-z+-]+:\/\//, '')
}

/** A better form of a candidate whose first form gave something else than an image with a digest. */
function correct(
  { candidate, occurrences, failure }: Probed,
  wanted: readonly WantedImage[],
): Candidate | undefined {
  if (candidate.kind === 'digest') {
    const isDoubled = occurrences.some(({ after }) => /sha256:sha256:[a-f0-9]{64}/.test(after ?? ''))
    const isRefused = failure !== undefined && /sha/i.test(String(candidate.path.at(-1)))
    return isDoubled || isRefused ? { ...candidate, bare: true } : undefined
  }
  if (candidate.kind !== 'tag') return undefined
  for (const { image, before, after } of occurrences) {
    if (image !== undefined) continue
    // The name and the tag that the chart made of another tag: `quay.io/app:v` and `1.0`.
    const end = `${candidate.text}@sha256:`
    const at = after?.indexOf(end) ?? -1
    const made = /([^\s"'`,;=]+):([\w.-]*)$/.exec(after?.slice(Math.max(0, at - MAX_REFERENCE), at) ?? '')
    const target = wanted.find(
      ({ text }) => before?.includes(text) && made !== null && text.startsWith(`${made[1]}:`),
    )
    const tag = target?.reference.tag
    const prefix = made?.[2] ?? ''
    if (
      tag?.startsWith(prefix) &&
      tag.slice(prefix.length) !== candidate.text &&
      tag.length > prefix.length
    ) {
      return { ...candidate, text: tag.slice(prefix.length) }
    }
  }
  return undefined
}
