import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { computeDigest } from '../../src/reference/content-digest.ts'
import { CONTAINERD_NAME, layoutFiles, tarOf } from '../support/image-layout.ts'
import { runInProcess } from '../support/memory-io.ts'
import { pushReferrers, pushUnderTag } from '../support/registry/attached.ts'
import { buildImage } from '../support/registry/image.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { type SigningKey, signatureLayer, signedReferrer, signingKey } from '../support/signing.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { verifyConfig } from '../support/verify-config.ts'

const ours = signingKey()
const theirs = signingKey()
const KEYS: Readonly<Record<string, SigningKey>> = { 'ours.pub': ours, 'theirs.pub': theirs }

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
  mkdirSync(join(folder, 'keys'))
  for (const [name, { publicKey }] of Object.entries(KEYS))
    writeFileSync(join(folder, 'keys', name), publicKey)
  registry.clearRequests()
  demand({})
})

const START = Date.UTC(2026, 10, 1)
const DAY = 24 * 60 * 60 * 1000
const digests = new Map(
  ['a', 'b', 'c'].map((seed): [string, string] => [seed.toUpperCase(), buildImage({ seed }).top.digest]),
)

interface Demand {
  readonly keys?: readonly string[]
  /** More of the entry of `verify`, and of the profile. */
  readonly more?: string
  readonly profile?: string
}

/** Writes the configuration. */
function demand({ keys = ['ours.pub'], more, profile }: Demand): void {
  const list = keys.map((name) => `keys/${name}`).join(', ')
  const entry = `name: web, images: ['${registry.host}/acme/**'], keys: [${list}], transparencyLog: optional`
  const text = verifyConfig({
    entry: more === undefined ? entry : `${entry}, ${more}`,
    ...(profile !== undefined && { profile }),
  })
  writeFileSync(join(folder, 'pinpull.yaml'), text)
}

let count = 0
/** Makes a repository with the image `a`, and signs it. */
function repository(...keys: readonly SigningKey[]): string {
  count += 1
  const name = `acme/web${count}`
  tag(name, 'a')
  for (const key of keys) sign(name, 'A', key)
  return name
}
const tag = (name: string, seed: string): unknown => registry.push(`${name}:1`, { seed })
function sign(name: string, letter: string, key: SigningKey): void {
  const digest = digests.get(letter) as string
  pushReferrers(registry, name, digest, [signedReferrer(digest, key)])
}

