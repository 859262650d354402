import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { Profile } from '../../src/config/profile.ts'
import type { Resolver } from '../../src/plan/resolver.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { transform } from '../../src/transform.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'
import { IMAGES, manifests, ruledProfiles } from '../support/manifest-arbitrary.ts'
import { mutatedManifests } from '../support/mutated-manifest.ts'
import { describeShared } from '../support/shared.ts'

/**
 * Large streams are planned in windows of documents, and those whose images are asked for at registries are decided about in windows.
 * Windows of one document must make the same of them as one window.
 */

const prod = BUILTIN_PROFILES.get('prod') as Profile
const dev = BUILTIN_PROFILES.get('dev') as Profile
const answers = Object.fromEntries(
  Object.entries(IMAGES).flatMap(([image, { answer }]) => (answer === undefined ? [] : [[image, answer]])),
)

/** Every image has a digest, which is known at once. */
const everything: Resolver = {
  isLocal: true,
  resolve: async () => ({
    descriptor: {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: parseDigest(`sha256:${'a'.repeat(64)}`),
    },
    origin: { kind: 'lock', from: 'pinpull.lock.yaml' },
  }),
}

async function run(
  text: string | Uint8Array,
  profile: Profile,
  resolver: Resolver,
  windowBytes: number,
): Promise<string> {
  const options = { profile, resolver, windowBytes, signal: new AbortController().signal }
  const { output, report } = await transform(Buffer.from(text), options)
  return `${output === undefined ? 'nothing' : Buffer.from(output)}\n${JSON.stringify(report, undefined, 1)}`
}

async function expectSame(
  text: string | Uint8Array,
  profile: Profile,
  resolver: Resolver = everything,
): Promise<void> {
  const whole = await run(text, profile, resolver, Number.POSITIVE_INFINITY)
  const asking = { ...resolver, isLocal: false }
  for (const windowBytes of [1, 300]) {
    expect(await run(text, profile, resolver, windowBytes)).toBe(whole)
    expect(await run(text, profile, asking, windowBytes)).toBe(whole)
  }
}

function pod(image: string, more = ''): string {
  return `---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: ${image}\n${more}`
}

const configMap = (value: string): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  image: ${value}\n`

const withCopies: Profile = { ...prod, fields: { ...prod.fields, copies: 'pin' } }

describe('windows of a stream', () => {
  test.each<[name: string, text: string, profile?: Profile]>([
    ['a copy before its image', configMap('ghcr.io/a/b:1') + pod('ghcr.io/a/b:1')],
    ['a copy behind its image', pod('ghcr.io/a/b:1') + configMap('ghcr.io/a/b:1')],
    ['copies that are pinned', configMap('ghcr.io/a/b:1') + pod('ghcr.io/a/b:1'), withCopies],
    [
      'copies of what is not pinned',
      configMap('x.io/b:1') + pod(`x.io/b:1@sha256:${'1'.repeat(64)}`),
      withCopies,
    ],
    [
      'fields that are not in the order of the text, and copies far behind',
      `---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nx: &c {image: "a.io/b:1", name: d}\nspec: {containers: [{image: "a.io/c:2", name: e}, *c]}\n${configMap('a.io/c:2')}${pod('a.io/c:2')}`,
      withCopies,
    ],
    [
      'a value that may be an image, which a later document has',
      pod('a.io/x:1', '    env: [{name: IMAGE, value: "a.io/y:2"}]\n') + pod('a.io/y:2'),
    ],
    [
      'the same without its digest',
      pod('a.io/x:1', '    env: [{name: IMAGE, value: "a.io/y:2"}]\n') +
        pod(`a.io/y:2@sha256:${'2'.repeat(64)}`),
    ],
    ['an error in the last document', pod('a.io/x:1') + pod('Not/Valid')],
    ['invalid YAML in the last document', `${pod('a.io/x:1')}---\na: [\n`],
    [
      'invalid YAML before, between and behind images',
      `a: [\n${pod('a.io/x:1')}---\nb: *c\n${pod('a.io/x:1')}---\nd: "\n`,
    ],
    [
      'invalid YAML that has become one with a template',
      `${pod('a.io/x:1')}---\na: {{ .Values.a }}\n b: 1\n`,
    ],
    [
      'a ResourceList behind an image',
      `${pod('a.io/x:1')}---\napiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n`,
    ],
    [
      'a ResourceList and invalid YAML',
      `${pod('a.io/x:1')}---\napiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n---\na: [\n`,
    ],
    [
      'a template in the last document',
      `${pod('a.io/x:1')}---\nkind: X\napiVersion: v1\nreplicas: {{ .Values.n }}\n`,
    ],
    ['what is no object, beside one', `---\na: 1\n${pod('a.io/x:1')}---\nkind: List\n`],
    ['what is no object, alone', '---\na: 1\n---\nb: 2\n'],
    ['an embedded text', configMap(`|\n    ${pod('a.io/x:1').replaceAll('\n', '\n    ')}`) + pod('a.io/x:1')],
    ['anchors', pod('&i a.io/x:1', '  initContainers:\n  - {name: b, image: *i}\n').repeat(2)],
    ['a conflict of anchors', pod('&i a.io/x:1', '  x: *i\n') + pod('a.io/x:1')],
    [
      'annotations',
      pod('a.io/x:1') +
        pod('a.io/x:1').replace('{name: web}', '{name: web, annotations: {pinpull.dev/skip: "true"}}'),
    ],
    ['CRLF', (pod('a.io/x:1') + pod('a.io/y:1')).replaceAll('\n', '\r\n')],
    [
      'a stream of JSON',
      '{"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"image":"a.io/x:1"}]}}\n'.repeat(3),
    ],
    [
      'a masked Secret',
      `${pod('a.io/x:1')}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: "**SOPS**"}\n`,
    ],
  ])('%s', async (_, text, profile = prod) => {
    await expectSame(text, profile)
    await expectSame(text, dev)
  })

  test('of generated manifests, with rules', async () => {
    const property = fc.asyncProperty(
      fc.array(manifests(), { minLength: 1, maxLength: 3 }),
      ruledProfiles(),
      fc.boolean(),
      async (list, profile, pinsCopies) => {
        const text = list.map((one) => one.text).join('\n---\n')
        const fields = pinsCopies ? { ...profile.fields, copies: 'pin' as const } : profile.fields
        await expectSame(text, { ...profile, fields }, { ...fixedResolver(answers), isLocal: true })
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })

  test('of manifests that were changed at random', async () => {
    for (const text of mutatedManifests(20261128, 80)) await expectSame(text, prod)
  })

  const golden = fileURLToPath(new URL('../golden', import.meta.url))
  test.each(readdirSync(golden))('of the golden case %s', async (name) => {
    await expectSame(readFileSync(join(golden, name, 'input.yaml')), prod)
  })
})

describeShared('corpus-wide', 'windows of real manifests', (folder) => {
  test('of 500 files as one stream', async () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
    const streams = files.map((file) => readFileSync(join(folder, file), 'utf8').replace(/\n?$/, '\n'))
    for (let at = 0; at < streams.length; at += 50) {
      await expectSame(streams.slice(at, at + 50).join('---\n'), dev)
    }
  })
})
