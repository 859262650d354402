import { describe, expect, test } from 'vitest'
import { formatTime } from '../../src/lock/format.ts'
import type { LockEntry } from '../../src/lock/lock.ts'
import { type CoolDown, decideTag, type TagDecision } from '../../src/lock/moving-tag.ts'
import type { SignerChange } from '../../src/lock/signer-change.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Digest } from '../../src/reference/reference.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest

/** `A`: an index of two platforms, whose manifests are `1` and `2`; and others that a tag could name. */
const IMAGES: Readonly<Record<string, Pick<LockEntry, 'mediaType' | 'platforms'>>> = {
  a: image(INDEX, 'linux/amd64 1', 'linux/arm64 2'),
  b: image(INDEX, 'linux/amd64 3', 'linux/arm64/v8 4'),
  c: image(INDEX, 'linux/amd64 5', 'linux/arm64 6', 'linux/s390x 7'),
  d: image(INDEX, 'linux/amd64 8', 'linux/arm64 9'),
  // The same manifests as in `a`, in an index of the other family.
  e: image(LIST, 'linux/amd64 1', 'linux/arm64 2'),
  // One platform alone, in an index and as a manifest.
  f: image(INDEX, 'linux/amd64 3'),
  '0': image(MANIFEST, 'linux/amd64'),
}

function image(mediaType: string, ...manifests: readonly string[]) {
  const platforms = manifests.map((text) => {
    const [platform = '', letter] = text.split(' ')
    return { ...parsePlatform(platform)!, ...(letter === undefined ? {} : { digest: digest(letter) }) }
  })
  return { mediaType, platforms }
}

const START = Date.UTC(2026, 10, 1)
const DAY = 24 * 60 * 60 * 1000
const timeOf = (day: number): string => formatTime(START + day * DAY)

/** `b by x.pub at 3 with sbom`: b, signed by the key x.pub; a log has that at the beginning of day 3, and an attestation is there. */
function answer(text: string): LockEntry {
  const [letter = '', by = ''] = text.split(' by ')
  const [, signer = '', , day, , type] = /^(\S+)( at (\S+))?( with (\S+))?$/.exec(by) ?? []
  const bundle = digest('9')
  return {
    reference: 'docker.io/library/nginx:1.27',
    digest: digest(letter),
    ...IMAGES[letter]!,
    source: 'registry-1.docker.io',
    ...(signer !== '' && {
      verified: {
        ...(signer.endsWith('.pub')
          ? { by: 'key', signer }
          : { by: 'identity', signer, issuer: 'https://token.example.com' }),
        ...(day && { at: timeOf(Number(day)) }),
        ...(type === undefined ? { bundle } : { attestations: [{ type, bundle }] }),
      },
    }),
  }
}

const RULES: CoolDown = {
  now: START,
  minAge: 7 * DAY,
  minAgeNew: 'allow',
  isForced: false,
  isDenied: (one) => one === digest('d') || one === digest('5'),
  tolerates: () => false,
  acceptsSigner: () => false,
}

/** `day 3: waiting until day 10, a since day 0, candidate b since day 3`. */
function describeDecision(decision: TagDecision): string {
  const { entry } = decision
  const day = (time: string | number | undefined): string =>
    `day ${(new Date(time ?? Number.NaN).getTime() - START) / DAY}`
  const remarks = [...decision.losses, ...decision.remarks].map((one) => {
    switch (one.kind) {
      case 'dropped':
        return `dropped ${one.candidate.digest[7]}`
      case 'restless':
        return `restless ${one.changes}`
      case 'PLATFORM_LOST':
        return `lost ${one.platforms.join(' ')}`
      default:
        return one.kind
    }
  })
  return [
    decision.kind === 'waiting' ? `waiting until ${day(decision.until)}` : decision.kind,
    ...(decision.kind === 'denied' ? [`for ${decision.digest[7]}`] : []),
    ...(decision.kind === 'other-signer' ? [changeOf(decision.change)] : []),
    ...(entry === undefined ? [] : [`${entry.digest[7]} since ${day(entry.resolvedAt)}`]),
    ...(entry?.forced === true ? ['forced'] : []),
    ...(entry?.verified === undefined ? [] : [`by ${entry.verified.signer.split('/').at(-1)}`]),
    ...(entry?.candidate === undefined
      ? []
      : [`candidate ${entry.candidate.digest[7]} since ${day(entry.candidate.seenAt)}`]),
    ...remarks,
  ].join(', ')
}

