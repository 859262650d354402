import { describe, expect, test } from 'vitest'
import type { Attachment } from '../../src/oci/attachment.ts'
import { parseStored, storedDigest, storedForm } from '../../src/oci/stored-attachment.ts'
import { computeDigest } from '../../src/reference/content-digest.ts'

function attachment(kind: Attachment['kind'], text: string, annotations: Attachment['annotations'] = {}) {
  const content = Buffer.from(text)
  return { kind, content, annotations, place: 'here', digest: computeDigest('sha256', content) } as const
}

const SIGNATURE = attachment('signature', '{"critical":{}}', { 'z/second': 'b', 'a/first': 'a\n' })

describe('the stored form of an attachment', () => {
  test('of a bundle is the bundle', () => {
    const bundle = attachment('bundle', '{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}')
    expect(storedForm(bundle)).toBe(bundle.content)
    expect(storedDigest(bundle)).toBe(bundle.digest)
    expect(parseStored(bundle.content, 'here')).toEqual(bundle)
  })

  test('of a signature is the descriptor of its layer, with the content', () => {
    expect(Buffer.from(storedForm(SIGNATURE)).toString()).toBe(`{
  "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
  "digest": "sha256:39a046f1e0078959a6b16296eac96ad6da16ed5e79c69d398bfe11d975e9afaf",
  "size": 15,
  "annotations": {
    "a/first": "a\\n",
    "z/second": "b"
  },
  "data": "eyJjcml0aWNhbCI6e319"
}
`)
  })

  test.each([
    SIGNATURE,
    attachment('attestation', '{"payload":""}'),
    attachment('attestation', '', { predicateType: 'https://slsa.dev/provenance/v1' }),
  ])('is read as it was', (one) => {
    expect(parseStored(storedForm(one), 'here')).toEqual(one)
  })

  test('does not depend on the order of annotations', () => {
    const other = attachment('signature', '{"critical":{}}', { 'a/first': 'a\n', 'z/second': 'b' })
    expect(storedDigest(other)).toBe(storedDigest(SIGNATURE))
  })

  const stored = Buffer.from(storedForm(SIGNATURE)).toString()
  test.each([
    ['', 'it is not a JSON object'],
    ['[]', 'it is not a JSON object'],
    ['['.repeat(100_000), 'it is not a JSON object'],
    [stored.replace('"data"', '"date"'), 'its "data" is not a string'],
    [stored.replace('eyJj', 'eyJ!'), 'its "data" is not base64'],
    [stored.replace('e319', 'e31'), 'its "data" is not base64'],
    [stored.replace('eyJj', 'eyJk'), 'its "data" does not have its "digest" and "size"'],
    [stored.replace(': 15', ': 16'), 'its "data" does not have its "digest" and "size"'],
    [stored.replace('sha256:39', 'sha256:93'), 'its "data" does not have its "digest" and "size"'],
    [stored.replace('"b"', '7'), 'its "annotations" are not texts'],
    [stored.replace('"annotations"', '"annotation"'), 'its "annotations" are not texts'],
  ])('is refused where it is something else: %#', (text, reason) => {
    expect(parseStored(Buffer.from(text), 'here')).toBe(reason)
  })
})
