import { expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { Profile } from '../../src/config/profile.ts'
import type { Resolution, ResolveOptions, Resolver } from '../../src/plan/resolver.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { type Transformed, transform } from '../../src/transform.ts'

/** While registries answer for the images of the first documents, images are searched for in the next ones. */

const prod = BUILTIN_PROFILES.get('prod') as Profile

/** Decides about one document at a time. */
function run(text: string, resolver: Resolver): Promise<Transformed> {
  return transform(Buffer.from(text), {
    profile: prod,
    resolver,
    windowBytes: 1,
    signal: new AbortController().signal,
  })
}

function pod(image: string, more = ''): string {
  return `---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: ${image}\n${more}`
}

function resolution({ wantPlatforms }: ResolveOptions): Resolution {
  return {
    descriptor: {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: parseDigest(`sha256:${'a'.repeat(64)}`),
      ...(wantPlatforms === true ? { platforms: [{ os: 'linux', architecture: 'amd64' }] } : {}),
    },
    origin: { kind: 'registry', from: 'a.io' },
  }
}

test('the first image is answered before the next one is found, and none is asked for twice', async () => {
  const log: string[] = []
  const resolver: Resolver = {
    async resolve({ text }, options) {
      log.push(`asked for ${text}`)
      await Promise.resolve()
      log.push(`answered ${text}`)
      return resolution(options)
    },
  }
  await run(pod('a.io/x:1') + pod('a.io/y:1') + pod('a.io/x:1'), resolver)
  expect(log).toEqual(['asked for a.io/x:1', 'answered a.io/x:1', 'asked for a.io/y:1', 'answered a.io/y:1'])
})

test('an image is asked for again if a later workload restricts its nodes, and all get the last answer', async () => {
  const asked: unknown[] = []
  const resolver: Resolver = {
    resolve: async (_, options) => {
      asked.push(options.wantPlatforms)
      return resolution(options)
    },
  }
  const onArm = pod('a.io/x:1', '  nodeSelector: {kubernetes.io/arch: arm64}\n')
  const { report } = await run(pod('a.io/x:1') + onArm + pod('a.io/x:1') + onArm, resolver)
  expect(asked).toEqual([undefined, true])
  expect(report.images.map(({ platforms }) => platforms)).toEqual(Array(4).fill(['linux/amd64']))
  expect(report.diagnostics.map(({ code }) => code)).toEqual([
    'IMAGE_PLATFORM_MISSING',
    'IMAGE_PLATFORM_MISSING',
  ])
})

test('a defect of a resolver ends the run, once all images are found', async () => {
  const resolver = { resolve: () => Promise.reject(new TypeError('undefined is not a function')) }
  await expect(run(pod('a.io/x:1') + pod('a.io/y:1'), resolver)).rejects.toThrow(TypeError)
})

test('no image is asked for if a later document is a ResourceList', async () => {
  const resolver = { resolve: () => Promise.reject(new TypeError('nothing may be asked for')) }
  const list = '---\napiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n'
  const { report } = await run(pod('a.io/x:1') + list, resolver)
  expect(report.diagnostics.map(({ code }) => code)).toEqual(['RESOURCE_LIST_UNEXPECTED'])
})
