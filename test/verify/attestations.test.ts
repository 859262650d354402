import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RequiredAttestation } from '../../src/config/verify-settings.ts'
import type { Digest } from '../../src/reference/reference.ts'
import type { VerifyDemand } from '../../src/verify/demand.ts'
import { readProvenance, repositoryOf } from '../../src/verify/objects/provenance.ts'
import { verifyAttachments } from '../../src/verify/verify-attachments.ts'
import { bundleAt, DIGEST, demandIn, judged, layerAt, publicKeyOf, SUBJECT } from '../support/judged.ts'
import { type KeylessLab, keylessLab, simpleSigningOf, statementOf } from '../support/keyless-lab.ts'

const OTHER = `sha256:${'b'.repeat(64)}` as Digest
const INDEX = `sha256:${'c'.repeat(64)}` as Digest

const SIGN = 'https://sigstore.dev/cosign/sign/v1'
const V1 = 'https://slsa.dev/provenance/v1'
const V02 = 'https://slsa.dev/provenance/v0.2'
const VSA = 'https://slsa.dev/verification_summary/v1'
const SBOM = 'https://spdx.dev/Document'
const BUILDER = 'https://github.com/actions/runner/github-hosted'

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

let lab: KeylessLab
beforeAll(async () => {
  lab = await keylessLab()
})

const demandOf = (...attestations: readonly RequiredAttestation[]): VerifyDemand =>
  demandIn(lab, { keys: [publicKeyOf('base.pub', key)], attestations, transparencyLog: 'optional' })
const attest = async (type: string, predicate: unknown = {}, by = key) =>
  bundleAt(await lab.signPayload(statementOf([DIGEST], type, predicate), { key: by }), `referrer ${type}`)

const provenanceV1 = (repository: string, builder: string = BUILDER): object => ({
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: {
      workflow: { ref: 'refs/tags/v1', repository, path: '.github/workflows/release.yml' },
    },
    resolvedDependencies: [{ uri: `git+${repository}@refs/tags/v1`, digest: { gitCommit: '0'.repeat(40) } }],
  },
  runDetails: { builder: { id: builder } },
})
const provenanceV02 = (uri: string, builder: string = BUILDER): object => ({
  builder: { id: builder },
  invocation: { configSource: { uri, digest: { sha1: '0'.repeat(40) } } },
})

describe('a signature is demanded', () => {
  test('an attestation is none, and says what it is', async () => {
    expect(judged(SUBJECT, [await attest(V1), await attest(SBOM)], demandOf())).toEqual([
      'missing: a signature',
      `referrer ${V1}: bundle with an attestation of type ${V1}: it is not a signature`,
      `referrer ${SBOM}: bundle with an attestation of type ${SBOM}: it is not a signature`,
    ])
  })

  test('nothing is attached', () => {
    expect(judged(SUBJECT, [], demandOf())).toEqual(['missing: a signature'])
  })

  test('one that is right among others suffices', async () => {
    const list = [await attest(V1), await attest(SIGN, {}, stranger), await attest(SIGN)]
    expect(judged(SUBJECT, list, demandOf())).toEqual(['verified by base.pub: bundle'])
  })
})

