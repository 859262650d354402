import { generateKeyPairSync, sign } from 'node:crypto'
import { bundleReferrer, pushReferrers } from '../../test/support/registry/attached.ts'
import type { TestRegistry } from '../../test/support/registry/registry.ts'

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/**
 * Pushes images `team/app-0:1.0.0`, `team/app-1:1.0.0` and so on, each with a signature as cosign 3 attaches it.
 *
 * @param registry with the referrers API
 * @returns the public key, as PEM
 */
export function pushSignedImages(registry: TestRegistry, count: number): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (let index = 0; index < count; index += 1) {
    const repository = `team/app-${index}`
    const { digest } = registry.push(`${repository}:1.0.0`)
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { sha256: digest.slice('sha256:'.length) } }],
      predicateType: 'https://sigstore.dev/cosign/sign/v1',
      predicate: {},
    }
    const payload = Buffer.from(JSON.stringify(statement))
    const signed = Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} ${payload}`)
    const bundle = {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: '' } },
      dsseEnvelope: {
        payload: payload.toString('base64'),
        payloadType: PAYLOAD_TYPE,
        signatures: [{ sig: sign('sha256', signed, privateKey).toString('base64') }],
      },
    }
    pushReferrers(registry, repository, digest, [bundleReferrer(digest, JSON.stringify(bundle))], 'api')
  }
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}
