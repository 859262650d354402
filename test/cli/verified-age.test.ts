import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Digest } from '../../src/reference/reference.ts'
import { type KeylessLab, keylessLab, statementOf } from '../support/keyless-lab.ts'
import { runInProcess } from '../support/memory-io.ts'
import { bundleReferrer, pushReferrers } from '../support/registry/attached.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { verifyConfig } from '../support/verify-config.ts'

const ISSUER = 'https://token.actions.githubusercontent.com'
const WORKFLOW = 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags'
const DAY = 24 * 60 * 60 * 1000

let registry: TestRegistry
let lab: KeylessLab
/** When everything is signed. */
const signedAt = Math.ceil(Date.now() / 1000) * 1000 + 60_000
beforeAll(async () => {
  registry = await startRegistry()
  lab = await keylessLab({ now: new Date(signedAt) })
})
afterAll(() => registry.close())

async function push(seed: string, tag: string): Promise<string> {
  const { digest } = registry.push('acme/web:1', { seed })
  const identity = { subject: `${WORKFLOW}/${tag}`, issuer: ISSUER }
  const bundle = await lab.signPayload(statementOf([digest as Digest]), { identity, entry: 'dsse' })
  pushReferrers(registry, 'acme/web', digest, [bundleReferrer(digest, JSON.stringify(bundle))])
  return digest
}

test('a release that a log has had for a week is taken when it is first seen, and not sooner', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'root.json'), JSON.stringify(lab.trustedRoot))
  writeFileSync(
    join(folder, 'pinpull.yaml'),
    verifyConfig({
      entry: `images: ['**'], identities: [{issuer: '${ISSUER}', subjectPattern: '${WORKFLOW}/*'}]`,
      profile: 'trustedRoot: root.json',
      spec: 'lock: {minAge: 7d}',
    }),
  )
  const input = `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: ${registry.host}/acme/web:1\n`
  const lock = async (day: number) => {
    const now = () => signedAt + day * DAY
    const { code, stderr } = await runInProcess(['lock', '--update'], { input, cwd: folder, now })
    const text = readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8')
    return { code, stderr, digest: /^ {4}digest: (.*)$/m.exec(text)?.[1], text }
  }
  const time = (day: number): string => `${new Date(signedAt + day * DAY).toISOString().slice(0, 19)}Z`

  const first = await push('a', 'v1')
  expect(await lock(-20)).toMatchObject({ code: 0, digest: first })
  const second = await push('b', 'v2')
  const early = await lock(5)
  expect(early).toMatchObject({ code: 0, digest: first })
  expect(early.text).toContain(`candidate: {digest: ${second}, seenAt: "${time(0)}"}`)
  expect(early.stderr).toContain(`first seen at ${time(0)}, waits until ${time(7)}`)
  const third = await push('c', 'v3')
  const late = await lock(8)
  expect(late).toMatchObject({ code: 0, digest: third })
  expect(late.text).toContain(`resolvedAt: "${time(0)}"
    verified:
      by: identity
      signer: ${WORKFLOW}/v3
      issuer: ${ISSUER}
      at: "${time(0)}"
      bundle: sha256:`)
})
