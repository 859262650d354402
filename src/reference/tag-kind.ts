import type { Reference } from './reference.ts'

/** Separates the parts of a tag, such as `v1.2.3-alpine_build`. Dots do not. */
const PART = /[-_]/

/** The most common form of a fixed tag. */
const PLAIN_VERSION = /^v?\d+\.\d+\.\d+$/

const FULL_VERSION = /^v?\d+\.\d+\.\d+/
const VERSION_LIKE = /^v?\d+(?:\.\d+)*/
const DATE = /(?:^|[-_.])\d{4}-\d{2}-\d{2}(?![0-9])/
const BUILD_NUMBER = /^\d{8,}$/

/** A git commit, also from `git describe` (`g1a2b3c4`). With at least one digit: `defaced` is a word. */
const COMMIT = /^g?(?=[a-f]*\d)[0-9a-f]{7,}$/

/** Channels whose tags move even with a full version: `1.4.0-SNAPSHOT`, `2.0.0-nightly`. */
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
 * Returns whether a reference is expected to name a different image in the future. Without a digest, the form of the tag
 * decides, by convention; in doubt it is `floating`.
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
  // The first version is that of the software: `1.27-alpine3.19.1` moves with 1.27.
  const version = parts.find((part) => VERSION_LIKE.test(part))
  return version !== undefined && FULL_VERSION.test(version)
}

/** The kind of a reference's tag; defined in `docs/config.md`. */
export type TagKind = 'digest' | 'latest' | 'untagged' | 'floating' | 'fixed'