function changeOf(change: SignerChange): string {
  return change.kind === 'SIGNER_LOST'
    ? `SIGNER_LOST: ${change.lacks.join(', ')}`
    : `SIGNER_CHANGED: ${change.before} to ${change.signer}`
}

type Step = readonly [day: number, tag: string, rules: Partial<CoolDown>, result: string]

/** Runs one after another; each reads what the one before has written. */
function run(steps: readonly Step[]): void {
  let entry: LockEntry | undefined
  for (const [day, tag, rules, expected] of steps) {
    const all = { ...RULES, ...rules, now: START + day * DAY }
    const decision: TagDecision =
      entry === undefined
        ? decideTag(entry, answer(tag), all)
        : decideTag(entry, tag === '404' ? undefined : answer(tag), all)
    expect(`day ${day}: ${describeDecision(decision)}`).toBe(`day ${day}: ${expected}`)
    entry = decision.entry
  }
}

describe('what becomes of a locked tag', () => {
  test.each<[string, readonly Step[]]>([
    ['first seen', [[0, 'a', {}, 'new, a since day 0']]],
    ['first seen, where that is denied', [[0, 'a', { minAgeNew: 'deny' }, 'unseen']]],
    [
      'first seen, where that is denied, and taken at once',
      [[0, 'a', { minAgeNew: 'deny', isForced: true }, 'new, a since day 0, forced']],
    ],
    [
      'unchanged',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [5, 'a', {}, 'kept, a since day 0'],
      ],
    ],
    [
      'moved, and waited',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [9, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [10, 'b', {}, 'taken, b since day 3'],
        [11, 'b', {}, 'kept, b since day 3'],
      ],
    ],
    [
      'without a cool-down',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', { minAge: 0 }, 'taken, b since day 3'],
      ],
    ],
    [
      'moved back',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [4, 'a', {}, 'kept, a since day 0, dropped b'],
        [11, 'b', {}, 'waiting until day 18, a since day 0, candidate b since day 11'],
      ],
    ],
    [
      'moved again: the first candidate has not waited for the second',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [
          9,
          'e',
          {},
          'waiting until day 16, a since day 0, candidate e since day 9, dropped b, same-manifests',
        ],
        [10, 'e', {}, 'waiting until day 16, a since day 0, candidate e since day 9, same-manifests'],
        [16, 'e', {}, 'taken, e since day 9, same-manifests'],
      ],
    ],
    [
      'a tag that never rests',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [1, 'b', {}, 'waiting until day 8, a since day 0, candidate b since day 1'],
        [
          2,
          'e',
          {},
          'waiting until day 9, a since day 0, candidate e since day 2, dropped b, same-manifests',
        ],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3, dropped e'],
        [
          4,
          'e',
          {},
          'waiting until day 11, a since day 0, candidate e since day 4, dropped b, restless 3, same-manifests',
        ],
        [11, 'e', {}, 'taken, e since day 4, restless 3, same-manifests'],
        [12, 'b', {}, 'waiting until day 19, e since day 4, candidate b since day 12'],
      ],
    ],
    [
      'a denied index',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'd', {}, 'denied, for d, a since day 0'],
      ],
    ],
    [
      'a denied manifest in an index, where another waited',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [10, 'c', { isForced: true }, 'denied, for 5, a since day 0, dropped b'],
      ],
    ],
    ['a denied digest that is new', [[0, 'd', {}, 'denied, for d']]],
    [
      'a tag that is gone',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [4, '404', {}, 'kept, a since day 0, candidate b since day 3'],
        [10, 'b', {}, 'taken, b since day 3'],
      ],
    ],
    [
      'a lost platform: said while it waits, and not taken then',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'f', {}, 'waiting until day 10, a since day 0, candidate f since day 3, lost linux/arm64'],
        [10, 'f', {}, 'lossy, a since day 0, candidate f since day 3, lost linux/arm64'],
        [10, 'f', { isForced: true }, 'lossy, a since day 0, candidate f since day 3, lost linux/arm64'],
        [10, 'f', { tolerates: () => true }, 'taken, f since day 3, lost linux/arm64'],
      ],
    ],
    [
      'an index that became a manifest',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, '0', {}, 'waiting until day 10, a since day 0, candidate 0 since day 3, INDEX_BECAME_MANIFEST'],
        [11, '0', {}, 'lossy, a since day 0, candidate 0 since day 3, INDEX_BECAME_MANIFEST'],
      ],
    ],
    [
      'a manifest that became an index',
      [
        [0, '0', {}, 'new, 0 since day 0'],
        [3, 'a', {}, 'waiting until day 10, 0 since day 0, candidate a since day 3, manifest-became-index'],
        [10, 'a', {}, 'taken, a since day 3, manifest-became-index'],
      ],
    ],
    [
      'taken at once, and later replaced in time',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', { isForced: true }, 'taken, b since day 3, forced'],
        [4, 'b', {}, 'kept, b since day 3, forced'],
        [5, 'a', {}, 'waiting until day 12, b since day 3, forced, candidate a since day 5'],
        [12, 'a', { isForced: true }, 'taken, a since day 5'],
      ],
    ],
    [
      'taken at once while it waited: its age is still that of when it was first seen',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [4, 'b', { isForced: true }, 'taken, b since day 3, forced'],
      ],
    ],
    [
      'a clock that is behind: never an age below zero, and no candidate that is older than the move',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [1, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [
          -900,
          'e',
          {},
          'waiting until day 7, a since day 0, candidate e since day 0, dropped b, same-manifests',
        ],
      ],
    ],
  ])('%s', (_, steps) => run(steps))

  const WEB = 'https://github.com/acme/web/.github/workflows/release.yml@refs'
  const accepts = (name: string | undefined): Partial<CoolDown> => ({
    acceptsSigner: (signer) => signer?.signer === name,
  })
  test.each<[string, readonly Step[]]>([
    [
      'case 13, a time that a log has: it counts from the first time that the digest is seen',
      [
        [0, 'a by x.pub at -20', {}, 'new, a since day 0, by x.pub'],
        [9, 'b by x.pub at 2', {}, 'taken, b since day 2, by x.pub'],
      ],
    ],
    [
      'case 13, a time that a log has: it waits for as long as is left',
      [
        [0, 'a by x.pub at -20', {}, 'new, a since day 0, by x.pub'],
        [9, 'b by x.pub at 4', {}, 'waiting until day 11, a since day 0, by x.pub, candidate b since day 4'],
        [10, 'b by x.pub at 4', {}, 'waiting until day 11, a since day 0, by x.pub, candidate b since day 4'],
        [11, 'b by x.pub at 4', {}, 'taken, b since day 4, by x.pub'],
      ],
    ],
    [
      'case 13, a later time, as by a clock that is ahead: when it was seen counts',
      [
        [0, 'a by x.pub at -20', {}, 'new, a since day 0, by x.pub'],
        [3, 'b by x.pub at 30', {}, 'waiting until day 10, a since day 0, by x.pub, candidate b since day 3'],
        [10, 'b by x.pub at 30', {}, 'taken, b since day 3, by x.pub'],
      ],
    ],
    [
      'case 13, a candidate that is signed later than it is seen, and one whose time becomes known later',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [3, 'b', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [4, 'b by x.pub at 3.5', {}, 'waiting until day 10, a since day 0, candidate b since day 3'],
        [5, 'b by x.pub at 1', {}, 'waiting until day 8, a since day 0, candidate b since day 1'],
      ],
    ],
    [
      'case 13, an old release that comes back is no older than what it replaces',
      [
        [0, 'a by x.pub at -1', {}, 'new, a since day 0, by x.pub'],
        [
          1,
          'b by x.pub at -300',
          {},
          'waiting until day 7, a since day 0, by x.pub, candidate b since day 0',
        ],
      ],
    ],
    [
      'case 13, a new image whose age a log has',
      [[0, 'a by x.pub at -7', { minAgeNew: 'deny' }, 'new, a since day 0, by x.pub']],
    ],
    ['case 13, a new image that is younger', [[0, 'a by x.pub at -6', { minAgeNew: 'deny' }, 'unseen']]],
    [
      'case 14, signed by somebody else: never, at whatever age, and not with --now',
      [
        [0, 'a by x.pub', {}, 'new, a since day 0, by x.pub'],
        [
          3,
          'b by y.pub',
          {},
          'other-signer, SIGNER_CHANGED: x.pub to y.pub, a since day 0, by x.pub, candidate b since day 3',
        ],
        [
          300,
          'b by y.pub',
          {},
          'other-signer, SIGNER_CHANGED: x.pub to y.pub, a since day 0, by x.pub, candidate b since day 3',
        ],
        [
          301,
          'b by y.pub',
          { isForced: true, minAge: 0, tolerates: () => true },
          'other-signer, SIGNER_CHANGED: x.pub to y.pub, a since day 0, by x.pub, candidate b since day 3',
        ],
        [
          301,
          'b by y.pub',
          accepts('z.pub'),
          'other-signer, SIGNER_CHANGED: x.pub to y.pub, a since day 0, by x.pub, candidate b since day 3',
        ],
        [301, 'b by y.pub', accepts('y.pub'), 'taken, b since day 3, by y.pub'],
      ],
    ],
    [
      'case 14, a signer who is accepted waits as any other',
      [
        [0, 'a by x.pub', {}, 'new, a since day 0, by x.pub'],
        [
          3,
          'b by y.pub',
          accepts('y.pub'),
          'waiting until day 10, a since day 0, by x.pub, candidate b since day 3',
        ],
      ],
    ],
    [
      'case 14, signed by nobody',
      [
        [0, 'a by x.pub', {}, 'new, a since day 0, by x.pub'],
        [
          3,
          'b',
          { isForced: true },
          'other-signer, SIGNER_LOST: a signature, a since day 0, by x.pub, candidate b since day 3',
        ],
        [
          10,
          'b',
          {},
          'other-signer, SIGNER_LOST: a signature, a since day 0, by x.pub, candidate b since day 3',
        ],
        [10, 'b', accepts(undefined), 'taken, b since day 3'],
      ],
    ],
    [
      'case 14, signed too late for a run: not lost',
      [
        [0, 'a by x.pub', {}, 'new, a since day 0, by x.pub'],
        [
          3,
          'b',
          {},
          'other-signer, SIGNER_LOST: a signature, a since day 0, by x.pub, candidate b since day 3',
        ],
        [10, 'b by x.pub at 3.1', {}, 'taken, b since day 3, by x.pub'],
      ],
    ],
    [
      'case 14, moved back meanwhile',
      [
        [0, 'a by x.pub', {}, 'new, a since day 0, by x.pub'],
        [
          3,
          'b by y.pub',
          {},
          'other-signer, SIGNER_CHANGED: x.pub to y.pub, a since day 0, by x.pub, candidate b since day 3',
        ],
        [4, 'a by x.pub', {}, 'kept, a since day 0, by x.pub, dropped b'],
      ],
    ],
    [
      'case 14, an attestation is lost, or the log',
      [
        [0, 'a by x.pub at 0 with sbom', {}, 'new, a since day 0, by x.pub'],
        [
          8,
          'b by x.pub at 0',
          {},
          'other-signer, SIGNER_LOST: an attestation of type sbom, a since day 0, by x.pub, candidate b since day 0',
        ],
        [
          8,
          'b by x.pub with sbom',
          {},
          'other-signer, SIGNER_LOST: an entry in a transparency log, a since day 0, by x.pub, candidate b since day 0',
        ],
      ],
    ],
    [
      'case 14, a key instead of an identity',
      [
        [0, `a by ${WEB}/tags/v1`, {}, 'new, a since day 0, by v1'],
        [
          8,
          'b by x.pub',
          {},
          `other-signer, SIGNER_CHANGED: ${WEB}/tags/v1 (https://token.example.com) to x.pub, a since day 0, by v1, candidate b since day 8`,
        ],
      ],
    ],
    [
      'case 14, another tag of the same workflow is the same signer',
      [
        [0, `a by ${WEB}/tags/v1`, {}, 'new, a since day 0, by v1'],
        [
          3,
          `b by ${WEB}/tags/web@2.0`,
          {},
          'waiting until day 10, a since day 0, by v1, candidate b since day 3',
        ],
        [10, `b by ${WEB}/tags/web@2.0`, {}, 'taken, b since day 3, by web@2.0'],
      ],
    ],
    ...[
      `${WEB}/heads/main`,
      `${WEB}/pull/7/merge`,
      `${WEB}/tag`,
      `${WEB.replace('acme', 'acme-evil')}/tags/v1`,
      `${WEB.replace('release', 'test')}/tags/v1`,
      `http${WEB.slice(5)}/tags/v1`,
    ].map((other): [string, readonly Step[]] => [
      `case 14, another signer: ${other}`,
      [
        [0, `a by ${WEB}/tags/v1`, {}, 'new, a since day 0, by v1'],
        [
          8,
          `b by ${other}`,
          {},
          `other-signer, SIGNER_CHANGED: ${WEB}/tags/v1 (https://token.example.com) to ${other} (https://token.example.com), a since day 0, by v1, candidate b since day 8`,
        ],
      ],
    ]),
    [
      'signed from some day on: nothing was lost',
      [
        [0, 'a', {}, 'new, a since day 0'],
        [1, 'a by x.pub', {}, 'kept, a since day 0, by x.pub'],
        [2, 'a', {}, 'kept, a since day 0, by x.pub'],
      ],
    ],
    [
      'denied, and signed by somebody else',
      [
        [0, 'a by x.pub', {}, 'new, a since day 0, by x.pub'],
        [3, 'd by y.pub', {}, 'denied, for d, a since day 0, by x.pub'],
      ],
    ],
  ])('%s', (_, steps) => run(steps))

  test('the entry of one platform may lose others, and an index that was not read loses nothing', () => {
    const old = { ...answer('a'), platforms: [{ os: 'linux', architecture: 'arm64' }] }
    const rules = { ...RULES, minAge: 0 }
    const amd64 = parsePlatform('linux/amd64')!
    expect(decideTag({ ...old, platform: amd64 }, answer('0'), rules)).toMatchObject({
      kind: 'taken',
      losses: [],
    })
    const { platforms: _, ...unread } = answer('b')
    expect(decideTag(old, unread, rules)).toMatchObject({ kind: 'taken', losses: [], remarks: [] })
    const { platforms: __, ...unknown } = answer('a')
    expect(decideTag(unknown, answer('f'), rules)).toMatchObject({ kind: 'taken', losses: [] })
  })

  test('Windows platforms are lost with their release, and not with its next build', () => {
    const windows = (version: string) => ({ os: 'windows', architecture: 'amd64', osVersion: version })
    const before = { ...answer('a'), platforms: [windows('10.0.20348.1'), windows('10.0.17763.9')] }
    const after = { ...answer('b'), platforms: [windows('10.0.20348.2')] }
    expect(decideTag(before, after, RULES).losses).toEqual([
      { kind: 'PLATFORM_LOST', platforms: ['windows(10.0.17763.9)/amd64'] },
    ])
  })
})