const pod = (...names: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${names
    .map((name, i) => `  - name: c${i}\n    image: ${registry.host}/${name}:1\n`)
    .join('')}`

/** Replaces what differs from run to run by names: hosts, folders, digests. */
function readable(text: string): string {
  let result = text
    .replaceAll(registry.host, 'HOST')
    .replaceAll(folder, 'DIR')
    .replaceAll(/acme\/web\d+/g, 'acme/web')
  for (const [letter, digest] of digests)
    result = result.replaceAll(digest, letter).replaceAll(digest.slice(7), letter)
  return result.replaceAll(/(sha256[:-])[0-9a-f]{8,64}/g, '$1HEX')
}

async function run(args: readonly string[], input: string, day = 0) {
  const now = () => START + day * DAY
  registry.clearRequests()
  const { code, stdout, stderr } = await runInProcess(args, { input, cwd: folder, now })
  return { code, stdout: readable(stdout), stderr: readable(stderr) }
}

const lockText = (): string => readable(readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8'))
const stored = (): string[] =>
  existsSync(join(folder, 'pinpull.lock.d')) ? readdirSync(join(folder, 'pinpull.lock.d')) : []

const A_OURS = 'signed by keys/ours.pub'
const LOCKED = `# What each image tag named when it was last resolved. Written by "pinpull lock"; made to be reviewed.
apiVersion: pinpull.dev/v1alpha2
kind: Lock
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
images:
  - reference: "HOST/acme/web:1"
    digest: A
    mediaType: application/vnd.oci.image.index.v1+json
    platforms:
      - {platform: linux/amd64, digest: sha256:HEX}
      - {platform: linux/arm64, digest: sha256:HEX}
    source: "HOST"
    resolvedAt: "2026-11-01T00:00:00Z"
    verified:
      by: key
      signer: keys/ours.pub
      bundle: sha256:HEX
`
const SIGN_IT =
  '  → have its publisher sign this digest (cosign sign); if its signatures are in another repository, set signatureRepository in the profile\n'
const WHO =
  '  → find out who signed it before you use it; if the signer is right, correct verify in the profile\n'
const NOTHING = 'pinpull: lock: 1 error; nothing was written\n'
const MISSING = (digest: string): string =>
  `SIGNATURE_MISSING: HOST/acme/web:1: profile ours demands a signature (web), and none is attached to ${digest}:
    HOST: nothing in tag sha256-HEX….sig, nothing in tag sha256-HEX…, nothing in tag sha256-HEX….att
`
const INVALID = (digest: string, looked: string): string =>
  `SIGNATURE_INVALID: HOST/acme/web:1: profile ours demands a signature (web), and what is attached to ${digest} does not satisfy that:
    ${looked}
`
const OTHER_KEY = (key: string): string =>
  `bundle with a signature: its signature was not made with the key keys/${key}, or what it signs was changed`
const FOUND_ONE = 'HOST: nothing in tag sha256-HEX….sig, 1 in tag sha256-HEX…, nothing in tag sha256-HEX….att'
const IN_POD = '  Pod web, container c0, spec.containers[0].image\n'
const FOLDER_ONE = 'pinpull.lock.yaml: 1 in pinpull.lock.d\n    pinpull.lock.d/sha256-HEX'
const NOT_STORED = (what: string): string =>
  `pinpull.lock.yaml:9:5: error VERIFICATION_NOT_STORED: HOST/acme/web:1: profile ours demands ${what} (web), and nothing is stored with pinpull.lock.yaml for A
  → lock it again where the registry can be reached, and commit the lock file with its folder: pinpull lock FILE
${NOTHING}`
const NOTED =
  'pinpull: lock: 1 error; no digest was changed; pinpull.lock.yaml has when new digests were first seen\n'
const LOST = (looked: string): string =>
  `<stdin>:7:12: error SIGNER_LOST: HOST/acme/web:1: the pinned digest is signed by keys/ours.pub, and B lacks a signature:
    ${looked}
${IN_POD}  → ask the publisher: a release that somebody else has pushed looks like this; to accept that, let verify in the profile allow it, and then: pinpull lock --update --accept-signer none --match HOST/acme/web:1 FILE
`

describe('pinpull lock, with a profile that verifies', () => {
  test('stores who has signed, and the bundle', async () => {
    const name = repository(ours)
    expect(await run(['lock'], pod(name))).toEqual({
      code: 0,
      stdout: '',
      stderr: `added HOST/acme/web:1 A, ${A_OURS}
pinpull: lock: 1 image: 1 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written
`,
    })
    expect(lockText()).toBe(LOCKED)
    const [file = ''] = stored()
    expect(stored()).toEqual([file])
    const bundle = readFileSync(join(folder, 'pinpull.lock.d', file))
    expect(file).toBe(computeDigest('sha256', bundle).replace(':', '-'))
    expect(JSON.parse(String(bundle))).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' },
    })
  })

  test('a signature under the tag .sig is stored with its content', async () => {
    const name = repository()
    const digest = digests.get('A') as string
    pushUnderTag(registry, name, digest, 'sig', [signatureLayer(digest, ours)])
    expect((await run(['lock'], pod(name))).stderr).toContain(`added HOST/acme/web:1 A, ${A_OURS}`)
    const [file = ''] = stored()
    expect(JSON.parse(readFileSync(join(folder, 'pinpull.lock.d', file), 'utf8'))).toMatchObject({
      mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
      annotations: { 'dev.cosignproject.cosign/signature': expect.stringMatching(/^ME/) },
      data: expect.stringMatching(/^eyJjcml0aWNhbCI6/),
    })
    expect((await run(['lock', '--check', '--locked'], pod(name))).code).toBe(0)
  })

  test.each<[string, readonly SigningKey[], string]>([
    ['that nobody has signed', [], `<stdin>:7:12: error ${MISSING('A')}${IN_POD}${SIGN_IT}${NOTHING}`],
    [
      'that somebody else has signed',
      [theirs],
      `<stdin>:7:12: error ${INVALID('A', `${FOUND_ONE}\n    referrer sha256:HEX…: ${OTHER_KEY('ours.pub')}`)}${IN_POD}${WHO}${NOTHING}`,
    ],
  ])('an image %s is not locked, nor is another', async (_, keys, error) => {
    const [bad, good] = [repository(...keys), repository(ours)]
    const { code, stderr } = await run(['lock'], pod(bad, good))
    expect([code, stderr]).toEqual([1, error])
    expect([existsSync(join(folder, 'pinpull.lock.yaml')), stored()]).toEqual([false, []])
  })

  test('what is stored is verified again without a request, also by --update, which only asks the tag', async () => {
    const name = repository(ours)
    await run(['lock'], pod(name))
    for (const [args, requests] of [
      [['lock'], []],
      [['lock', '--update'], ['HEAD']],
    ] as const) {
      expect((await run(args, pod(name))).stderr).toContain('pinpull.lock.yaml is unchanged')
      expect(registry.requests.map(({ method }) => method)).toEqual(requests)
    }
  })

  test('an entry from before gets its signer', async () => {
    const name = repository(ours)
    writeFileSync(join(folder, 'plain.yaml'), 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {}\n')
    await run(['lock', '--config', 'plain.yaml'], pod(name))
    expect([lockText().includes('verified'), stored()]).toEqual([false, []])
    expect((await run(['lock'], pod(name))).stderr).toContain('pinpull.lock.yaml was written')
    expect([lockText().includes('signer: keys/ours.pub'), stored().length]).toEqual([true, 1])
  })

  test('an entry that the rule does not accept any more is an error, and stays', async () => {
    const name = repository(ours)
    await run(['lock'], pod(name))
    const before = lockText()
    demand({ keys: ['theirs.pub'] })
    expect(await run(['lock'], pod(name))).toEqual({
      code: 1,
      stdout: '',
      stderr: `pinpull.lock.yaml:9:5: error ${INVALID('A', `${FOUND_ONE}\n    referrer sha256:HEX…: ${OTHER_KEY('theirs.pub')}`)}${WHO}${NOTHING}`,
    })
    expect([lockText(), stored().length]).toEqual([before, 1])
    // The publisher signs it again.
    sign(name, 'A', theirs)
    await run(['lock'], pod(name))
    expect([lockText().includes('signer: keys/theirs.pub'), stored().length]).toEqual([true, 1])
  })

  test('with mode: warn an image without a signature is locked, with a warning', async () => {
    demand({ more: 'mode: warn' })
    const name = repository()
    const { code, stderr } = await run(['lock'], pod(name))
    expect([code, stderr]).toEqual([
      0,
      `warning ${MISSING('A')}${SIGN_IT}added HOST/acme/web:1 A
pinpull: lock: 1 image: 1 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written
`,
    ])
    expect(lockText()).not.toContain('verified')
  })

  test('--prune removes the signatures of what it removes', async () => {
    const [first, second] = [repository(ours), repository(ours)]
    tag(second, 'b')
    sign(second, 'B', ours)
    await run(['lock'], pod(first, second))
    expect(stored()).toHaveLength(2)
    await run(['lock', '--prune', '-f', '-'], pod(first))
    expect(stored()).toHaveLength(1)
  })

  test('two runs at once keep the signatures of both', async () => {
    const [first, second] = [repository(ours), repository()]
    tag(second, 'b')
    sign(second, 'B', ours)
    const runs = await Promise.all([run(['lock'], pod(first)), run(['lock'], pod(second))])
    expect(runs.map(({ code }) => code)).toEqual([0, 0])
    expect(stored()).toHaveLength(2)
    expect((await run(['lock', '--check', '--locked'], pod(first, second))).code).toBe(0)
  })
})

test('two branches that lock different images merge, with their signatures', async () => {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
  const [first, base, second] = [repository(ours), repository(ours), repository()]
  tag(second, 'b')
  sign(second, 'B', ours)
  git('init', '-q', '-b', 'main')
  writeFileSync(join(folder, '.gitattributes'), '*.lock.d/* -text linguist-generated\n')
  const commit = async (...names: readonly string[]): Promise<void> => {
    expect((await run(['lock', ...(names.length > 1 ? [] : ['--prune', '-'])], pod(...names))).code).toBe(0)
    git('add', '-A')
    git('commit', '-q', '-m', 'lock')
  }
  await commit(base, base)
  git('switch', '-q', '-c', 'one')
  await commit(base, first)
  git('switch', '-q', '-c', 'two', 'main')
  await commit(base, second)
  git('merge', '-q', '-m', 'merge', 'one')
  expect((await run(['lock', '--check', '--locked'], pod(base, first, second))).code).toBe(0)
})

describe('pinpull lock --check --locked', () => {
  const check = ['lock', '--check', '--locked'] as const
  test.each<[string, (file: string) => void, number, string]>([
    [
      'signed and stored',
      () => {},
      0,
      'pinpull: lock: pinpull.lock.yaml holds what the manifests need, and nothing has moved\n',
    ],
    ['not stored', (file) => rmSync(file), 1, NOT_STORED('a signature')],
    [
      'damaged',
      (file) => writeFileSync(file, 'x'),
      1,
      `pinpull.lock.yaml:9:5: error LOCK_SIGNATURE_INVALID: the stored signature pinpull.lock.d/sha256-HEX cannot be used: its content does not have the hash that it is named after
  → restore it from version control; or delete it and, where the registry can be reached, run pinpull lock FILE
${NOTHING}`,
    ],
    [
      'signed by another key than the rule has now',
      () => demand({ keys: ['theirs.pub'] }),
      1,
      `pinpull.lock.yaml:9:5: error ${INVALID('A', `${FOLDER_ONE}: ${OTHER_KEY('theirs.pub')}`)}${WHO}${NOTHING}`,
    ],
    [
      'without what the rule demands now',
      () => demand({ more: 'attestations: [{type: https://slsa.dev/provenance/v1}]' }),
      1,
      NOT_STORED('an attestation of type https://slsa.dev/provenance/v1'),
    ],
    [
      'locked with another digest by hand',
      () => {
        const path = join(folder, 'pinpull.lock.yaml')
        const [from = '', to = ''] = [digests.get('A'), digests.get('B')]
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to))
      },
      1,
      `pinpull.lock.yaml:9:5: error ${INVALID('B', `${FOLDER_ONE}: bundle with a signature: it is signed, but for another image: wanted B, found A`)}${WHO}${NOTHING}`,
    ],
    [
      'only called verified by hand',
      (file) => {
        rmSync(file)
        demand({ keys: ['theirs.pub'] })
        const path = join(folder, 'pinpull.lock.yaml')
        writeFileSync(path, readFileSync(path, 'utf8').replace('ours.pub', 'theirs.pub'))
      },
      1,
      NOT_STORED('a signature'),
    ],
  ])('%s', async (_, change, code, stderr) => {
    const name = repository(ours)
    await run(['lock'], pod(name))
    change(join(folder, 'pinpull.lock.d', stored()[0] ?? ''))
    expect(await run(check, pod(name))).toEqual({ code, stdout: '', stderr })
    expect(registry.requests).toEqual([])
  })
})

describe('pinpull lock --update, where the signer differs', () => {
  test.each<[string, Demand, readonly SigningKey[], string]>([
    [
      'signed by another key that the rule accepts',
      { keys: ['ours.pub', 'theirs.pub'] },
      [theirs],
      `<stdin>:7:12: error SIGNER_CHANGED: HOST/acme/web:1: the pinned digest is signed by keys/ours.pub, and B by keys/theirs.pub
${IN_POD}  → ask the publisher whether the signer has changed; if so, name the new one: pinpull lock --update --accept-signer SIGNER --match HOST/acme/web:1 FILE
`,
    ],
    [
      'signed by a key that the rule does not accept',
      {},
      [theirs],
      LOST(`${FOUND_ONE}\n    referrer sha256:HEX…: ${OTHER_KEY('ours.pub')}`),
    ],
    [
      'signed by nobody',
      {},
      [],
      LOST(
        'HOST: nothing in tag sha256-HEX….sig, nothing in tag sha256-HEX…, nothing in tag sha256-HEX….att',
      ),
    ],
    [
      'signed by nobody, where the rule only warns now',
      { more: 'mode: warn' },
      [],
      LOST(
        'HOST: nothing in tag sha256-HEX….sig, nothing in tag sha256-HEX…, nothing in tag sha256-HEX….att',
      ),
    ],
    ['signed by both', { keys: ['ours.pub', 'theirs.pub'] }, [theirs, ours], ''],
  ])('%s', async (_, now, keys, error) => {
    const name = repository(ours)
    await run(['lock'], pod(name))
    demand(now)
    tag(name, 'b')
    for (const key of keys) sign(name, 'B', key)
    for (const more of [[], ['--now']]) {
      const ending = more.length === 0 ? NOTED : NOTHING
      const { code, stderr } = await run(['lock', '--update', ...more], pod(name), 300)
      if (error === '') expect(code).toBe(0)
      else expect([code, stderr]).toEqual([1, `${error}${ending}`])
    }
    expect(lockText()).toContain(error === '' ? 'digest: B' : 'digest: A')
  })

  test('of several attestations, each has to keep its signer', async () => {
    const [provenance, sbom] = ['https://slsa.dev/provenance/v1', 'https://spdx.dev/Document']
    const more = `attestations: [{type: ${provenance}}, {type: ${sbom}}]`
    demand({ keys: ['ours.pub', 'theirs.pub'], more })
    const name = repository()
    const attest = (letter: string, ofSbom: SigningKey): void => {
      const digest = digests.get(letter) as string
      pushReferrers(registry, name, digest, [
        signedReferrer(digest, ours, provenance),
        signedReferrer(digest, ofSbom, sbom),
      ])
    }
    attest('A', theirs)
    await run(['lock'], pod(name))
    expect(lockText()).toContain(`    verified:
      by: key
      signer: keys/ours.pub
      attestations:
        - {type: ${provenance}, bundle: sha256:HEX}
        - {type: ${sbom}, bundle: sha256:HEX, by: key, signer: keys/theirs.pub}
`)
    expect((await run(['lock', '--check', '--locked'], pod(name))).code).toBe(0)
    expect((await run(['verify'], pod(name))).stdout).toContain(
      `attestations ${provenance} and ${sbom} (by key keys/theirs.pub)`,
    )
    tag(name, 'b')
    attest('B', ours)
    const { code, stderr } = await run(['lock', '--update'], pod(name), 300)
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      `<stdin>:7:12: error SIGNER_CHANGED: HOST/acme/web:1: the pinned digest is signed by keys/theirs.pub for its attestation of type ${sbom}, and B by keys/ours.pub`,
    ])
    const accepted = await run(['lock', '--update', '--accept-signer', 'keys/ours.pub'], pod(name), 300)
    expect([accepted.code, lockText().includes('theirs.pub')]).toEqual([0, false])
  })

  test('--accept-signer names the one who may take over', async () => {
    demand({ keys: ['ours.pub', 'theirs.pub'] })
    const name = repository(ours)
    await run(['lock'], pod(name))
    tag(name, 'b')
    sign(name, 'B', theirs)
    const update = (signer: string) => run(['lock', '--update', '--accept-signer', signer], pod(name), 300)
    expect((await update('keys/others.pub')).code).toBe(1)
    expect((await update('none')).code).toBe(1)
    expect(await update('keys/theirs.pub')).toEqual({
      code: 0,
      stdout: '',
      stderr: `updated HOST/acme/web:1 A → B, signed by keys/theirs.pub
pinpull: lock: 1 image: 0 added, 1 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written
`,
    })
    expect([lockText().includes('signer: keys/theirs.pub'), stored().length]).toEqual([true, 1])
  })

  test('--accept-signer none does not allow what the rule forbids', async () => {
    const name = repository(ours)
    await run(['lock'], pod(name))
    tag(name, 'b')
    const update = ['lock', '--update', '--accept-signer', 'none']
    expect((await run(update, pod(name), 300)).stderr).toContain('error SIGNATURE_MISSING')
    demand({ more: 'mode: warn' })
    expect((await run(update, pod(name), 300)).code).toBe(0)
    expect([lockText().includes('verified'), stored()]).toEqual([false, []])
  })

  test('a profile that verifies nothing does not take the signature away', async () => {
    const name = repository(ours)
    await run(['lock'], pod(name))
    tag(name, 'b')
    writeFileSync(join(folder, 'plain.yaml'), 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {}\n')
    expect(await run(['lock', '--update', '--config', 'plain.yaml'], pod(name), 300)).toEqual({
      code: 1,
      stdout: '',
      stderr: `${LOST('the profile demands none')}${NOTED}`,
    })
    expect(lockText()).toContain('digest: A')
  })
})

describe('pinpull lock --from-status', () => {
  const running = (name: string, letter: string): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { containers: [{ name: 'c', image: `${registry.host}/${name}:1` }] },
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'c',
            image: `${registry.host}/${name}:1`,
            imageID: `${registry.host}/${name}@${digests.get(letter)}`,
            state: { running: { startedAt: '2026-10-30T08:00:00Z' } },
          },
        ],
      },
    })

  test('adopts what runs if it verifies', async () => {
    const name = repository(ours)
    expect((await run(['lock', '--from-status'], running(name, 'A'))).stderr).toContain(
      `added HOST/acme/web:1 A, ${A_OURS}`,
    )
    expect(stored()).toHaveLength(1)
  })

  test('and nothing else, nor what somebody else has signed than what is locked', async () => {
    demand({ keys: ['ours.pub', 'theirs.pub'] })
    const name = repository()
    const unsigned = await run(['lock', '--from-status'], running(name, 'A'))
    expect([unsigned.code, unsigned.stderr.match(/error [A-Z_]+/g)]).toEqual([1, ['error SIGNATURE_MISSING']])
    sign(name, 'A', ours)
    await run(['lock'], pod(name))
    tag(name, 'b')
    sign(name, 'B', theirs)
    const adopt = ['lock', '--from-status', '--update']
    const other = await run(adopt, running(name, 'B'))
    expect([other.code, other.stderr.match(/error [A-Z_]+/g)]).toEqual([1, ['error SIGNER_CHANGED']])
    expect(lockText()).toContain('digest: A')
    const accepted = await run([...adopt, '--accept-signer', 'keys/theirs.pub'], running(name, 'B'))
    expect([accepted.code, lockText().includes('digest: B'), stored().length]).toEqual([0, true, 1])
  })
})

test('--accept-signer without --update is a mistake', async () => {
  expect(await run(['lock', '--accept-signer', 'x'], pod('a'))).toEqual({
    code: 2,
    stdout: '',
    stderr: `error USAGE: --accept-signer is about the signers of new digests: add --update, and --match to name the images
  → see pinpull --help, or pinpull COMMAND --help
`,
  })
})

describe('from a layout', () => {
  const image = buildImage({ seed: 'a' })

  /** Writes the layout that `oras cp -r` makes: an image, and what is attached to it. */
  function copy(...keys: readonly SigningKey[]): string {
    const name = `${registry.host}/acme/laid:1`
    const artifacts = keys.map((key) => signedReferrer(image.top.digest, key))
    const files = layoutFiles([
      { image, annotations: { [CONTAINERD_NAME]: name } },
      ...artifacts.map(({ manifest: top, blobs }) => ({
        image: { top, manifests: [], blobs },
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      })),
    ])
    writeFileSync(join(folder, 'images.tar'), tarOf(files))
    return 'acme/laid'
  }

  test('signatures are verified and kept, and no registry is asked with --locked', async () => {
    const name = copy(theirs, ours)
    const { code, stderr } = await run(['lock', '--locked', '--from-layout', 'images.tar'], pod(name))
    expect([code, stderr]).toEqual([0, expect.stringContaining(A_OURS)])
    expect(stored()).toHaveLength(1)
    expect(registry.requests).toEqual([])
    expect((await run(['--locked'], pod(name))).stdout).toContain('acme/laid:1@A')
  })

  test('the index is kept, too, where it is signed instead of the platform', async () => {
    demand({ profile: 'platform: linux/arm64' })
    const name = copy(ours)
    const { code, stderr } = await run(['lock', '--locked', '--from-layout', 'images.tar'], pod(name))
    expect([code, stderr]).toEqual([0, expect.stringContaining(A_OURS)])
    expect([lockText().includes('      index: A\n'), stored().length]).toEqual([true, 2])
    expect((await run(['--locked'], pod(name))).stdout).toContain('acme/laid:1@sha256:HEX')
    expect(registry.requests).toEqual([])
  })

  test('what was not copied is missing with --locked', async () => {
    const name = copy()
    const { code, stderr } = await run(['lock', '--locked', '--from-layout', 'images.tar'], pod(name))
    expect([code, stderr]).toEqual([1, expect.stringContaining('oci-archive:images.tar: nothing in tag')])
  })

  test('what was not copied is searched at the registry', async () => {
    copy()
    registry.push('acme/laid:1', { seed: 'a' })
    sign('acme/laid', 'A', ours)
    const { code, stderr } = await run(['lock', '--from-layout', 'images.tar'], pod('acme/laid'))
    expect([code, stderr]).toEqual([0, expect.stringContaining(A_OURS)])
  })
})

describe('a platform whose index alone is signed', () => {
  const [, arm] = buildImage({ seed: 'a' }).manifests
  const path = (): string => join(folder, 'pinpull.lock.yaml')
  const indexFile = (): string =>
    join(folder, 'pinpull.lock.d', digests.get('A')?.replace(':', '-') as string)

  /** Locks the platform, and changes what was locked; tells what a run that asks no registry says. */
  async function lockedAfter(change: (name: string) => void | Promise<void>) {
    const name = repository(ours)
    demand({ profile: 'platform: linux/arm64' })
    const { code, stderr } = await run(['lock'], pod(name))
    expect([code, stderr]).toEqual([0, expect.stringContaining(A_OURS)])
    await change(name)
    const locked = await run(['--locked'], pod(name))
    return { ...locked, requests: registry.requests.length, name }
  }

  test('is verified with --locked, since the index is stored', async () => {
    const { code, stdout, stderr, requests, name } = await lockedAfter(() => {})
    expect([code, requests, stderr]).toEqual([0, 0, expect.stringContaining('; 1 verified')])
    expect(stdout).toContain(readable(`acme/web:1@${arm?.digest}`))
    expect(lockText()).toContain(`      bundle: sha256:HEX\n      index: A\n`)
    expect(stored()).toHaveLength(2)
    expect(computeDigest('sha256', readFileSync(indexFile()))).toBe(digests.get('A'))
    // Nothing changes in a second run, nor by an update.
    for (const args of [['lock'], ['lock', '--update'], ['lock', '--check', '--locked']])
      expect((await run(args, pod(name))).code).toBe(0)
    expect(stored()).toHaveLength(2)
  })

  test.each<[string, (name: string) => void, string]>([
    [
      'whose index is not stored, as in a lock file from before',
      () => {
        writeFileSync(path(), readFileSync(path(), 'utf8').replace(/ +index: .*\n/, ''))
        rmSync(indexFile())
      },
      'no index that lists the manifest of the platform is stored; if it is the index that is signed, pinpull lock FILE stores it',
    ],
    [
      'whose index got lost',
      () => rmSync(indexFile()),
      'the index sha256-A is not there; pinpull lock FILE stores it',
    ],
    [
      'whose index was changed',
      () => writeFileSync(indexFile(), `${readFileSync(indexFile())} `),
      'pinpull.lock.d/sha256-A cannot be used: its content does not have the hash that it is named after',
    ],
    [
      'where the lock file names another index, which nobody has signed',
      () => {
        const { manifests } = JSON.parse(readFileSync(indexFile(), 'utf8'))
        const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }))
        const digest = computeDigest('sha256', bytes)
        writeFileSync(join(folder, 'pinpull.lock.d', digest.replace(':', '-')), bytes)
        const from = `index: ${digests.get('A')}`
        writeFileSync(path(), readFileSync(path(), 'utf8').replace(from, `index: ${digest}`))
      },
      'it is signed, but for another image: wanted sha256:HEX, or sha256:HEX that names it, found A',
    ],
    [
      'where the lock file names a manifest that the index does not list',
      () => {
        const other = buildImage({ seed: 'b' }).manifests[1]?.digest as string
        const text = readFileSync(path(), 'utf8').replaceAll(arm?.digest as string, other)
        writeFileSync(path(), text)
      },
      'sha256-A is no index that lists the manifest of the platform',
    ],
  ])('%s', async (_, change, said) => {
    const { code, stdout, stderr, requests, name } = await lockedAfter(change)
    expect([code, stdout, requests]).toEqual([1, '', 0])
    expect(stderr).toContain(said)
    expect(name).not.toBe('')
  })

  test('and one from before gets its index', async () => {
    const { name } = await lockedAfter(() => {
      writeFileSync(path(), readFileSync(path(), 'utf8').replace(/ +index: .*\n/, ''))
      rmSync(indexFile())
    })
    expect((await run([], pod(name))).code).toBe(0)
    expect((await run(['lock'], pod(name))).code).toBe(0)
    expect([lockText().includes('index: A'), stored().length]).toEqual([true, 2])
    expect((await run(['--locked'], pod(name))).code).toBe(0)
  })
})

describe('pinpull guard --only-locked', () => {
  const evil = buildImage({ seed: 'b' }).top.digest

  test('admits digests that verify by what is stored with the lock file, and asks no registry', async () => {
    const name = repository(ours)
    expect((await run(['lock'], pod(name))).code).toBe(0)
    registry.clearRequests()
    const { code, stdout, stderr } = await run(['guard', '--only-locked'], '')
    expect([code, stderr, registry.requests]).toEqual([0, '', []])
    expect(stdout).toContain('kind: ConfigMap')
  })

  test.each(['--only-locked', '--pin --only-locked'])(
    '%s admits no digest that somebody wrote into it',
    async (flags) => {
      const name = repository(ours)
      expect((await run(['lock'], pod(name))).code).toBe(0)
      const path = join(folder, 'pinpull.lock.yaml')
      writeFileSync(path, readFileSync(path, 'utf8').replace(digests.get('A') as string, evil))
      const { code, stdout, stderr } = await run(['guard', ...flags.split(' ')], '')
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toContain(
        'error SIGNATURE_INVALID: HOST/acme/web:1: profile ours demands a signature (web)',
      )
    },
  )
})
