import { beforeAll, describe, expect, test } from 'vitest'
import type { VerifyDemand } from '../../src/verify/demand.ts'
import { publicGoodRoot } from '../../src/verify/trusted-root.ts'
import { bundleAt, DIGEST, demandIn, judged, layerAt } from '../support/judged.ts'
import {
  type KeylessLab,
  keylessLab,
  type LabEntry,
  simpleSigningOf,
  statementOf,
} from '../support/keyless-lab.ts'

const IDENTITY = {
  subject: 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1',
  issuer: 'https://token.actions.githubusercontent.com',
}
const SIGNED = `verified by ${IDENTITY.subject} of ${IDENTITY.issuer}`
const SBOM = 'https://spdx.dev/Document'
const NO_LOG = 'it has no entry of a transparency log, which is required (transparencyLog)'
const NO_TIME = (found: string): string =>
  `nothing proves when it was signed: wanted a timestamp, or a log entry with a signed time, found ${found}`

let lab: KeylessLab
beforeAll(async () => {
  lab = await keylessLab()
})

const demandOf = (more: Partial<VerifyDemand> = {}): VerifyDemand =>
  demandIn(lab, { identities: [IDENTITY], ...more })

type Row = readonly [entry: LabEntry | undefined, hasTimestamp: boolean, reason: string | undefined]

describe('a signature with a certificate', () => {
  test.each<Row>([
    ['hashedrekord', false, undefined],
    ['dsse', false, undefined],
    ['intoto', false, undefined],
    ['rekor2', true, undefined],
    ['hashedrekord', true, undefined],
    ['rekor2', false, NO_TIME('a log entry without one')],
    [undefined, true, NO_LOG],
    [undefined, false, NO_TIME('neither')],
  ])('in a bundle with entry %s and timestamp %s', async (entry, hasTimestamp, reason) => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry, hasTimestamp })
    expect(judged({ digest: DIGEST }, [bundleAt(bundle)], demandOf())).toEqual(
      reason === undefined
        ? [`${SIGNED}: bundle`]
        : ['invalid: a signature', `referrer: bundle with a signature: ${reason}`],
    )
  })

  test.each<Row>([
    ['hashedrekord', false, undefined],
    ['hashedrekord', true, undefined],
    [undefined, true, NO_LOG],
    [undefined, false, NO_TIME('neither')],
  ])('in a layer of .sig with entry %s and timestamp %s', async (entry, hasTimestamp, reason) => {
    const layer = await lab.signLayer(simpleSigningOf(DIGEST), { identity: IDENTITY, entry, hasTimestamp })
    expect(judged({ digest: DIGEST }, [layerAt('signature', layer)], demandOf())).toEqual(
      reason === undefined
        ? [`${SIGNED}: signature`]
        : ['invalid: a signature', `.sig: signature: ${reason}`],
    )
  })

  test.each<Row>([
    ['dsse', false, undefined],
    ['intoto', true, undefined],
    [undefined, true, NO_LOG],
  ])('in a layer of .att with entry %s and timestamp %s', async (entry, hasTimestamp, reason) => {
    const layer = await lab.attestLayer(statementOf([DIGEST], SBOM), {
      identity: IDENTITY,
      entry,
      hasTimestamp,
    })
    const demand = demandOf({ attestations: [{ type: SBOM }] })
    expect(judged({ digest: DIGEST }, [layerAt('attestation', layer)], demand)).toEqual(
      reason === undefined
        ? [`${SIGNED}: ${SBOM}`]
        : [`invalid: an attestation of type ${SBOM}`, `.att: attestation of type ${SBOM}: ${reason}`],
    )
  })

  test('needs no log where the demand says so, but a time and a certificate log if the root has one', async () => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, hasTimestamp: true })
    const demand = demandOf({ transparencyLog: 'optional' })
    expect(judged({ digest: DIGEST }, [bundleAt(bundle)], demand)).toEqual([`${SIGNED}: bundle`])
  })

  test('of another deployment does not count', async () => {
    const other = await keylessLab()
    const bundle = await other.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse' })
    expect(judged({ digest: DIGEST }, [bundleAt(bundle)], demandOf())).toEqual([
      'invalid: a signature',
      'referrer: bundle with a signature: its certificate was not issued by a certificate authority of the trusted root: found issued by CN=sigstore, O=sigstore.mock',
    ])
  })

  test('of a deployment that the public root does not know says which root that is', async () => {
    const bundle = await lab.signPayload(statementOf([DIGEST]), { identity: IDENTITY, entry: 'dsse' })
    const demand = demandOf({ trustedRoot: publicGoodRoot() })
    const [, line = ''] = judged({ digest: DIGEST }, [bundleAt(bundle)], demand)
    expect(line.replace(/\d{4}-\d\d-\d\d/, 'DAY')).toBe(
      "referrer: bundle with a signature: its certificate was not issued by a certificate authority of sigstore's public root of DAY (without trustedRoot): found issued by CN=sigstore, O=sigstore.mock",
    )
  })
})
