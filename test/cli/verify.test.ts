import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { attachBundles, attachSignatures, createKeySigner } from '../support/registry/key-signer.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'

const OURS = createKeySigner()
const OTHERS = createKeySigner()

let folder: string
let registry: TestRegistry
/** The digests of the images, by name. */
const digests = new Map<string, string>()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-verify-'))
  registry = await startRegistry()
  const push = (name: string): string => {
    const { digest } = registry.push(`${name}:1`)
    digests.set(name, digest)
    return digest
  }
  for (const name of ['ours/bundle', 'ours/twice']) {
    const digest = push(name)
    attachBundles(registry, name, digest, [OURS.bundle(digest)])
  }
  const older = push('ours/older')
  attachSignatures(registry, 'ours/older', older, [OURS.signature(older)])
  const built = push('built/web')
  attachBundles(registry, 'built/web', built, [
    OURS.bundle(built, 'https://slsa.dev/provenance/v1', { buildDefinition: {}, runDetails: {} }),
  ])
  const wrong = push('ours/wrong')
  attachBundles(registry, 'ours/wrong', wrong, [OTHERS.bundle(wrong)])
  push('ours/unsigned')
  push('else/app')

  writeFileSync(join(folder, 'ours.pub'), OURS.publicKey)
  writeFileSync(join(folder, 'others.pub'), OTHERS.publicKey)
  writeFileSync(join(folder, 'pinpull.yaml'), CONFIG())
})
afterAll(async () => {
  await registry.close()
  rmSync(folder, { recursive: true })
})

const CONFIG = (): string => `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - name: prod
    verify:
    - {name: ours, images: '${registry.host}/ours/*', keys: [ours.pub], transparencyLog: optional}
    - name: built
      images: '${registry.host}/built/*'
      keys: [ours.pub]
      attestations: [{type: https://slsa.dev/provenance/v1}]
      transparencyLog: optional
  - name: lenient
    extends: dev
    verify:
    - {name: hoped, images: '${registry.host}/ours/*', keys: [ours.pub], transparencyLog: optional, mode: warn}
`

const pod = (...images: readonly string[]): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) },
  })

/** `127.0.0.1:1234/ours/bundle:1`. */
const image = (name: string): string => `${registry.host}/${name}:1`

/** What is the same in every run: the port and the digests by name. */
function normal(text: string): string {
  let shown = text.replaceAll(registry.host, 'HOST')
  for (const [name, digest] of digests) {
    const label = `<${name}>`
    const tag = digest.replace(':', '-')
    shown = shown
      .replaceAll(digest, label)
      .replaceAll(digest.slice(0, 19), label)
      .replaceAll(tag, `tag of ${label}`)
  }
  return shown
    .replace(/ {2,}/g, '  ')
    .replace(/sha256:[0-9a-f]{12}/g, 'sha256:…')
    .replace(/-+(?=\n)/g, '-')
}

async function run(args: readonly string[], input: string | undefined = undefined) {
  const config = ['--config', 'pinpull.yaml', '--cache-ttl', '0']
  const { code, stdout, stderr } = await runInProcess([...args, ...config], {
    cwd: folder,
    ...(input === undefined ? {} : { input }),
  })
  return { code, stdout: normal(stdout), stderr: normal(stderr), raw: stdout }
}

