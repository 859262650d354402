import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry({ anyName: true })
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
  registry.clearRequests()
  writeFileSync(join(folder, 'pinpull.yaml'), CONFIG)
})

const CONFIG = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - name: mirrored
    extends: prod
    rewrite:
    - {from: docker.io, to: registry.example.com/hub}
    - {from: '*', to: registry.example.com}
  - name: inside
    extends: airgap
    output: tag-digest
    rewrite:
    - {from: docker.io, to: registry.example.com/hub}
    - {from: '*', to: registry.example.com}
`

const pod = (...images: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${images
    .map((image, i) => `  - name: c${i}\n    image: ${image}\n    imagePullPolicy: IfNotPresent\n`)
    .join('')}`

async function run(args: readonly string[], input: string) {
  const isInside = args.includes('inside') || args.includes('airgap')
  const mirror = isInside ? [] : ['--mirror', `*=${registry.url}`]
  const { code, stdout, stderr } = await runInProcess([...args, ...mirror], {
    input,
    cwd: folder,
    env: { CI: '1' },
  })
  const images = [...stdout.matchAll(/image: ([^@\s]+)(@sha256:)?/g)].map(
    ([, name, at]) => `${name}${at ? '@' : ''}`,
  )
  return { code, images, stdout, stderr }
}

/** What was asked for, as the mirror was told it. */
const asked = (): string[] =>
  registry.requests.map(({ path, query }) => `?${query} ${path.replace(/^\/v2\//, '')}`)
const lockedReferences = (): string[] =>
  [...readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8').matchAll(/reference: (\S+)/g)].map(
    ([, one]) => one ?? '',
  )

const OWN = 'registry.example.com/team/app:2.1.0'
const AMBIGUOUS = 'registry.example.com/hub/own/app:1'

describe('an image that lives at the host that names are rewritten to', () => {
  test('is resolved there, and pinned under its own name', async () => {
    const { code, images, stderr } = await run(['--profile', 'mirrored'], pod(OWN, 'quay.io/a/b:1'))
    expect([code, images]).toEqual([0, [`${OWN}@`, 'registry.example.com/quay.io/a/b:1@']])
    expect(asked().sort()).toEqual([
      '?ns=quay.io a/b/manifests/1',
      '?ns=registry.example.com team/app/manifests/2.1.0',
    ])
    expect(stderr).not.toContain('IMAGE_REWRITE_ASSUMED')
  })

  test('is locked under its name by every profile, and found by every other', async () => {
    for (const writer of ['mirrored', 'prod']) {
      writeFileSync(join(folder, 'pinpull.lock.yaml'), EMPTY_LOCK)
      expect((await run(['lock', '--profile', writer], pod(OWN, 'nginx:1.27'))).code).toBe(0)
      expect(lockedReferences()).toEqual(['docker.io/library/nginx:1.27', OWN])
      for (const reader of ['mirrored', 'prod', 'inside', 'airgap']) {
        const check = await run(['lock', '--check', '--locked', '--profile', reader], pod(OWN, 'nginx:1.27'))
        expect([writer, reader, check.code, check.stderr]).toEqual([
          writer,
          reader,
          0,
          expect.stringContaining('holds what the manifests need'),
        ])
      }
      const { code, images, stdout } = await run(['--profile', 'inside'], pod(OWN, 'nginx:1.27'))
      expect([code, images]).toEqual([0, [`${OWN}@`, 'registry.example.com/hub/library/nginx:1.27@']])
      expect((await run(['--profile', 'inside'], stdout)).stdout).toBe(stdout)
    }
  })

  test('cannot be told from a rewritten one where its path could be one: that is said', async () => {
    const { code, images, stderr } = await run(['--profile', 'mirrored'], pod(AMBIGUOUS))
    expect([code, images, asked()]).toEqual([0, [`${AMBIGUOUS}@`], ['?ns=docker.io own/app/manifests/1']])
    expect(stderr).toContain(
      `warning IMAGE_REWRITE_ASSUMED: "${AMBIGUOUS}" was looked up as docker.io/own/app, because profile mirrored rewrites that to this name\n`,
    )
  })

  test('is known for what it is where the lock file has it', async () => {
    expect((await run(['lock', '--profile', 'prod'], pod(AMBIGUOUS))).code).toBe(0)
    expect(lockedReferences()).toEqual([AMBIGUOUS])
    registry.clearRequests()
    for (const reader of ['mirrored', 'inside', 'prod']) {
      const { code, images, stderr } = await run(['--profile', reader], pod(AMBIGUOUS))
      expect([reader, code, images, stderr.includes('ASSUMED')]).toEqual([
        reader,
        0,
        [`${AMBIGUOUS}@`],
        false,
      ])
    }
    // Another tag of the repository is not locked, and is its own all the same.
    await run(['--profile', 'mirrored'], pod('registry.example.com/hub/own/app:2'))
    expect(asked()).toEqual(['?ns=registry.example.com hub/own/app/manifests/2'])
  })
})

describe('names that were rewritten before', () => {
  test('are found in the lock file by the names that they had', async () => {
    await run(['lock', '--profile', 'prod'], pod('nginx:1.27'))
    const again = pod('registry.example.com/hub/library/nginx:1.27')
    const { code, images, stderr } = await run(['--profile', 'inside'], again)
    expect([code, images]).toEqual([0, ['registry.example.com/hub/library/nginx:1.27@']])
    expect(stderr).not.toContain('IMAGE_REWRITE_ASSUMED')
  })
})

test('a name that no rewrite applies to is unchanged, with a warning', async () => {
  const image = 'ghcr.IO/acme/web:1.0.0'
  const { code, images, stderr } = await run(['--profile', 'mirrored'], pod(image))
  expect([code, images]).toEqual([0, [`${image}@`]])
  expect(stderr).toContain(
    `warning IMAGE_NOT_REWRITTEN: "${image}" keeps its name, although profile mirrored rewrites it: registry.example.com/ghcr.IO/acme/web would be no repository's name\n`,
  )
})

const EMPTY_LOCK = `apiVersion: pinpull.dev/v1alpha1
kind: Lock
metadata: {name: pinpull}
images: []
`
