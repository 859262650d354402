import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import { PUBLIC_GOOD_ROOT } from '../../src/verify/public-good-root.ts'
import { parseTrustedRoot, publicGoodRoot } from '../../src/verify/trusted-root.ts'
import { der, extension, unsignedCertificate } from '../support/der.ts'
import { keylessLab, type LabBundle } from '../support/keyless-lab.ts'

const MEDIA_TYPE = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1'

let good: LabBundle
beforeAll(async () => {
  good = (await keylessLab()).trustedRoot
})

function problemOf(text: string): string | undefined {
  const root = parseTrustedRoot(Buffer.from(text))
  return 'problem' in root ? root.problem : undefined
}

describe('a trusted root', () => {
  type Change = (root: LabBundle) => void
  const first =
    (list: string, change: Change): Change =>
    (root) =>
      change(root[list][0])

  test.each<[string, Change, string | undefined]>([
    ['as it should be', () => {}, undefined],
    ['without logs', (root) => delete root.ctlogs, undefined],
    [
      'with periods that are null',
      first('tlogs', (log) => (log.publicKey.validFor = null)),
      'tlogs[0].publicKey.validFor has no start: from when on it is trusted is unknown',
    ],
    [
      'a log without a period',
      first('tlogs', (log) => delete log.publicKey.validFor),
      'tlogs[0].publicKey.validFor has no start: from when on it is trusted is unknown',
    ],
    [
      'a log without a start',
      first('ctlogs', (log) => (log.publicKey.validFor = { end: '2030-01-01T00:00:00Z' })),
      'ctlogs[0].publicKey.validFor has no start: from when on it is trusted is unknown',
    ],
    [
      'an authority without a period',
      first('certificateAuthorities', (one) => delete one.validFor),
      'certificateAuthorities[0].validFor has no start: from when on it is trusted is unknown',
    ],
    [
      'a timestamp authority without a start',
      first('timestampAuthorities', (one) => (one.validFor = {})),
      'timestampAuthorities[0].validFor has no start: from when on it is trusted is unknown',
    ],
    [
      'a time that is none',
      first('tlogs', (log) => (log.publicKey.validFor.start = 'yesterday')),
      'tlogs[0].publicKey.validFor.start is not a time in RFC 3339',
    ],
    [
      'a day that is none',
      first('tlogs', (log) => (log.publicKey.validFor.start = '2025-13-01T00:00:00Z')),
      'tlogs[0].publicKey.validFor.start is not a time in RFC 3339',
    ],
    [
      'an end before the start',
      first('tlogs', (log) => (log.publicKey.validFor.end = '1999-01-01T00:00:00Z')),
      'tlogs[0].publicKey.validFor ends before it starts',
    ],
    ['a log without an address', first('tlogs', (log) => delete log.baseUrl), 'tlogs[0] has no baseUrl'],
    ['a log without a key', first('tlogs', (log) => delete log.publicKey), 'tlogs[0] has no publicKey'],
    [
      'a log with a key that is none',
      first('tlogs', (log) => (log.publicKey.rawBytes = 'AAAA')),
      'tlogs[0].publicKey.rawBytes is not a public key',
    ],
    [
      'a log with a key that is not base64',
      first('tlogs', (log) => (log.publicKey.rawBytes = '%')),
      'tlogs[0].publicKey.rawBytes is missing or not base64',
    ],
    ['a log without an id', first('tlogs', (log) => delete log.logId), 'tlogs[0] has no logId'],
    [
      'a log with an empty id',
      first('tlogs', (log) => (log.logId.keyId = '')),
      'tlogs[0].logId.keyId is missing or not base64',
    ],
    [
      'an authority without certificates',
      first('certificateAuthorities', (one) => (one.certChain.certificates = [])),
      'certificateAuthorities[0].certChain has no certificates',
    ],
    [
      'an authority without a chain',
      first('certificateAuthorities', (one) => delete one.certChain),
      'certificateAuthorities[0].certChain has no certificates',
    ],
    [
      'a certificate that is none',
      first('certificateAuthorities', (one) => (one.certChain.certificates[0].rawBytes = 'MAA=')),
      'certificateAuthorities[0].certChain.certificates[0] is not a certificate',
    ],
    [
      'an authority that may not issue certificates for every name',
      first('certificateAuthorities', (one) => {
        const limited = unsignedCertificate([extension('2.5.29.30', der(0x30), true)])
        one.certChain.certificates[0].rawBytes = limited.toString('base64')
      }),
      'certificateAuthorities[0].certChain.certificates[0] has a critical extension that is not understood: 2.5.29.30',
    ],
    ['a list that is none', (root) => (root.tlogs = {}), 'tlogs is not a list'],
    ['an entry that is none', (root) => (root.tlogs = [7]), 'tlogs[0] is not an object'],
    [
      'without a media type',
      (root) => delete root.mediaType,
      'its media type is not that of a trusted root: none',
    ],
    [
      'a bundle',
      (root) => (root.mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'),
      'its media type is not that of a trusted root: application/vnd.dev.sigstore.bundle.v0.3+json',
    ],
  ])('%s', (_, change, problem) => {
    const root = structuredClone(good)
    change(root)
    expect(problemOf(JSON.stringify(root))).toBe(problem)
  })

  test.each([
    ['', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
    [`{"mediaType":"${MEDIA_TYPE}","tlogs":[],"tlogs":[]}`, 'it has the key "tlogs" twice in one object'],
    [`${'['.repeat(200)}${']'.repeat(200)}`, 'it is nested more than 100 levels deep'],
    [' '.repeat(5_000_000), 'it has 5000000 bytes; 4194304 are read'],
  ])('%.20s', (text, problem) => {
    expect(problemOf(text)).toBe(problem)
  })

  test('beside another one is refused: gh attestation trusted-root writes one a line', () => {
    const line = JSON.stringify(good)
    expect(problemOf(`${line}\n${line}\n`)).toBe(
      'it has several trusted roots, one a line; save the one that is meant in a file',
    )
    expect(problemOf(`${JSON.stringify(good, undefined, 2)}\n`)).toBe(undefined)
  })

  test('that was cut off anywhere is refused', () => {
    const text = JSON.stringify(good)
    for (let end = 0; end < text.length; end += 97)
      expect(problemOf(text.slice(0, end))).toBe('it is not JSON')
  })
})

describe('the public-good root', () => {
  test("is the one that sigstore's own client carries; if not, take the new one and its date", () => {
    const require = createRequire(import.meta.url)
    const seeds = JSON.parse(readFileSync(require.resolve('@sigstore/tuf/seeds.json'), 'utf8'))
    const encoded: string = seeds['https://tuf-repo-cdn.sigstore.dev'].targets['trusted_root.json']
    expect(JSON.parse(PUBLIC_GOOD_ROOT.json)).toEqual(JSON.parse(Buffer.from(encoded, 'base64').toString()))
  })

  test('has two logs, two certificate logs, two authorities and a timestamp authority', () => {
    const { name, tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = publicGoodRoot()
    expect(name).toMatch(/^sigstore's public root of \d{4}-\d\d-\d\d \(without trustedRoot\)$/)
    expect(tlogs.map(({ baseURL }) => baseURL)).toEqual([
      'https://rekor.sigstore.dev',
      'https://log2025-1.rekor.sigstore.dev',
    ])
    expect([ctlogs.length, certificateAuthorities.length, timestampAuthorities.length]).toEqual([2, 2, 1])
  })
})
