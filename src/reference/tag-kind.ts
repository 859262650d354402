import type { Reference } from './reference.ts'

/** Where one part of a tag ends and the next begins, as in `v1.2.3-alpine_build`. Dots stay within a part. */
const PART = /[-_]/

/** What most fixed tags are: nothing but a version. */
const PLAIN_VERSION = /^v?\d+\.\d+\.\d+$/

const FULL_VERSION = /^v?\d+\.\d+\.\d+/
const VERSION_LIKE = /^v?\d+(?:\.\d+)*/
const DATE = /(?:^|[-_.])\d{4}-\d{2}-\d{2}(?![0-9])/
const BUILD_NUMBER = /^\d{8,}$/

/** A git commit, also as `git describe` writes it (`g1a2b3c4`). One digit at least: `defaced` is a word. */
const COMMIT = /^g?(?=[a-f]*\d)[0-9a-f]{7,}$/

/** Channels that are published again and again under a full version: `1.4.0-SNAPSHOT`, `2.0.0-nightly`. */
const MOVING = new Set([
  'snapshot',
  'nightly',
  'latest',
  'edge',
  'dev',
  'main',
  'master',
  'canary',
  'unstable',
])

/**
 * Tells whether a reference is expected to name something else tomorrow (design, "Tags"). A digest settles it; else
 * the tag's form does, by convention, since a registry says nothing of a tag's future. In doubt it is `floating`.
 */
export function tagKindOf(reference: Reference): TagKind {
  const { tag, digest } = reference
  if (digest !== undefined) return 'digest'
  if (tag === undefined) return 'untagged'
  if (tag === 'latest') return 'latest'
  return isFixed(tag) ? 'fixed' : 'floating'
}

/** Whether the reference is untagged, `latest` or floating. */
export function isMutable(kind: TagKind): boolean {
  return kind === 'untagged' || kind === 'latest' || kind === 'floating'
}

function isFixed(tag: string): boolean {
  if (PLAIN_VERSION.test(tag)) return true
  const parts = tag.split(PART)
  const names = parts.flatMap((part) => part.split('.'))
  if (DATE.test(tag) || names.some((name) => BUILD_NUMBER.test(name) || COMMIT.test(name))) return true
  if (names.some((name) => MOVING.has(name.toLowerCase()))) return false
  // The first version in the tag is the software's own: `1.27-alpine3.19.1` follows 1.27 as it moves.
  const version = parts.find((part) => VERSION_LIKE.test(part))
  return version !== undefined && FULL_VERSION.test(version)
}

/** What a reference is, by its tag: `docs/config.md` defines each. */
export type TagKind = 'digest' | 'latest' | 'untagged' | 'floating' | 'fixed'
