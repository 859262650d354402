import { expect, test } from 'vitest'
import { applyChange, type LockChange, type LockEntry } from '../../src/lock/lock.ts'
import type { Digest } from '../../src/reference/reference.ts'

/** `a1`: the image a, with a digest of ones. */
const entry = ([name = '', digit = '']: string): LockEntry => ({
  reference: `docker.io/library/${name}:1`,
  digest: `sha256:${digit.repeat(64)}` as Digest,
  mediaType: 'application/vnd.oci.image.index.v1+json',
})
const entries = (names: string): LockEntry[] => names.split(' ').filter(Boolean).map(entry)
const names = (list: readonly LockEntry[]): string =>
  list.map(({ reference, digest }) => `${reference[18]}${digest[7]}`).join(' ')

/** What another run has made of the file since this one has read it, and what this one wants to change. */
test.each<
  [now: string, change: { added?: string; updated?: string; removed?: string }, after: string, seen: string]
>([
  ['a1', { added: 'b1' }, 'a1 b1', '1 0 0'],
  ['a1 c1', { added: 'b1' }, 'a1 c1 b1', '1 0 0'],
  ['a1 b2', { added: 'b1' }, 'a1 b2', '0 0 0'],
  ['a1', { updated: 'a2' }, 'a2', '0 1 0'],
  ['a3', { updated: 'a2' }, 'a2', '0 1 0'],
  ['a2', { updated: 'a2' }, 'a2', '0 0 0'],
  ['', { updated: 'a2' }, 'a2', '0 1 0'],
  ['a1 b1', { removed: 'a1' }, 'b1', '0 0 1'],
  ['a1 b1 c1', { removed: 'a1' }, 'b1 c1', '0 0 1'],
  ['b1', { removed: 'a1' }, 'b1', '0 0 0'],
  ['', { added: 'a1' }, 'a1', '1 0 0'],
])('where "%s" is locked, %j gives "%s"', (now, { added = '', updated = '', removed = '' }, after, seen) => {
  const change: LockChange = {
    added: entries(added),
    updated: entries(updated).map((one) => ({ before: one, after: one })),
    removed: entries(removed),
  }
  const applied = applyChange(entries(now), change)
  const counts = [applied.added, applied.updated, applied.removed].map((list) => list.length).join(' ')
  expect([names(applied.entries), counts]).toEqual([after, seen])
})
