import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Profile } from '../../src/config/profile.ts'
import { transform } from '../../src/transform.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'
import { IMAGES, manifests, profiles, ruledProfiles } from '../support/manifest-arbitrary.ts'

const answers = Object.fromEntries(
  Object.entries(IMAGES).flatMap(([image, { answer }]) => (answer === undefined ? [] : [[image, answer]])),
)

async function run(text: string, profile: Profile): Promise<string> {
  const options = { profile, resolver: fixedResolver(answers), signal: new AbortController().signal }
  const { output, report } = await transform(Buffer.from(text), options)
  expect(output, JSON.stringify(report.diagnostics)).toBeDefined()
  return Buffer.from(output ?? []).toString()
}

/** What an image and its policy are to become: said once more, apart from the code under test. */
function expected(image: string, present: unknown, profile: Profile): { image: string; policy?: unknown } {
  const known = IMAGES[image]
  if (known === undefined || known.kind === 'none') return { image, policy: present }
  const asked = profile.pin === 'always' && known.kind !== 'digest'
  const pinned = asked && known.answer !== undefined
  const tagless = image.replace(/:[\w.]+$/, '')
  const name = profile.output === 'digest' ? tagless : image
  const after = pinned ? `${name}@sha256:${known.answer?.repeat(64)}` : image
  if (asked && !pinned) return { image: after, policy: present }
  const wanted = profile.pullPolicy[pinned || known.kind === 'digest' ? 'digest' : known.kind]
  const isSet = present !== undefined && present !== null
  if (profile.policyMode === 'override') return { image: after, policy: wanted }
  if (isSet) return { image: after, policy: present }
  if (profile.policyMode === 'default') return { image: after, policy: wanted }
  return { image: after, policy: known.default }
}

/** The objects as they are to become, found by walking plain data. */
function transformed(node: unknown, profile: Profile, key?: string): unknown {
  if (Array.isArray(node)) return node.map((item) => transformed(item, profile, key))
  if (node === null || typeof node !== 'object') return node
  const object = node as Record<string, unknown>
  const [imageKey, policyKey] =
    key === 'containers' || key === 'initContainers'
      ? ['image', 'imagePullPolicy']
      : key === 'image' && 'reference' in object
        ? ['reference', 'pullPolicy']
        : []
  const copy = Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, transformed(value, profile, name)]),
  )
  if (imageKey === undefined || policyKey === undefined) return copy
  const after = expected(object[imageKey] as string, object[policyKey], profile)
  copy[imageKey] = after.image
  if (after.policy !== undefined) copy[policyKey] = after.policy
  return copy
}

const POLICY =
  /\s*(["']?)(?:imagePullPolicy|pullPolicy)\1\s*:\s*(["']?)(?:Always|IfNotPresent|Never|null)?\2/g

/** The text without anything that Pinpull may write: digests, pull policies, and the commas that set one apart. */
function withoutEdits(text: string): string {
  return text
    .replace(/@sha256:[0-9a-f]{64}/g, '')
    .replace(POLICY, '')
    .replaceAll(',', '')
}

describe('the promises, on generated manifests in random styles and random profiles', () => {
  test('the output means the input with exactly the planned changes (promises 4, 5, 6)', async () => {
    await fc.assert(
      fc.asyncProperty(manifests(), profiles(), async ({ objects, text }, profile) => {
        const output = await run(text, profile)
        const read = parseAllDocuments(output.replace(/^\ufeff/, '')).map((document) => document.toJS())
        expect(read).toEqual(objects.map((object) => transformed(object, profile)))
      }),
      { numRuns: 300 },
    )
  })

  test('every byte outside digests and policies is the byte that came in (promise 1)', async () => {
    await fc.assert(
      fc.asyncProperty(manifests(), profiles(), async ({ text }, profile) => {
        const output = await run(text, { ...profile, output: 'tag-digest' })
        expect(withoutEdits(output)).toBe(withoutEdits(text))
      }),
      { numRuns: 300 },
    )
  })

  test('a second pass changes nothing (promise 3)', async () => {
    await fc.assert(
      fc.asyncProperty(manifests(), ruledProfiles(), async ({ text }, profile) => {
        const once = await run(text, profile)
        expect(await run(once, profile)).toBe(once)
      }),
      { numRuns: 400 },
    )
  })

  test('one image that does not resolve leaves no output at all, under a profile that denies it (promise 2)', async () => {
    await fc.assert(
      fc.asyncProperty(manifests(), profiles(), async ({ text }, profile) => {
        const options = {
          profile: { ...profile, pin: 'always', unresolved: 'deny' } as const,
          resolver: fixedResolver(answers),
          signal: new AbortController().signal,
        }
        const { output, report } = await transform(Buffer.from(text), options)
        const failed = report.images.filter(({ image }) => image === 'gone.example.com/app:1')
        expect(output === undefined).toBe(failed.length > 0)
        expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(failed.length)
      }),
      { numRuns: 100 },
    )
  })
})
