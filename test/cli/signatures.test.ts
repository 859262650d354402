import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { attachBundles, attachSignatures, createKeySigner } from '../support/registry/key-signer.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const signer = createKeySigner()
const stranger = createKeySigner()

let registry: TestRegistry
let folder: string
let signed: string
beforeAll(async () => {
  registry = await startRegistry()
  signed = registry.push('acme/signed:1.0.0', { seed: 'signed' }).digest
  attachBundles(registry, 'acme/signed', signed, [signer.bundle(signed)])
  const older = registry.push('acme/older:1.0.0', { seed: 'older' }).digest
  attachSignatures(registry, 'acme/older', older, [signer.signature(older)])
  const foreign = registry.push('acme/foreign:1.0.0', { seed: 'foreign' }).digest
  attachBundles(registry, 'acme/foreign', foreign, [stranger.bundle(foreign)])
  const elsewhere = registry.push('acme/elsewhere:1.0.0', { seed: 'elsewhere' }).digest
  attachSignatures(registry, 'signatures', elsewhere, [signer.signature(elsewhere)])
  registry.push('acme/plain:1.0.0', { seed: 'plain' })
  registry.push('other/plain:1.0.0', { seed: 'other' })
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys/a.pub'), signer.publicKey)
  configure(ENTRY)
})

const ENTRY = "{name: ours, images: 'HOST/acme/*', keys: [keys/a.pub], transparencyLog: optional}"

function configure(entry: string, more = '', file = 'pinpull.yaml'): void {
  const text = `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  profiles:\n  - name: prod\n    verify: [${entry}]\n${more}`
  writeFileSync(join(folder, file), text.replaceAll('HOST', registry.host))
}

