import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { pushReferrers } from '../support/registry/attached.ts'
import { buildImage } from '../support/registry/image.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { type SigningKey, signedReferrer, signingKey } from '../support/signing.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { verifyConfig } from '../support/verify-config.ts'

const ours = signingKey()
const theirs = signingKey()

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())

const digests = new Map(
  ['a', 'b'].map((seed): [string, string] => [seed.toUpperCase(), buildImage({ seed }).top.digest]),
)

let name = ''
let count = 0
/** A repository of its own for each test. */
beforeEach(() => {
  count += 1
  name = `acme/web${count}`
  folder = temporaryFolder()
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys/ours.pub'), ours.publicKey)
  writeFileSync(join(folder, 'keys/theirs.pub'), theirs.publicKey)
  writeFileSync(
    join(folder, 'pinpull.yaml'),
    verifyConfig({
      entry: "name: web, images: ['**'], keys: [keys/ours.pub, keys/theirs.pub], transparencyLog: optional",
    }),
  )
  tag('A')
  writeFileSync(join(folder, 'web.yaml'), source('A'))
})

const tag = (letter: string): unknown => registry.push(`${name}:1`, { seed: letter.toLowerCase() })
function sign(letter: string, ...keys: readonly SigningKey[]): void {
  const digest = digests.get(letter) as string
  pushReferrers(
    registry,
    name,
    digest,
    keys.map((key) => signedReferrer(digest, key)),
  )
}
const source = (letter: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: c, image: "${registry.host}/${name}:1@${digests.get(letter)}"}\n`

function readable(text: string): string {
  let result = text.replaceAll(registry.host, 'HOST').replaceAll(name, 'acme/web')
  for (const [letter, digest] of digests) result = result.replaceAll(digest, letter)
  return result
}

async function update(...args: readonly string[]) {
  const { code, stderr } = await runInProcess(['pin', '--update', '--write', ...args, 'web.yaml'], {
    cwd: folder,
  })
  return { code, stderr: readable(stderr), pinned: pinnedLetter() }
}

function pinnedLetter(): string | undefined {
  return /@(.)"/.exec(readable(readFileSync(join(folder, 'web.yaml'), 'utf8')))?.[1]
}

const CHANGED = `web.yaml:6:22: error SIGNER_CHANGED: HOST/acme/web:1: the pinned digest is signed by keys/ours.pub, and B by keys/theirs.pub
  Pod web, container c, spec.containers[0].image
  → ask the publisher whether the signer has changed; if so, name the new one: pinpull pin --update --accept-signer SIGNER --match HOST/acme/web:1 FILE
pinpull: pin: 1 image: 1 not pinned; nothing was written
`

describe('pin --update, with a profile that verifies', () => {
  test('moves to a digest that the same key has signed', async () => {
    sign('A', ours)
    tag('B')
    sign('B', ours)
    expect(await update()).toMatchObject({ code: 0, pinned: 'B' })
    expect(existsSync(join(folder, 'pinpull.lock.d'))).toBe(false)
  })

  test('does not move to one that another key has signed, unless that is named', async () => {
    sign('A', ours)
    tag('B')
    sign('B', theirs)
    expect(await update()).toEqual({ code: 1, stderr: CHANGED, pinned: 'A' })
    expect(await update('--now')).toEqual({ code: 1, stderr: CHANGED, pinned: 'A' })
    expect(await update('--accept-signer', 'keys/theirs.pub')).toMatchObject({ code: 0, pinned: 'B' })
  })

  test('nor to one that nobody has signed', async () => {
    sign('A', ours)
    tag('B')
    const { code, stderr, pinned } = await update()
    expect([code, stderr.split('\n')[0], pinned]).toEqual([
      1,
      'web.yaml:6:22: error SIGNER_LOST: HOST/acme/web:1: the pinned digest is signed by keys/ours.pub, and B lacks a signature:',
      'A',
    ])
  })

  test('moves from one that nobody has signed to one that is', async () => {
    tag('B')
    sign('B', theirs)
    expect(await update()).toMatchObject({ code: 0, pinned: 'B' })
  })

  test('does not move to one that the lock file has taken, but that another key has signed', async () => {
    tag('B')
    sign('B', theirs)
    const { code } = await runInProcess(['lock', '--image', `${registry.host}/${name}:1`], { cwd: folder })
    expect(code).toBe(0)
    sign('A', ours)
    expect(await update()).toEqual({ code: 1, stderr: CHANGED, pinned: 'A' })
    expect(await update('--accept-signer', 'keys/theirs.pub')).toMatchObject({ code: 0, pinned: 'B' })
  })

  test('the file with first-seen times keeps the signature of what was taken', async () => {
    sign('A', ours)
    tag('B')
    sign('B', ours)
    expect(await update('--state', 'state.yaml')).toMatchObject({ code: 0, pinned: 'B' })
    expect(readFileSync(join(folder, 'state.yaml'), 'utf8')).toContain('signer: keys/ours.pub')
    expect(readdirSync(join(folder, 'state.d'))).toHaveLength(1)
  })

  describe('a digest that stays has to verify, too', () => {
    const file = (text: string): void =>
      writeFileSync(join(folder, 'web.yaml'), text.replaceAll('IMAGE', `${registry.host}/${name}`))
    const container = (image: string, metadata = '{name: web}'): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec:\n  containers:\n  - {name: c, image: "${image}"}\n`
    const A = digests.get('A')

    test.each<[string, () => void, readonly string[]]>([
      ['that its tag still names', () => {}, []],
      ['that has no tag', () => file(container(`IMAGE@${A}`)), []],
      [
        'that an annotation skips',
        () => file(container(`IMAGE:1@${A}`, "{name: web, annotations: {pinpull.dev/skip: 'true'}}")),
        [],
      ],
      [
        'whose successor waits',
        () => {
          tag('B')
          sign('B', ours)
        },
        ['--min-age', '7d', '--state', 'state.yaml'],
      ],
    ])('%s', async (_, change, flags) => {
      change()
      const before = readFileSync(join(folder, 'web.yaml'), 'utf8')
      const unsigned = await update(...flags)
      expect([unsigned.code, unsigned.stderr.match(/error [A-Z_]+/g)], unsigned.stderr).toEqual([
        1,
        ['error SIGNATURE_MISSING'],
      ])
      sign('A', ours)
      const signed = await update(...flags)
      expect([signed.code, signed.stderr.match(/error [A-Z_]+/g)], signed.stderr).toEqual([0, null])
      expect(readFileSync(join(folder, 'web.yaml'), 'utf8')).toBe(before)
    })

    test('unless --match leaves it out', async () => {
      const other = container(`${registry.host}/acme/other:1`)
      const { digest } = registry.push('acme/other:1', { seed: 'b' })
      file(`${source('A')}---\n${other.replace(':1"', `:1@${digest}"`)}`)
      sign('A', ours)
      const all = await update()
      expect([all.code, all.stderr.match(/error [A-Z_]+/g)]).toEqual([1, ['error SIGNATURE_MISSING']])
      expect((await update('--match', `${registry.host}/${name}`)).code).toBe(0)
    })
  })

  test('--accept-signer without --update is a mistake', async () => {
    const { code, stderr } = await runInProcess(['pin', '--accept-signer', 'x', 'web.yaml'], { cwd: folder })
    expect([code, stderr]).toEqual([
      2,
      `error USAGE: --accept-signer is about moved digests: add --update
  → see pinpull --help, or pinpull COMMAND --help
`,
    ])
  })
})
