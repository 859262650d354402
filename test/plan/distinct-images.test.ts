import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import { parseMatcher } from '../../src/config/matcher.ts'
import type { Profile } from '../../src/config/profile.ts'
import { parseRule } from '../../src/config/rule.ts'
import { DistinctImages } from '../../src/plan/distinct-images.ts'
import type { Resolver } from '../../src/plan/resolver.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { transform } from '../../src/transform.ts'

/** One image with many uses: what is remembered of it may not leak from one use into another. */

const DIGEST = parseDigest(`sha256:${'a'.repeat(64)}`)
const prod = BUILTIN_PROFILES.get('prod') as Profile

const resolver: Resolver = {
  isLocal: true,
  resolve: async () => ({
    descriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: DIGEST },
    origin: { kind: 'lock', from: 'pinpull.lock.yaml' },
  }),
}

const pod = (metadata: string, container = 'name: web, image: "a.io/x:1"'): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {${metadata}}\nspec: {containers: [{${container}}]}\n`

const profile: Profile = {
  ...prod,
  exclude: [parseMatcher({ namespace: 'excluded' })],
  rules: [
    parseRule({ name: 'free', match: { namespace: 'free' }, pin: 'never' }, ''),
    parseRule({ name: 'never', match: { namespace: 'never' }, pullPolicy: 'Never' }, ''),
    parseRule({ name: 'sidecar', match: { container: 'sidecar' }, pullPolicy: 'Always' }, ''),
  ],
}

/** Each use of `a.io/x:1`, and what becomes of it: outcome, reason or digest, decided by, pull policy, decided by. */
const USES: readonly (readonly [use: string, text: string, expected: string])[] = [
  ['plain', pod('name: a'), 'pinned aaaa prod IfNotPresent prod'],
  [
    'its own pull policy',
    pod('name: b', 'name: web, image: "a.io/x:1", imagePullPolicy: Always'),
    'pinned aaaa prod IfNotPresent prod',
  ],
  ['excluded', pod('name: c, namespace: excluded'), 'kept excluded by profile prod - -'],
  ['not pinned by a rule', pod('name: d, namespace: free'), 'kept rule does not pin free IfNotPresent prod'],
  ['a policy by a rule', pod('name: e, namespace: never'), 'pinned aaaa prod Never never'],
  [
    'another container',
    pod('name: f', 'name: sidecar, image: "a.io/x:1"'),
    'pinned aaaa prod Always sidecar',
  ],
  [
    'skipped by an annotation',
    pod('name: g, annotations: {pinpull.dev/skip: "true"}'),
    'kept skipped by annotation pinpull.dev/skip - -',
  ],
  [
    'a policy by an annotation',
    pod('name: h, annotations: {pinpull.dev/pull-policy: Always}'),
    'pinned aaaa prod Always pinpull.dev/pull-policy',
  ],
  [
    'a custom resource',
    '---\napiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: i}\nspec: {image: "a.io/x:1"}\n',
    'pinned aaaa prod IfNotPresent prod',
  ],
  [
    'a placeholder beside it',
    pod('name: j', `name: web, image: "a.io/x:\${TAG}"`),
    'kept placeholder prod - -',
  ],
  ['no reference beside it', pod('name: k', 'name: web, image: "A.io/X:1"'), 'kept not a reference prod - -'],
]

async function outcomes(texts: readonly string[]): Promise<string[]> {
  const signal = new AbortController().signal
  const { report } = await transform(Buffer.from(texts.join('')), { profile, resolver, signal })
  return report.images.map(({ outcome, reason, digest, pinBy, policyAfter = '-', policyBy = '-' }) =>
    [outcome, reason ?? digest?.slice(7, 11), pinBy, policyAfter, policyBy].join(' '),
  )
}

describe('uses of one image', () => {
  test.each(USES)('%s, alone', async (_, text, expected) => {
    expect(await outcomes([text])).toEqual([expected])
  })

  test('all in one stream, in both orders and twice', async () => {
    const expected = USES.map(([, , outcome]) => outcome)
    const texts = USES.map(([, text]) => text)
    expect(await outcomes(texts)).toEqual(expected)
    expect(await outcomes(texts.toReversed())).toEqual(expected.toReversed())
    expect(await outcomes([...texts, ...texts])).toEqual([...expected, ...expected])
  })

  test('each has its own place', async () => {
    const signal = new AbortController().signal
    const text = pod('name: a') + pod('name: b')
    const { report } = await transform(Buffer.from(text), { profile, resolver, signal })
    expect(report.images.map(({ at }) => `${at.line} ${at.resource?.name}`)).toEqual(['5 a', '10 b'])
  })
})

describe('what is remembered of an image', () => {
  test('is the same for each use, and depends on the digest and on whether the tag stays', () => {
    const images = new DistinctImages({ ...prod, output: 'digest' })
    const image = images.get('nginx:1.27')
    expect(images.get('nginx:1.27')).toBe(image)
    if (image.kind !== 'reference') throw new Error(image.kind)
    expect([image.lookupKey, image.tagKind]).toEqual(['docker.io/library/nginx:1.27', 'floating'])
    const other = parseDigest(`sha256:${'b'.repeat(64)}`)
    expect([
      image.output(undefined, false).text,
      image.output(DIGEST, false).text,
      image.output(DIGEST, true).text,
      image.output(other, false).text,
      image.output(DIGEST, false).text,
    ]).toEqual(['nginx:1.27', `nginx@${DIGEST}`, `nginx:1.27@${DIGEST}`, `nginx@${other}`, `nginx@${DIGEST}`])
  })

  test('does not grow without end', () => {
    const images = new DistinctImages(prod)
    const first = images.get('a.io/x:1')
    for (let i = 0; i < 4096; i += 1) images.get(`a.io/y:${i}`)
    expect(images.get('a.io/x:1')).not.toBe(first)
    expect(images.get('a.io/x:1')).toEqual(
      expect.objectContaining({
        kind: 'reference',
        reference: expect.objectContaining({ text: 'a.io/x:1' }),
      }),
    )
  })
})
