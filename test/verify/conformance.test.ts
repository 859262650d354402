import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Attachment } from '../../src/oci/attachment.ts'
import { computeDigest } from '../../src/reference/content-digest.ts'
import { formatRefusal } from '../../src/verify/account.ts'
import type { VerifyDemand } from '../../src/verify/demand.ts'
import { parsePublicKey } from '../../src/verify/public-key.ts'
import { parseTrustedRoot } from '../../src/verify/trusted-root.ts'
import { verifyAttachments } from '../../src/verify/verify-attachments.ts'
import { describeShared } from '../support/shared.ts'

const BEACON =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main'

function readIfExists(...names: readonly string[]): Buffer | undefined {
  const path = join(...names)
  return existsSync(path) ? readFileSync(path) : undefined
}

/** Returns `verified`, or why not. */
function verdictOf(corpus: string, name: string): string {
  const read = (...names: readonly string[]) => readIfExists(corpus, 'bundle-verify', ...names)
  const bundle = read(name, 'bundle.sigstore.json') as Buffer
  const content = (read(name, 'artifact') ?? read('a.txt')) as Buffer
  const trustedRoot = parseTrustedRoot(
    read(name, 'trusted_root.json') ?? readFileSync(join(corpus, 'trusted_root.public-good.json')),
  )
  if ('problem' in trustedRoot) return `trusted root: ${trustedRoot.problem}`
  const pem = read(name, 'key.pub')
  const key = pem && parsePublicKey('key.pub', pem)
  if (key !== undefined && 'problem' in key) return `key: ${key.problem}`
  const type = predicateType(bundle)
  const identity = {
    subject: read(name, 'identity')?.toString().trim() ?? BEACON,
    issuer: read(name, 'issuer')?.toString().trim() ?? 'https://token.actions.githubusercontent.com',
  }
  const demand: VerifyDemand = {
    identities: key === undefined ? [identity] : [],
    keys: key === undefined ? [] : [key],
    attestations: type === undefined ? [] : [{ type }],
    transparencyLog: 'required',
    trustedRoot,
  }
  const attachment: Attachment = {
    kind: 'bundle',
    content: bundle,
    annotations: {},
    place: 'file',
    digest: computeDigest('sha256', bundle),
  }
  const subject = { digest: computeDigest('sha256', content), content }
  const verdict = verifyAttachments(subject, { list: [attachment], searches: [] }, demand)
  return verdict.kind === 'verified' ? 'verified' : verdict.refused.map(formatRefusal).join('\n')
}

function predicateType(bundle: Buffer): string | undefined {
  try {
    return JSON.parse(Buffer.from(JSON.parse(bundle.toString()).dsseEnvelope.payload, 'base64').toString())
      .predicateType
  } catch {
    return undefined
  }
}

describeShared('sigstore-conformance', 'the bundles of sigstore-conformance', (corpus) => {
  const cases = readdirSync(join(corpus, 'bundle-verify'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

  test.each(cases)('%s', (name) => {
    const verdict = verdictOf(corpus, name)
    if (name.endsWith('_fail')) expect(verdict).not.toBe('verified')
    else expect(verdict).toBe('verified')
  })
})