describe('what is signed', () => {
  const reason = 'it is signed, but for another image'

  test.each<[string, readonly Digest[], Digest | undefined, string | undefined]>([
    ['the image', [DIGEST], undefined, undefined],
    ['the image among others', [OTHER, DIGEST], undefined, undefined],
    ['another image', [OTHER], undefined, `${reason}: wanted ${DIGEST}, found ${OTHER}`],
    ['two other images', [OTHER, INDEX], undefined, `${reason}: wanted ${DIGEST}, found ${OTHER} and 1 more`],
    ['the index of a pinned platform', [INDEX], INDEX, undefined],
    ['the manifest of a pinned platform', [DIGEST], INDEX, undefined],
    ['neither', [OTHER], INDEX, `${reason}: wanted ${DIGEST}, or ${INDEX} that names it, found ${OTHER}`],
  ])('%s', async (_, digests, index, expected) => {
    const subject = { digest: DIGEST, index }
    const [digest = DIGEST] = digests
    const bundle = bundleAt(await lab.signPayload(statementOf(digests), { key }))
    const layer = layerAt('signature', await lab.signLayer(simpleSigningOf(digest), { key }))
    expect(judged(subject, [bundle], demandOf())).toEqual(
      expected === undefined
        ? ['verified by base.pub: bundle']
        : ['invalid: a signature', `referrer: bundle with a signature: ${expected}`],
    )
    if (digests.length > 1) return
    expect(judged(subject, [layer], demandOf())).toEqual(
      expected === undefined
        ? ['verified by base.pub: signature']
        : ['invalid: a signature', `.sig: signature: ${expected}`],
    )
  })

  test('the index that was signed is named', async () => {
    const bundle = bundleAt(await lab.signPayload(statementOf([INDEX]), { key }))
    const verdict = verifyAttachments(
      { digest: DIGEST, index: INDEX },
      { list: [bundle], searches: [] },
      demandOf(),
    )
    expect(verdict).toMatchObject({ kind: 'verified', objects: [{ digest: INDEX }] })
  })

  const hex = DIGEST.slice('sha256:'.length)
  test.each<[string, unknown, string]>([
    ['no JSON', 'nothing', 'bundle: its payload is not an in-toto statement: found _type missing'],
    [
      'no type',
      { subject: [{ digest: { sha256: hex } }], predicateType: SIGN },
      'bundle: its payload is not an in-toto statement: found _type missing',
    ],
    [
      'another type',
      {
        _type: 'https://in-toto.io/Statement/v2',
        subject: [{ digest: { sha256: hex } }],
        predicateType: SIGN,
      },
      'bundle: its payload is not an in-toto statement: found _type "https://in-toto.io/Statement/v2"',
    ],
    [
      'no subject',
      { _type: 'https://in-toto.io/Statement/v1', predicateType: SIGN },
      'bundle: its statement has no subject',
    ],
    [
      'no subjects',
      { _type: 'https://in-toto.io/Statement/v1', subject: [], predicateType: SIGN },
      'bundle: its statement has no subject',
    ],
    [
      'a subject without a digest',
      { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'x' }], predicateType: SIGN },
      'bundle: a subject of its statement has no digest',
    ],
    [
      'no predicate type',
      { _type: 'https://in-toto.io/Statement/v1', subject: [{ digest: { sha256: hex } }] },
      'bundle: its statement has no predicateType',
    ],
    [
      'a digest in capitals',
      {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ digest: { sha256: hex.toUpperCase() } }],
        predicateType: SIGN,
      },
      `bundle with a signature: it is signed, but for another image: wanted ${DIGEST}, found sha256:${hex.toUpperCase()}`,
    ],
    [
      'a digest of another algorithm',
      {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ digest: { sha512: hex } }],
        predicateType: SIGN,
      },
      `bundle with a signature: it is signed, but for another image: wanted ${DIGEST}, found sha512:${hex}`,
    ],
  ])('%s', async (_, statement, line) => {
    const payload = Buffer.from(JSON.stringify(statement))
    const bundle = bundleAt(
      await lab.signPayload(statement === 'nothing' ? Buffer.from('{}') : payload, { key }),
    )
    expect(judged(SUBJECT, [bundle], demandOf())).toEqual(['invalid: a signature', `referrer: ${line}`])
  })

  test('a statement whose keys appear twice', async () => {
    const text = `{"_type":"https://in-toto.io/Statement/v1","predicateType":"${SIGN}","subject":[{"digest":{"sha256":"${'b'.repeat(64)}","sha256":"${hex}"}}]}`
    const bundle = bundleAt(await lab.signPayload(Buffer.from(text), { key }))
    expect(judged(SUBJECT, [bundle], demandOf())).toEqual([
      'invalid: a signature',
      'referrer: bundle: its statement has the key "sha256" twice in one object',
    ])
  })

  test('another kind of payload', async () => {
    const bundle = bundleAt(await lab.signPayload(statementOf([DIGEST]), { key }, 'text/plain'))
    expect(judged(SUBJECT, [bundle], demandOf())).toEqual([
      'invalid: a signature',
      'referrer: bundle: its payload is not an in-toto statement: wanted application/vnd.in-toto+json, found text/plain',
    ])
  })

  test('bytes, which cosign does not count for an image either', async () => {
    const bundle = bundleAt(await lab.signMessage(Buffer.from('manifest'), { key }))
    expect(judged(SUBJECT, [bundle], demandOf())).toEqual([
      'invalid: a signature',
      'referrer: bundle: it signs bytes and not a statement about an image; cosign does not count that for an image either',
    ])
  })
})