describe('pinpull verify', () => {
  test('resolves tags, verifies both formats and attestations, and says who signed which digest', async () => {
    const given = pod(image('ours/bundle'), image('ours/older'), image('built/web'), image('ours/bundle'))
    const { code, stdout, stderr } = await run(['verify'], given)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(
      [
        'IMAGE  DIGEST  PROOF  SIGNED  VERIFIED BY',
        'HOST/ours/bundle:1  <ours/bundle>  signature  -  key ours.pub (ours)',
        'HOST/ours/older:1  <ours/older>  signature  -  key ours.pub (ours)',
        'HOST/built/web:1  <built/web>  attestation https://slsa.dev/provenance/v1  -  key ours.pub (built)',
        '',
        'pinpull verify: prod: 4 images: 4 verified; no errors or warnings',
        '',
      ].join('\n'),
    )
  })

  test('verifies the digest that a manifest has', async () => {
    const pinned = `${registry.host}/ours/bundle@${digests.get('ours/bundle')}`
    const { code, stdout } = await run(['verify', '--profile', 'lenient'], pod(pinned))
    expect([code, stdout.split('\n')[1]]).toEqual([
      0,
      'HOST/ours/bundle  <ours/bundle>  signature  -  key ours.pub (hoped)',
    ])
  })

  test('changes nothing: in the report every image is as it was', async () => {
    const { raw } = await run(['verify', '-o', 'json'], pod(image('ours/bundle')))
    const [entry] = JSON.parse(raw).images
    expect(entry).toMatchObject({
      image: image('ours/bundle'),
      result: image('ours/bundle'),
      outcome: 'kept',
      reason: 'verified',
      digest: digests.get('ours/bundle'),
      verified: { rule: 'ours', by: 'key', signer: 'ours.pub', from: registry.host },
    })
    expect(entry).not.toHaveProperty('policyAfter')
  })

  test.each<[what: string, images: () => string[], code: number, found: RegExp]>([
    [
      'an image that nobody signed',
      () => [image('ours/unsigned')],
      1,
      /error SIGNATURE_MISSING: HOST\/ours\/unsigned:1: /,
    ],
    [
      'one that somebody else signed, with an account of everything that was looked at',
      () => [image('ours/wrong')],
      1,
      /error SIGNATURE_INVALID: HOST\/ours\/wrong:1: .* does not satisfy that:\n +HOST: .*\n +referrer .* was not made with the key ours.pub/,
    ],
    [
      'one without an entry',
      () => [image('else/app')],
      1,
      /error IMAGE_UNVERIFIED: HOST\/else\/app:1: not verified: no entry of verify is for it/,
    ],
    ['a placeholder', () => [`${registry.host}/ours/bundle:\${TAG}`], 1, /error IMAGE_NOT_VERIFIABLE: /],
    ['a tag that does not exist', () => [`${registry.host}/ours/bundle:2`], 1, /error MANIFEST_UNKNOWN: /],
    ['a registry that does not answer', () => ['127.0.0.1:1/ours/app:1'], 3, /error REGISTRY_UNAVAILABLE: /],
  ])('fails for %s', async (_, images, code, found) => {
    const result = await run(['verify'], pod(...images(), image('ours/bundle')))
    expect(result.code).toBe(code)
    expect(result.stdout).toMatch(found)
    expect(result.stdout).toMatch(/\npinpull verify: prod: 2 images: 1 verified; [12] errors?\n$/)
  })

  test('an annotation exempts no image', async () => {
    const skipped = JSON.parse(pod(image('ours/bundle')))
    skipped.metadata.annotations = { 'pinpull.dev/skip': 'true' }
    const { code, stdout } = await run(['verify'], JSON.stringify(skipped))
    expect([code, /error \w+/.exec(stdout)?.[0]]).toEqual([1, 'error IMAGE_NOT_VERIFIABLE'])
  })

  test('mode: warn of an entry warns here, too', async () => {
    const args = ['verify', '--profile', 'lenient']
    const { code, stdout } = await run(args, pod(image('ours/unsigned')))
    expect([code, /\w+ SIGNATURE_\w+/.exec(stdout)?.[0]]).toEqual([0, 'warning SIGNATURE_MISSING'])
    expect((await run([...args, '--fail-on', 'warning'], pod(image('ours/unsigned')))).code).toBe(1)
  })

  test.each<[what: string, input: string, found: RegExp]>([
    ['nothing', '', /error INPUT_WITHOUT_OBJECTS: /],
    ['no Kubernetes object', 'a: 1\n', /error \w+_WITHOUT_OBJECTS?: /],
    [
      'a field that no rule covers',
      '{apiVersion: a.example/v1, kind: A, metadata: {name: a}, spec: {image: "HOST/ours/bundle:1"}}',
      /error FIELD_UNKNOWN: /,
    ],
  ])('proves nothing of an input with %s', async (_, input, found) => {
    const { code, stdout } = await run(['verify'], input.replace('HOST', registry.host))
    expect(code).toBe(1)
    expect(stdout).toMatch(found)
  })

  test('says nothing of pull policies and moving tags, which check reports', async () => {
    const given = JSON.parse(pod(image('ours/bundle')))
    given.spec.containers[0].imagePullPolicy = 'Always'
    const { stdout } = await run(['verify'], JSON.stringify(given))
    expect(stdout).toMatch(/1 verified; no errors or warnings\n$/)
  })

  describe('without a configuration', () => {
    const key = ['--key', 'ours.pub', '--transparency-log', 'optional']

    test('--key and --image verify one image, and read no standard input', async () => {
      const { code, stdout, stderr } = await run(
        ['verify', ...key, '--image', image('ours/older')],
        'not: read',
      )
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toBe(
        [
          'IMAGE  DIGEST  PROOF  SIGNED  VERIFIED BY',
          'HOST/ours/older:1  <ours/older>  signature  -  key ours.pub (the command line)',
          '',
          'pinpull verify: prod: 1 image: 1 verified; no errors or warnings',
          '',
        ].join('\n'),
      )
    })

    test('any of several keys suffices, and the key replaces what the profile demands', async () => {
      const both = [...key, '--key', 'others.pub']
      const { code, stdout } = await run([
        'verify',
        ...both,
        '--image',
        `${image('ours/wrong')} ${image('built/web')}`,
      ])
      expect([code, stdout.match(/(?:key|error) \w+[.\w]*/g)]).toEqual([
        1,
        ['key others.pub', 'error SIGNATURE_MISSING'],
      ])
    })

    test('a signature must be in a log unless the command line says otherwise', async () => {
      const { code, stdout } = await run(['verify', '--key', 'ours.pub', '--image', image('ours/bundle')])
      expect([code, /error \w+/.exec(stdout)?.[0]]).toEqual([1, 'error SIGNATURE_INVALID'])
    })

    test('a key outside the folder of a configuration that was only found is as good as any', async () => {
      const inside = join(folder, 'app')
      mkdirSync(inside, { recursive: true })
      writeFileSync(join(inside, 'pinpull.yaml'), CONFIG())
      const args = ['verify', ...key.with(1, '../ours.pub'), '--image', image('ours/bundle')]
      const { code, stdout } = await runInProcess([...args, '--cache-ttl', '0'], { cwd: inside })
      expect([code, normal(stdout).split('\n')[1]]).toEqual([
        0,
        'HOST/ours/bundle:1  <ours/bundle>  signature  -  key ../ours.pub (the command line)',
      ])
      const found = pod(image('ours/bundle'))
      writeFileSync(join(inside, 'pinpull.yaml'), CONFIG().replaceAll('ours.pub', '../ours.pub'))
      expect((await runInProcess(['verify', '--cache-ttl', '0'], { cwd: inside, input: found })).code).toBe(2)
    })

    test('--verbose says how old the public trusted root is, where it is needed', async () => {
      const verbose = ['verify', '--verbose', '--key', 'ours.pub', '--image', image('ours/bundle')]
      const root = /^pinpull: signatures are verified with sigstore's public root of 20\d\d-\d\d-\d\d /gm
      expect((await run(verbose)).stderr.match(root)).toHaveLength(1)
      expect((await run([...verbose, '--transparency-log', 'optional'])).stderr).not.toMatch(root)
    })

    test('a key that is not there is an error of usage', async () => {
      const { code, stdout } = await run(['verify', '--key', 'gone.pub', '--image', image('ours/bundle')])
      expect([code, /error \w+/.exec(stdout)?.[0]]).toEqual([2, 'error VERIFY_SETTINGS_INVALID'])
    })
  })

  test('a profile that demands nothing is an error of usage, which says how to begin', async () => {
    const { code, stdout, stderr } = await run(['verify', '--profile', 'staging'], pod(image('ours/bundle')))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.split('\n')).toEqual(
      `error VERIFY_UNSET: profile staging demands no signature (verify), so there is nothing to verify
  → demand one in the configuration (docs/verify.md), or name a key for this run: pinpull verify --key cosign.pub FILE

  # pinpull.yaml
  apiVersion: pinpull.dev/v1alpha1
  kind: Pinpull
  spec: {profiles: [{name: prod, verify: [{images: ['ghcr.io/acme/**'], keys: [cosign.pub]}]}]}
`.split('\n'),
    )
  })

  test('--report writes a page with who signed, and what failed', async () => {
    const { code } = await run(
      ['verify', '--report', 'r.html'],
      pod(image('ours/bundle'), image('ours/wrong')),
    )
    expect(code).toBe(1)
    const page = readFileSync(join(folder, 'r.html'), 'utf8')
    expect(page).toContain('<span class="badge verified">key</span> <code>ours.pub</code>')
    expect(page).toContain('<ul class="account"><li>')
  })
})

