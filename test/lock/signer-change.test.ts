import { expect, test } from 'vitest'
import type { VerifiedSigner } from '../../src/lock/lock.ts'
import { refusedChange } from '../../src/lock/signer-change.ts'
import type { Digest } from '../../src/reference/reference.ts'

const bundle = `sha256:${'0'.repeat(64)}` as Digest

/** `a` is signed by `a`; `a: sbom, test by b` has two attestations, one of them by `b`; `a logged` has a time. */
function verified(text: string): VerifiedSigner | undefined {
  if (text === 'nothing') return undefined
  const [, signer = '', logged, list] = /^(\w+)( logged)?(?:: (.*))?$/.exec(text) ?? []
  const attestations = list?.split(', ').map((one) => {
    const [type = '', by] = one.split(' by ')
    return { type, bundle, ...(by !== undefined && { signedBy: { by: 'key' as const, signer: by } }) }
  })
  const at = logged === undefined ? {} : { at: '2026-11-20T08:00:00Z' }
  return { by: 'key', signer, ...at, ...(attestations === undefined ? { bundle } : { attestations }) }
}

const SBOM = 'for its attestation of type sbom'
const TEST = 'for its attestation of type test'

test.each<[before: string, after: string, accepted: string, change: string]>([
  ['nothing', 'a', '', 'none'],
  ['a', 'a', '', 'none'],
  ['a', 'b', '', 'CHANGED from a to b'],
  ['a', 'b', 'b', 'none'],
  ['a', 'nothing', '', 'LOST of a: a signature'],
  ['a', 'nothing', 'b', 'LOST of a: a signature'],
  ['a', 'nothing', 'none', 'none'],
  ['a logged', 'a', '', 'LOST of a: an entry in a transparency log'],
  // Who takes over may sign without a log, as the rule allows.
  ['a logged', 'b', 'b', 'none'],
  ['a: sbom', 'a: sbom', '', 'none'],
  ['a: sbom', 'b: sbom', '', `CHANGED from a ${SBOM} to b`],
  ['a: sbom, test by b', 'a: sbom, test by b', '', 'none'],
  // The order in which a rule lists attestations is of no matter.
  ['a: sbom, test by b', 'b: test, sbom by a', '', 'none'],
  ['a: sbom, test by b', 'a: sbom, test', '', `CHANGED from b ${TEST} to a`],
  ['a: sbom, test by b', 'a: sbom, test by c', '', `CHANGED from b ${TEST} to c`],
  ['a: sbom, test by b', 'a: sbom, test by c', 'c', 'none'],
  ['a: sbom, test by b', 'c: sbom, test by d', 'c', `CHANGED from b ${TEST} to d`],
  ['a: sbom, test by b', 'a: sbom', '', 'LOST of a: an attestation of type test'],
  ['a: sbom, test by b', 'b: test', '', 'LOST of a: an attestation of type sbom'],
  // A new signer of one attestation does not excuse that another one is gone.
  ['a: sbom, test by b', 'c: sbom', 'c', 'LOST of a: an attestation of type test'],
  ['a: sbom, test by b', 'a: sbom', 'none', 'none'],
  // The rule demands something else now.
  ['a', 'a: sbom', '', 'none'],
  ['a', 'b: sbom', '', 'CHANGED from a to b'],
  ['a: sbom', 'a', '', 'LOST of a: an attestation of type sbom'],
])('from %s to %s, where %s may take over: %s', (before, after, accepted, expected) => {
  const change = refusedChange(verified(before), verified(after), (signer) =>
    signer === undefined ? accepted === 'none' : signer.signer === accepted,
  )
  const shown =
    change === undefined
      ? 'none'
      : change.kind === 'SIGNER_CHANGED'
        ? `CHANGED from ${change.before} to ${change.signer}`
        : `LOST of ${change.before}: ${change.lacks.join(' and ')}`
  expect(shown).toBe(expected)
})