describe('a simple signing payload', () => {
  const signed = (value: unknown) => ({
    identity: { 'docker-reference': '' },
    image: { 'docker-manifest-digest': DIGEST },
    type: 'cosign container image signature',
    ...(value as object),
  })

  test.each<[string, unknown, string]>([
    ['no JSON object', [], 'its payload is not a simple signing payload: it has no critical'],
    [
      'nothing critical',
      { optional: null },
      'its payload is not a simple signing payload: it has no critical',
    ],
    [
      'another type',
      { critical: signed({ type: 'atomic container signature' }) },
      'its payload is not a signature of an image: wanted cosign container image signature, found atomic container signature',
    ],
    [
      'no image',
      { critical: signed({ image: null }) },
      `it is signed, but for another image: wanted ${DIGEST}, found no digest`,
    ],
    [
      'the digest under another name',
      { critical: signed({ image: { 'Docker-manifest-digest': DIGEST } }) },
      `it is signed, but for another image: wanted ${DIGEST}, found no digest`,
    ],
  ])('with %s', async (_, value, reason) => {
    const layer = await lab.signLayer(Buffer.from(JSON.stringify(value)), { key })
    expect(judged(SUBJECT, [layerAt('signature', layer)], demandOf())).toEqual([
      'invalid: a signature',
      `.sig: signature: ${reason}`,
    ])
  })

  test('for another name counts, since copies have other names, and the name is reported', async () => {
    const layer = await lab.signLayer(simpleSigningOf(DIGEST, 'registry.example.com/other'), { key })
    const verdict = verifyAttachments(
      SUBJECT,
      { list: [layerAt('signature', layer)], searches: [] },
      demandOf(),
    )
    expect(verdict).toMatchObject({
      kind: 'verified',
      objects: [{ dockerReference: 'registry.example.com/other' }],
    })
  })

  test.each<[string, Record<string, string>, string]>([
    ['no signature', {}, 'its layer has no annotation dev.cosignproject.cosign/signature'],
    [
      'a signature that is not base64',
      { 'dev.cosignproject.cosign/signature': '%' },
      'the annotation dev.cosignproject.cosign/signature of its layer is not base64',
    ],
    [
      'a certificate that is none',
      { 'dev.cosignproject.cosign/signature': 'AAAA', 'dev.sigstore.cosign/certificate': 'x' },
      'the annotation dev.sigstore.cosign/certificate of its layer is not a certificate in PEM',
    ],
    [
      'a log entry that is none',
      { 'dev.cosignproject.cosign/signature': 'AAAA', 'dev.sigstore.cosign/bundle': '{}' },
      'the annotation dev.sigstore.cosign/bundle of its layer is not a log entry',
    ],
    [
      'a timestamp that is none',
      {
        'dev.cosignproject.cosign/signature': 'AAAA',
        'dev.sigstore.cosign/rfc3161timestamp': '{"SignedRFC3161Timestamp":"AAAA"}',
      },
      'a timestamp in it cannot be read',
    ],
  ])('whose layer has %s', (_, annotations, reason) => {
    const layer = { content: simpleSigningOf(DIGEST), annotations }
    expect(judged(SUBJECT, [layerAt('signature', layer)], demandOf())).toEqual([
      'invalid: a signature',
      `.sig: signature: ${reason}`,
    ])
  })
})