describe('pinpull check --verify-signatures', () => {
  const args = ['check', '--verify-signatures']

  test('reports who signed, beside its other checks', async () => {
    const { code, raw } = await run([...args, '-o', 'json'], pod(image('ours/bundle')))
    const { images, diagnostics } = JSON.parse(raw)
    expect(code).toBe(1)
    expect(images[0]).toMatchObject({ outcome: 'kept', verified: { signer: 'ours.pub' } })
    expect(diagnostics.map((one: { code: string }) => one.code)).toContain('IMAGE_UNPINNED')
  })

  test.each<[what: string, name: string, error: string]>([
    ['that nobody signed', 'ours/unsigned', 'SIGNATURE_MISSING'],
    ['without an entry', 'else/app', 'IMAGE_UNVERIFIED'],
  ])('fails for a pinned image %s', async (_, name, error) => {
    const pinned = `${registry.host}/${name}:1@${digests.get(name)}`
    const given = JSON.parse(pod(pinned))
    given.spec.containers[0].imagePullPolicy = 'IfNotPresent'
    const { code, stdout } = await run(args, JSON.stringify(given))
    expect([code, stdout.match(/(?<=error )[A-Z_]+/g)]).toEqual([1, [error]])
  })

  test('a profile that demands nothing is an error of usage', async () => {
    const { code, stderr } = await run([...args, '--profile', 'staging'], pod(image('ours/bundle')))
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error VERIFY_UNSET: profile staging demands no signature (verify), so there is nothing to verify',
    ])
  })
})

