import { tryParseReference } from '../../reference/parse.ts'
import type { Reference } from '../../reference/reference.ts'
import type { JsonValue } from '../../yaml/json-value.ts'
import type { FieldPath } from '../../yaml/nodes.ts'
import { replaceReference } from './reference-text.ts'

/** An image that a chart renders to, and that shall get a digest. */
export interface WantedImage {
  /** As rendered. */
  readonly text: string
  readonly reference: Reference
  readonly digest: string
}

/** How a value carries a digest. */
export type CandidateKind =
  /** The value is the digest. */
  | 'digest'
  /** The digest is behind the tag: `1.27@sha256:…`. */
  | 'tag'
  /** The value is a whole reference, or a text that contains one. */
  | 'reference'

/** What to look for: values that are there, or keys to add beside the name of an image. */
export type CandidateGroup = CandidateKind | 'new digest' | 'new tag' | 'new version'

/** A value of a chart that may carry the digest of an image. Only rendering shows whether it does. */
export interface Candidate {
  readonly kind: CandidateKind
  readonly path: FieldPath
  /** The value without the digest: empty, a tag, or a text with the image. */
  readonly text: string
  /** The images within `text`; only for `reference`. */
  readonly references?: readonly string[] | undefined
  /** The images that the value probably makes, by its neighbours: for a message if the chart cannot be rendered. */
  readonly likely: readonly WantedImage[]
  /** Whether the digest is written without its algorithm. */
  readonly bare?: boolean | undefined
}

/**
 * The value that a candidate would get.
 * @param digestOf the digest to write, for an image if the candidate is a text with references
 */
export function candidateValue(
  { kind, text, references = [], bare }: Candidate,
  digestOf: (image?: string) => string,
): string {
  if (kind === 'digest') return bare === true ? digestOf().slice('sha256:'.length) : digestOf()
  if (kind === 'tag') return `${text}@${digestOf()}`
  return references.reduce(
    (all, image) => replaceReference(all, image, `${image.replace(DIGEST_SUFFIX, '')}@${digestOf(image)}`),
    text,
  )
}

const DIGEST_KEY = /digest|sha(?:256)?$/i
const DIGEST_SUFFIX = /@sha256:[a-f0-9]{64}$/
const TAG_KEY = /tag|version|release|ref$/i
const IMAGE_KEY = /image|repo|registry|hub|name|tag|version|ref|digest|sha/i
const MAX_DEPTH = 16

/**
 * Proposes values that may carry the digests of images. Keys and values only propose: what a value does is seen by rendering.
 * @param pools the values that the chart sees, as a whole or as single files have them
 * @param wanted images without a digest
 * @param kind which candidates to list; `new …` for keys that the mapping has in no pool
 */
export function findCandidates(
  pools: readonly JsonValue[],
  wanted: readonly WantedImage[],
  kind: CandidateGroup,
): Candidate[] {
  const found = new Map<string, Candidate>()
  const add = (candidate: Candidate): void => {
    const key = JSON.stringify(candidate.path)
    if (!found.has(key)) found.set(key, candidate)
  }
  for (const pool of pools) visit(pool, [], { wanted, kind, add })
  return [...found.values()]
}

interface Search {
  readonly wanted: readonly WantedImage[]
  readonly kind: CandidateGroup
  readonly add: (candidate: Candidate) => void
}

function visit(value: JsonValue, path: FieldPath, search: Search): void {
  if (value === null || typeof value !== 'object' || path.length > MAX_DEPTH) return
  const entries: [string | number, JsonValue][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value)
  const related = relatedImages(entries, search.wanted)
  for (const [key, child] of entries) {
    visit(child, [...path, key], search)
    const text = scalarText(child)
    if (text !== undefined) proposeValue(key, text, [...path, key], related, search)
  }
  if (!Array.isArray(value)) proposeKey(Object.keys(value), path, related, search)
}

function proposeKey(
  keys: readonly string[],
  path: FieldPath,
  related: readonly WantedImage[],
  { kind, add }: Search,
): void {
  const tag = related.find(({ reference }) => reference.tag !== undefined)?.reference.tag
  const hasTag = keys.some((key) => TAG_KEY.test(key) && !/policy/i.test(key))
  if (kind === 'new digest' && related.length > 0 && !keys.some((key) => DIGEST_KEY.test(key))) {
    add({ kind: 'digest', path: [...path, 'digest'], text: '', likely: related })
  } else if ((kind === 'new tag' || kind === 'new version') && tag !== undefined && !hasTag) {
    add({ kind: 'tag', path: [...path, kind.slice('new '.length)], text: tag, likely: related })
  }
}

function proposeValue(
  key: string | number,
  text: string,
  path: FieldPath,
  related: readonly WantedImage[],
  { wanted, kind, add }: Search,
): void {
  const name = String(key)
  if (kind === 'digest') {
    const isOld = text !== '' && wanted.some(({ reference }) => reference.digest?.endsWith(text))
    if (DIGEST_KEY.test(name) && (text === '' || isOld)) add({ kind, path, text: '', likely: related })
  } else if (kind === 'tag') {
    const tags = (related.length > 0 ? related : wanted).flatMap(({ reference }) => reference.tag ?? [])
    const tag = text.replace(DIGEST_SUFFIX, '')
    const isTag = tag !== '' && wanted.some(({ reference }) => sameTag(reference.tag, tag))
    if (isTag || (TAG_KEY.test(name) && /^\w[\w.-]{0,127}$/.test(tag)))
      add({ kind, path, text: tag, likely: related })
    else if (text === '' && TAG_KEY.test(name) && tags[0] !== undefined)
      add({ kind, path, text: tags[0], likely: related })
  } else if (kind === 'reference' && text.length > 2) {
    const images = wanted.filter((one) => text.includes(one.text))
    const shorter = images.length === 0 ? withoutRegistry(text, wanted) : undefined
    const references = shorter === undefined ? images.map((one) => one.text) : [text]
    const likely = shorter === undefined ? images : [shorter]
    if (likely.length > 0) add({ kind, path, text, references, likely })
  }
}

/** @returns the image, if a value is a reference that the chart puts a registry before */
function withoutRegistry(text: string, wanted: readonly WantedImage[]): WantedImage | undefined {
  return tryParseReference(text) === undefined
    ? undefined
    : wanted.find((one) => one.text.endsWith(`/${text}`))
}

function sameTag(tag: string | undefined, text: string): boolean {
  return tag !== undefined && (tag === text || tag === `v${text}`)
}

/** The images whose names contain a value of the mapping. */
function relatedImages(
  entries: readonly (readonly [string | number, JsonValue])[],
  wanted: readonly WantedImage[],
): WantedImage[] {
  const names = entries.flatMap(([key, value]) =>
    typeof value === 'string' && value.length > 1 && IMAGE_KEY.test(String(key))
      ? [value.replace(/^.*:\/\//, '')]
      : [],
  )
  return wanted.filter(({ text, reference }) => {
    const parts = `${reference.domain}/${reference.path}`.split('/')
    return names.some(
      (name) =>
        text.includes(`${name}:`) ||
        text.endsWith(name) ||
        parts.slice(1).includes(name) ||
        text.startsWith(`${name}/`),
    )
  })
}

function scalarText(value: JsonValue): string | undefined {
  if (value === null) return ''
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