describe('attestations are demanded', () => {
  test('all of them are needed, and those that are missing are named', async () => {
    const demand = demandOf({ type: V1 }, { type: SBOM })
    const [provenance, sbom] = [await attest(V1), await attest(SBOM)]
    expect(judged(SUBJECT, [provenance, sbom], demand)).toEqual([`verified by base.pub: ${V1}, ${SBOM}`])
    expect(judged(SUBJECT, [provenance], demand)).toEqual([`invalid: an attestation of type ${SBOM}`])
    expect(judged(SUBJECT, [await attest(V1, {}, stranger), sbom], demand)).toEqual([
      `invalid: an attestation of type ${V1}`,
      `referrer ${V1}: bundle with an attestation of type ${V1}: its signature was not made with the key base.pub, or what it signs was changed`,
    ])
  })

  test('a signature is none', async () => {
    const layer = layerAt('signature', await lab.signLayer(simpleSigningOf(DIGEST), { key }))
    expect(judged(SUBJECT, [await attest(SIGN), layer], demandOf({ type: V1 }))).toEqual([
      `missing: an attestation of type ${V1}`,
      `referrer ${SIGN}: bundle with a signature: it is not an attestation of type ${V1}`,
      `.sig: signature: it is not an attestation of type ${V1}`,
    ])
  })

  test.each([`${V1}/`, V1.toUpperCase(), `${V1}.1`, 'https://slsa.dev/provenance'])(
    'the type %s is another one',
    async (type) => {
      expect(judged(SUBJECT, [await attest(type)], demandOf({ type: V1 }))[0]).toBe(
        `missing: an attestation of type ${V1}`,
      )
    },
  )

  test.each<[string, string, object, RequiredAttestation, string | undefined]>([
    [
      'a v1 provenance',
      V1,
      provenanceV1('https://github.com/acme/web'),
      { type: V1, builder: BUILDER, source: 'github.com/acme/web' },
      undefined,
    ],
    [
      'a v0.2 provenance',
      V02,
      provenanceV02('git+https://github.com/acme/web@refs/heads/main'),
      { type: V02, builder: BUILDER, source: 'github.com/acme/web' },
      undefined,
    ],
    [
      'another builder',
      V1,
      provenanceV1('https://github.com/acme/web', `${BUILDER}-evil`),
      { type: V1, builder: BUILDER },
      `it was built by another builder: wanted builder ${BUILDER}, found ${BUILDER}-evil`,
    ],
    [
      'a source whose name goes on',
      V1,
      provenanceV1('https://github.com/acme/web-evil'),
      { type: V1, source: 'github.com/acme/web' },
      'it was built from another source: wanted source github.com/acme/web, found github.com/acme/web-evil',
    ],
    [
      'a source below it',
      V02,
      provenanceV02('git+https://github.com/acme/web/evil@refs/heads/main'),
      { type: V02, source: 'github.com/acme/web' },
      'it was built from another source: wanted source github.com/acme/web, found github.com/acme/web/evil',
    ],
    [
      'a source on another host',
      V02,
      provenanceV02('git+https://evil.example/github.com/acme/web@refs/heads/main'),
      { type: V02, source: 'github.com/acme/web' },
      'it was built from another source: wanted source github.com/acme/web, found evil.example/github.com/acme/web',
    ],
    [
      'nothing',
      V1,
      {},
      { type: V1, builder: BUILDER },
      `it was built by another builder: wanted builder ${BUILDER}, found no builder`,
    ],
    [
      'no source',
      V1,
      {},
      { type: V1, source: 'github.com/acme/web' },
      'it was built from another source: wanted source github.com/acme/web, found no source',
    ],
  ])('%s', async (_, type, predicate, required, reason) => {
    const { builder, source } = required
    const wanted = `an attestation of type ${type}${builder ? ` by builder ${builder}` : ''}${source ? ` of source ${source}` : ''}`
    expect(judged(SUBJECT, [await attest(type, predicate)], demandOf(required))).toEqual(
      reason === undefined
        ? [`verified by base.pub: ${type}`]
        : [`invalid: ${wanted}`, `referrer ${type}: bundle with an attestation of type ${type}: ${reason}`],
    )
  })

  test.each(['FAILED', 'passed', '', undefined, true, ['PASSED']])(
    'a summary with the result %j never passes',
    async (verificationResult) => {
      expect(judged(SUBJECT, [await attest(VSA, { verificationResult })], demandOf({ type: VSA }))).toEqual([
        `invalid: an attestation of type ${VSA}`,
        `referrer ${VSA}: bundle with an attestation of type ${VSA}: the verification that it summarizes did not pass: wanted PASSED, found ${typeof verificationResult === 'string' && verificationResult !== '' ? verificationResult : 'no result'}`,
      ])
    },
  )

  test.each([
    ['https://slsa.dev/verification_summary/v0.2', { verificationResult: 'FAILED' }, false],
    ['https://slsa.dev/verification_summary/v0.1', { verification_result: 'FAILED' }, false],
    ['https://slsa.dev/verification_summary/v0.1', { verification_result: 'PASSED' }, true],
    ['https://slsa.dev/verification_summary/v1.1', { verificationResult: 'FAILED' }, false],
  ])('a summary of %s with %j', async (type, predicate, passes) => {
    const [verdict] = judged(SUBJECT, [await attest(type, predicate)], demandOf({ type }))
    expect(verdict?.startsWith('verified')).toBe(passes)
  })

  test('a summary that passed does, also beside one that did not', async () => {
    const list = [
      await attest(VSA, { verificationResult: 'FAILED' }),
      await attest(VSA, { verificationResult: 'PASSED' }),
    ]
    expect(judged(SUBJECT, list, demandOf({ type: VSA }))).toEqual([`verified by base.pub: ${VSA}`])
  })
})