const pod = (image: string, metadata = '{name: web}'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec:\n  containers:\n  - name: web\n    image: ${registry.host}/${image}\n    imagePullPolicy: IfNotPresent\n`

const run = (args: readonly string[], input: string, env: Readonly<Record<string, string>> = {}) =>
  runInProcess(args, { input, cwd: folder, env: { PINPULL_CACHE_TTL: '0', ...env } })

/** The codes of a run's errors and warnings. */
const codesOf = (stderr: string) => stderr.match(/(?:error|warning|info) [A-Z_]+(?=:)/g) ?? []

describe('the filter', () => {
  test.each(['signed', 'older'])('pins what the key has signed: %s', async (name) => {
    const { code, stdout, stderr } = await run(['--report', 'report.json'], pod(`acme/${name}:1.0.0`))
    expect([code, codesOf(stderr)], stderr).toEqual([0, []])
    expect(stdout).toMatch(new RegExp(`acme/${name}:1.0.0@sha256:[0-9a-f]{64}`))
    const { images } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))
    expect(images[0].verified).toEqual({ rule: 'ours', by: 'key', signer: 'keys/a.pub', from: registry.host })
  })

  test.each([
    ['plain', 'error SIGNATURE_MISSING'],
    ['foreign', 'error SIGNATURE_INVALID'],
  ])('writes nothing for acme/%s: %s', async (name, error) => {
    const { code, stdout, stderr } = await run([], pod(`acme/${name}:1.0.0`))
    expect([code, stdout, codesOf(stderr)], stderr).toEqual([1, '', [error]])
  })

  test('verifies a digest that the manifest has', async () => {
    const input = pod(`acme/signed@${signed}`)
    const { code, stdout } = await run([], input)
    expect([code, stdout]).toEqual([0, input])
  })

  test('only warns with mode: warn, and pins', async () => {
    configure(ENTRY.replace('}', ', mode: warn}'))
    const { code, stdout, stderr } = await run([], pod('acme/plain:1.0.0'))
    expect([code, codesOf(stderr)], stderr).toEqual([0, ['warning SIGNATURE_MISSING']])
    expect(stdout).toContain('acme/plain:1.0.0@sha256:')
  })

  test('names what no entry is for', async () => {
    const { code, stderr } = await run([], pod('other/plain:1.0.0'))
    expect([code, codesOf(stderr)]).toEqual([0, ['info IMAGE_UNVERIFIED']])
  })

  test('finds signatures in a repository of their own', async () => {
    const missing = await run([], pod('acme/elsewhere:1.0.0'))
    expect(codesOf(missing.stderr)).toEqual(['error SIGNATURE_MISSING'])
    configure(ENTRY.replace('}', ', signatureRepository: HOST/signatures}'))
    const found = await run([], pod('acme/elsewhere:1.0.0'))
    expect([found.code, codesOf(found.stderr)], found.stderr).toEqual([0, []])
  })

  test('sends no request about signatures where the profile demands none', async () => {
    writeFileSync(join(folder, 'pinpull.yaml'), 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\n')
    const before = registry.requests.length
    expect((await run([], pod('acme/signed:1.0.0'))).code).toBe(0)
    const asked = registry.requests.slice(before).map(({ url }) => url)
    expect(asked.filter((url) => /referrers|sha256-/.test(url))).toEqual([])
  })
})

describe('what writes or shows digests verifies them', () => {
  test.each([['diff'], ['explain'], ['check', '--resolve']])('pinpull %s', async (...args) => {
    const { code, stdout, stderr } = await run(args, pod(`acme/plain:1.0.0@sha256:${'a'.repeat(64)}`))
    expect(code, stderr).toBe(1)
    expect(`${stdout}${stderr}`).toContain('SIGNATURE_MISSING')
  })

  test('pinpull pin writes no file', async () => {
    const file = join(folder, 'web.yaml')
    writeFileSync(file, pod('acme/plain:1.0.0'))
    const { code, stderr } = await run(['pin', '--write', 'web.yaml'], '')
    expect([code, codesOf(stderr)], stderr).toEqual([1, ['error SIGNATURE_MISSING']])
    expect(readFileSync(file, 'utf8')).toBe(pod('acme/plain:1.0.0'))
    writeFileSync(file, pod('acme/signed:1.0.0'))
    const written = await run(['pin', '--write', 'web.yaml'], '')
    expect([written.code, codesOf(written.stderr)], written.stderr).toEqual([0, []])
    expect(readFileSync(file, 'utf8')).toContain(`acme/signed:1.0.0@${signed}`)
  })

  test('pinpull pin --update moves to no digest that nobody has signed', async () => {
    const { digest } = registry.push('acme/moved:1.0.0', { seed: 'before' })
    attachBundles(registry, 'acme/moved', digest, [signer.bundle(digest)])
    const file = join(folder, 'web.yaml')
    const text = pod(`acme/moved:1.0.0@${digest}`)
    writeFileSync(file, text)
    registry.push('acme/moved:1.0.0', { seed: 'after' })
    const { code, stderr } = await run(['pin', '--update', '--write', 'web.yaml'], '')
    expect(code).toBe(1)
    expect(codesOf(stderr), stderr).toContain('error SIGNER_LOST')
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('pinpull pin writes no entry of a kustomization', async () => {
    const text = (name: string) =>
      `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- name: web\n  newName: ${registry.host}/acme/${name}\n  newTag: 1.0.0\n`
    const file = join(folder, 'kustomization.yaml')
    writeFileSync(file, text('plain'))
    const { code, stderr } = await run(['pin', '--write', 'kustomization.yaml'], '')
    expect(code).toBe(1)
    expect(codesOf(stderr)).toContain('error SIGNATURE_MISSING')
    expect(readFileSync(file, 'utf8')).toBe(text('plain'))
  })

  test('pinpull prepull, with the image that helps', async () => {
    const helper = (name: string) => ['--helper-image', `${registry.host}/acme/${name}:1.0.0`]
    const { code, stdout, stderr } = await run(['prepull', ...helper('signed')], pod('acme/plain:1.0.0'))
    expect([code, stdout, codesOf(stderr)], stderr).toEqual([1, '', ['error SIGNATURE_MISSING']])
    const helped = await run(['prepull', ...helper('foreign')], pod('acme/signed:1.0.0'))
    expect([helped.code, helped.stdout, codesOf(helped.stderr)]).toEqual([1, '', ['error SIGNATURE_INVALID']])
    const written = await run(['prepull', ...helper('signed')], pod('acme/signed:1.0.0'))
    expect([written.code, codesOf(written.stderr)], written.stderr).toEqual([0, []])
    expect(written.stdout).toContain(`acme/signed:1.0.0@${signed}`)
  })

  test.each([['images'], ['inventory'], ['check']])('pinpull %s verifies nothing', async (...args) => {
    const before = registry.requests.length
    expect((await run(args, pod(`acme/signed@${signed}`))).code).toBe(0)
    const asked = registry.requests.slice(before).map(({ url }) => url)
    expect(asked.filter((url) => /referrers|sha256-/.test(url))).toEqual([])
  })

  test('pinpull inventory says so, also where it lists signatures, unless nothing is demanded', async () => {
    const said =
      'pinpull: inventory: no signature was verified, and profile prod demands some: run pinpull verify on the same manifests\n'
    const input = pod(`acme/signed@${signed}`)
    expect((await run(['inventory'], input)).stderr).toBe(said)
    expect((await run(['inventory', '--signatures'], input)).stderr).toBe(said)
    expect((await run(['inventory', '--quiet'], input)).stderr).toBe('')
    expect((await run(['inventory', '--profile', 'dev'], input)).stderr).toBe('')
  })

  test('a run that may ask no registry has only what is stored', async () => {
    writeFileSync(
      join(folder, 'pinpull.lock.yaml'),
      `apiVersion: pinpull.dev/v1alpha1\nkind: Lock\nimages:\n- reference: ${registry.host}/acme/signed:1.0.0\n  digest: ${signed}\n  mediaType: application/vnd.oci.image.index.v1+json\n`,
    )
    const before = registry.requests.length
    const { code, stderr } = await run(['--locked'], pod('acme/signed:1.0.0'))
    expect([code, codesOf(stderr)], stderr).toEqual([1, ['error VERIFICATION_NOT_STORED']])
    expect(registry.requests.length).toBe(before)
    // With registries, what is not stored is asked for.
    expect((await run([], pod('acme/signed:1.0.0'))).code).toBe(0)
  })

  test('and so has one without a lock file', async () => {
    const { code, stderr } = await run(['--locked'], pod(`acme/signed@${signed}`))
    expect([code, codesOf(stderr)], stderr).toEqual([1, ['error VERIFICATION_NOT_STORED']])
  })
})

describe('keys and trusted roots', () => {
  test.each([
    [
      'a key that does not exist',
      'keys/b.pub',
      'keys/b.pub, which verify of profile prod names, cannot be used: ',
    ],
    [
      'a folder',
      'keys',
      'keys, which verify of profile prod names, cannot be used: it is not a regular file',
    ],
  ])('%s', async (_, key, message) => {
    configure(ENTRY.replace('keys/a.pub', key))
    const { code, stdout, stderr } = await run([], pod('acme/signed:1.0.0'))
    expect([code, stdout, codesOf(stderr)]).toEqual([2, '', ['error VERIFY_SETTINGS_INVALID']])
    expect(stderr).toContain(message)
  })

  test('a private key is not needed, and said to be one', async () => {
    writeFileSync(
      join(folder, 'keys/a.pub'),
      '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nx\n-----END-----\n',
    )
    const { code, stderr } = await run([], pod('acme/signed:1.0.0'))
    expect([code, codesOf(stderr)]).toEqual([2, ['error VERIFY_SETTINGS_INVALID']])
    expect(stderr).toContain('it is a private key')
  })

  test('are relative to the folder of the configuration', async () => {
    mkdirSync(join(folder, 'sub'))
    const { code, stderr } = await runInProcess(['--config', '../pinpull.yaml'], {
      input: pod('acme/signed:1.0.0'),
      cwd: join(folder, 'sub'),
      env: { PINPULL_CACHE_TTL: '0' },
    })
    expect(code, stderr).toBe(0)
  })

  test('a link that leads out of the folder is followed only if the configuration is named', async () => {
    const outside = join(temporaryFolder(), 'a.pub')
    writeFileSync(outside, signer.publicKey)
    symlinkSync(outside, join(folder, 'keys/link.pub'))
    configure(ENTRY.replace('keys/a.pub', 'keys/link.pub'))
    const found = await run([], pod('acme/signed:1.0.0'))
    expect([found.code, codesOf(found.stderr)]).toEqual([2, ['error CONFIG_UNTRUSTED']])
    const named = await run(['--config', 'pinpull.yaml'], pod('acme/signed:1.0.0'))
    expect([named.code, codesOf(named.stderr)], named.stderr).toEqual([0, []])
  })
})

describe('nothing in the input loosens', () => {
  test('an annotation that skips the image', async () => {
    const input = pod('acme/plain:1.0.0', "{name: web, annotations: {pinpull.dev/skip: 'true'}}")
    const { code, stdout, stderr } = await run([], input)
    expect([code, stdout, codesOf(stderr)]).toEqual([1, '', ['error IMAGE_NOT_VERIFIABLE']])
  })

  test('a functionConfig that chooses another profile, or sets its own', async () => {
    const list = (spec: string) =>
      `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: {apiVersion: pinpull.dev/v1alpha1, kind: Pinpull, spec: ${spec}}\nitems: []\n`
    const other = await run(['--krm'], list('{defaultProfile: dev}'))
    expect([other.code, codesOf(other.stderr)], other.stderr).toEqual([2, ['error CONFIG_UNTRUSTED']])
    expect(other.stderr).toContain(
      'profile dev may not be chosen by a functionConfig or a plugin of kustomize',
    )
    const same = await run(['--krm'], list('{defaultProfile: prod}'))
    expect(same.code, same.stderr).toBe(0)
    const own = await run(['--krm'], list('{profiles: [{name: prod, verify: []}]}'))
    expect(own.code).toBe(2)
    expect(own.stderr).toContain('CONFIG_UNTRUSTED')
    const chosen = await run(['--krm', '--profile', 'dev'], list('{defaultProfile: dev}'))
    expect(chosen.code, chosen.stderr).toBe(0)
  })
})

describe('the credential of a repository of signatures', () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.headers.authorization ?? '-'}`)
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end()
  })
  let host: string
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())
  beforeEach(() => {
    asked.length = 0
    const auth = Buffer.from('robot:S3CRETPLANTED').toString('base64')
    mkdirSync(join(folder, '.docker'))
    writeFileSync(join(folder, '.docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }))
    configure(ENTRY.replace('}', `, signatureRepository: ${host}/signatures}`))
  })
  const env = () => ({ HOME: folder, DOCKER_CONFIG: join(folder, '.docker') })

  test('does not go where only a configuration that was found leads', async () => {
    const { code, stdout, stderr } = await run([], pod('acme/signed:1.0.0'), env())
    expect([code, stdout, codesOf(stderr)], stderr).toEqual([3, '', ['error CREDENTIAL_MISSING']])
    expect(new Set(asked)).toEqual(new Set(['-']))
    expect(stderr).toContain('--config pinpull.yaml says that you trust the file')
  })

  test('goes where a named one leads', async () => {
    await run(['--config', 'pinpull.yaml'], pod('acme/signed:1.0.0'), env())
    expect(asked.some((one) => one.startsWith('Basic '))).toBe(true)
  })
})