describe('the filter and explain', () => {
  test('the summary counts what was verified, and --verbose says by whom', async () => {
    const given = pod(image('ours/bundle'), image('else/app'))
    const { code, stderr } = await run(['--verbose'], given)
    expect(code).toBe(0)
    expect(stderr).toContain('\n  verified by key ours.pub (ours): signature, from HOST\n')
    expect(stderr).toMatch(
      /pinpull: prod: 2 images: 2 pinned, 0 unchanged; pull policy set on 2; 1 verified\n$/,
    )
  })

  test('explain says what is demanded, and who signed', async () => {
    const given = pod(image('ours/bundle'), image('built/web'), image('else/app'), image('ours/wrong'))
    const { stdout } = await run(['explain'], given)
    const lines = stdout.split('\n')
    const demands = lines.flatMap((line, at) =>
      line.startsWith('  verify ')
        ? [line, ...lines.slice(at + 1, at + 3).filter((one) => one !== '' && !one.startsWith('<'))]
        : [],
    )
    expect(demands).toEqual([
      '  verify  a signature by key ours.pub (ours)',
      '  verified by key ours.pub',
      '  signature, from HOST',
      '  verify  an attestation https://slsa.dev/provenance/v1 by key ours.pub (built)',
      '  verified by key ours.pub',
      '  attestation https://slsa.dev/provenance/v1, from HOST',
      '  verify  nothing: no entry of verify in profile prod is for it',
      '  verify  a signature by key ours.pub (ours)',
    ])
    expect(stdout).toContain('error SIGNATURE_INVALID')
  })
})