describe('the source of a provenance', () => {
  test.each([
    ['https://github.com/acme/web', 'github.com/acme/web'],
    ['git+https://github.com/acme/web@refs/heads/main', 'github.com/acme/web'],
    ['git+https://github.com/acme/web.git#abc', 'github.com/acme/web'],
    ['https://github.com/acme/web/', 'github.com/acme/web'],
    ['ssh://git@github.com/acme/web.git', 'github.com/acme/web'],
    ['https://GitHub.com/acme/web', 'github.com/acme/web'],
    ['github.com/acme/web', 'github.com/acme/web'],
    ['https://git.example:8443/a/b/c@v1', 'git.example:8443/a/b/c'],
    ['https://user@evil.example/acme/web', undefined],
    ['https://github.com@evil.example/acme/web', undefined],
    ['https://github.com', undefined],
    ['acme', undefined],
    ['', undefined],
  ])('%s is %s', (uri, repository) => {
    expect(repositoryOf(uri)).toBe(repository)
  })

  test('is what was asked for before what was fetched', () => {
    const both = {
      buildDefinition: {
        externalParameters: { workflow: { repository: 'https://github.com/acme/web' } },
        resolvedDependencies: [{ uri: 'git+https://github.com/acme/other@refs/heads/main' }],
      },
    }
    expect(readProvenance(V1, both).source).toBe('github.com/acme/web')
    const { resolvedDependencies } = both.buildDefinition
    expect(readProvenance(V1, { buildDefinition: { resolvedDependencies } }).source).toBe(
      'github.com/acme/other',
    )
    expect(readProvenance(SBOM, both).source).toBeUndefined()
  })
})
