import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bundleToJSON } from '@sigstore/bundle'
import { DSSEBundleBuilder, FulcioSigner, RekorWitness } from '@sigstore/sign'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Digest } from '../../src/reference/reference.ts'
import { bundleAt, judged, trustedRootOf } from '../support/judged.ts'
import { type KeylessLab, keylessLab, type LabBundle, statementOf } from '../support/keyless-lab.ts'

const DIGEST = `sha256:${'a'.repeat(64)}` as Digest
const ISSUER = 'https://token.actions.githubusercontent.com'
const SUBJECT = 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1'

let lab: KeylessLab
let server: Server
let url: string
beforeAll(async () => {
  lab = await keylessLab()
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const handler = lab.handlers.find(({ path }) => path === request.url)
      const answer = await handler?.fn(Buffer.concat(chunks).toString())
      response.writeHead(answer?.statusCode ?? 404, { 'content-type': 'application/json' })
      response.end(answer?.response)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

describe("what sigstore's own client signs", () => {
  async function sign(subject: string): Promise<LabBundle> {
    const claims = { iss: ISSUER, sub: subject, aud: 'sigstore' }
    const token = [{ alg: 'none' }, claims].map((one) =>
      Buffer.from(JSON.stringify(one)).toString('base64url'),
    )
    const signer = new FulcioSigner({
      fulcioBaseURL: url,
      identityProvider: { getToken: async () => `${token.join('.')}.x` },
    })
    const witnesses = [new RekorWitness({ rekorBaseURL: url, entryType: 'intoto' })]
    const bundler = new DSSEBundleBuilder({ signer, witnesses })
    return bundleToJSON(
      await bundler.create({
        data: Buffer.from(statementOf([DIGEST])),
        type: 'application/vnd.in-toto+json',
      }),
    )
  }
  const judge = (bundle: LabBundle, subject: string): readonly string[] =>
    judged({ digest: DIGEST }, [bundleAt(bundle)], {
      identities: [{ issuer: ISSUER, subject }],
      keys: [],
      attestations: [],
      transparencyLog: 'required',
      trustedRoot: trustedRootOf(lab.trustedRoot),
    })

  test('is verified', async () => {
    expect(judge(await sign(SUBJECT), SUBJECT)).toEqual([`verified by ${SUBJECT} of ${ISSUER}: bundle`])
  })

  test.each([`${SUBJECT}-evil`, `${SUBJECT}\n`, SUBJECT.replace('release.yml', 'release-yml'), 'x'])(
    'for %j is somebody else',
    async (subject) => {
      const [first, second] = judge(await sign(subject), SUBJECT)
      expect(first).toBe('invalid: a signature')
      expect(second).toContain('its certificate is for somebody else')
    },
  )
})
