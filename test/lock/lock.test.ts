import { describe, expect, test } from 'vitest'
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

/** What the file has now and what this run has read and makes of it: `b3` is a candidate b, seen on day 3. */
describe('what two runs have noted about one entry', () => {
  const noted = (text: string): LockEntry => {
    const [candidate] = text === '' ? [] : [text]
    const digest = `sha256:${candidate?.[0]?.repeat(64)}` as Digest
    return {
      ...entry('a1'),
      ...(candidate === undefined
        ? {}
        : { candidate: { digest, seenAt: `2026-11-0${candidate[1]}T00:00:00Z` } }),
    }
  }
  const text = ({ candidate }: LockEntry): string =>
    candidate === undefined ? '' : `${candidate.digest[7]}${candidate.seenAt[9]}`
  test.each([
    ['alone', '', '', 'b3', 'b3'],
    ['both the same: the earlier time', 'b2', '', 'b3', 'b2'],
    ['both the same: the earlier time', 'b4', '', 'b3', 'b3'],
    ['two candidates: the first to write wins', 'c4', '', 'b3', 'c4'],
    ['moved on', 'b3', 'b3', 'c4', 'c4'],
    ['dropped', 'b3', 'b3', '', ''],
    ['dropped here, and replaced there', 'c4', 'b3', '', 'c4'],
    ['dropped there, and replaced here', '', 'b3', 'c4', ''],
  ])('%s', (_, now, before, after, expected) => {
    const change = {
      added: [],
      updated: [],
      removed: [],
      noted: [{ before: noted(before), after: noted(after) }],
    }
    expect(applyChange([noted(now)], change).entries.map(text)).toEqual([expected])
  })

  const verified = (file: string) => ({ by: 'key', signer: file, bundle: entry('a1').digest }) as const
  const signed = (file: string): LockEntry =>
    file === '' ? entry('a1') : { ...entry('a1'), verified: verified(file) }
  test.each([
    ['alone', '', '', 'k', 'k'],
    ['both', 'l', '', 'k', 'k'],
    ['another run alone', 'l', '', '', 'l'],
    ['again', 'k', 'k', 'l', 'l'],
    ['gone', 'k', 'k', '', ''],
  ])('who had signed: %s', (_, now, before, after, expected) => {
    const change = {
      added: [],
      updated: [],
      removed: [],
      noted: [{ before: signed(before), after: signed(after) }],
    }
    const [merged] = applyChange([{ ...signed(now), candidate: noted('b3').candidate! }], change).entries
    expect(merged?.verified?.signer ?? '').toBe(expected)
    expect(text(merged!)).toBe('b3')
  })

  test('an entry that moved or went away meanwhile stays so', () => {
    const change = { added: [], updated: [], removed: [], noted: [{ before: noted(''), after: noted('b3') }] }
    expect(applyChange([entry('a2')], change)).toMatchObject({ entries: [entry('a2')], noted: [] })
    expect(applyChange([], change)).toMatchObject({ entries: [], noted: [] })
  })
})
