import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { Profile } from '../../src/config/profile.ts'
import { parseRule } from '../../src/config/rule.ts'
import { check } from '../../src/plan/check.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

const pod = (container: string, annotations = '{}') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: ${annotations}}\nspec:\n  containers:\n  - ${container}\n`

/** `severity CODE` of every finding, in order. */
function findings(text: string, profile: Profile, requirePinned = false): string[] {
  const source = readSource(new TextEncoder().encode(text))
  const { diagnostics } = check({ source, ...readDocuments(source) }, { profile, requirePinned })
  return diagnostics.map(({ severity, code }) => `${severity} ${code}`)
}

const builtin = (name: string, change: Partial<Profile> = {}): Profile => ({
  ...BUILTIN_PROFILES.get(name)!,
  ...change,
})

describe('what is found of one container, by profile', () => {
  test.each<[container: string, expected: Readonly<Record<string, readonly string[]>>]>([
    [
      `{image: nginx}`,
      {
        dev: [],
        staging: ['warning IMAGE_UNTAGGED', 'warning IMAGE_UNPINNED', 'warning PULL_POLICY_IMPLICIT'],
        prod: ['warning IMAGE_UNTAGGED', 'error IMAGE_UNPINNED', 'warning PULL_POLICY_IMPLICIT'],
        airgap: ['error IMAGE_UNTAGGED', 'error PULL_POLICY_OFFLINE'],
      },
    ],
    [
      `{image: 'nginx:latest'}`,
      {
        dev: [],
        staging: ['warning IMAGE_LATEST', 'warning IMAGE_UNPINNED', 'warning PULL_POLICY_UNWANTED'],
        prod: ['warning IMAGE_LATEST', 'error IMAGE_UNPINNED', 'error PULL_POLICY_UNWANTED'],
        airgap: ['error IMAGE_LATEST', 'error PULL_POLICY_OFFLINE'],
      },
    ],
    [
      `{image: 'nginx:latest@${DIGEST}'}`,
      {
        dev: ['warning PULL_POLICY_UNWANTED'],
        staging: ['warning PULL_POLICY_UNWANTED'],
        prod: ['error PULL_POLICY_UNWANTED'],
        airgap: ['error PULL_POLICY_OFFLINE'],
      },
    ],
    [
      `{image: 'nginx:1.27'}`,
      {
        dev: ['warning PULL_POLICY_UNWANTED'],
        staging: ['warning IMAGE_UNPINNED'],
        prod: ['error IMAGE_UNPINNED'],
        airgap: ['error PULL_POLICY_UNWANTED'],
      },
    ],
    [
      `{image: 'nginx:1.27.3@${DIGEST}', imagePullPolicy: IfNotPresent}`,
      { dev: [], staging: [], prod: [], airgap: ['error PULL_POLICY_UNWANTED'] },
    ],
    [
      `{image: 'nginx:1.27.3@${DIGEST}'}`,
      { dev: [], staging: [], prod: [], airgap: ['error PULL_POLICY_UNWANTED'] },
    ],
    [
      `{image: 'nginx:1.27.3@${DIGEST}', imagePullPolicy: Always}`,
      {
        dev: ['warning PULL_POLICY_UNWANTED'],
        staging: ['warning PULL_POLICY_UNWANTED'],
        prod: ['error PULL_POLICY_UNWANTED'],
        airgap: ['error PULL_POLICY_OFFLINE'],
      },
    ],
    [
      `{image: 'nginx:1.27', imagePullPolicy: Never}`,
      {
        dev: ['warning PULL_POLICY_UNWANTED', 'warning PULL_POLICY_NEVER_MUTABLE'],
        prod: ['error IMAGE_UNPINNED', 'error PULL_POLICY_UNWANTED', 'warning PULL_POLICY_NEVER_MUTABLE'],
        airgap: ['warning PULL_POLICY_NEVER_MUTABLE'],
      },
    ],
    [`{image: 'nginx:1.27.3', imagePullPolicy: Never}`, { airgap: [] }],
    [
      `{image: '\${IMAGE}'}`,
      {
        dev: ['warning IMAGE_PLACEHOLDER'],
        prod: ['warning IMAGE_PLACEHOLDER'],
        airgap: ['error IMAGE_PLACEHOLDER'],
      },
    ],
    [`{image: 'a b'}`, { dev: ['warning REFERENCE_INVALID'], prod: ['error REFERENCE_INVALID'] }],
  ])('%s', (container, expected) => {
    for (const [name, codes] of Object.entries(expected)) {
      expect([name, findings(pod(container), builtin(name))]).toEqual([name, codes])
    }
  })
})

test.each<[image: string, output: Profile['output'], requirePinned: boolean, expected: readonly string[]]>([
  [`nginx:1.27.3@${DIGEST}`, 'as-written', true, []],
  [`nginx:1.27.3@${DIGEST}`, 'tag-digest', false, []],
  ['nginx:1.27.3', 'as-written', true, ['error IMAGE_UNPINNED']],
  ['nginx:1.27.3', 'tag-digest', false, ['error IMAGE_UNPINNED']],
])(
  'with pin: locked, %s is pinned if it has a digest (output %s)',
  (image, output, requirePinned, expected) => {
    const text = pod(`{image: '${image}', imagePullPolicy: Never}`)
    const codes = findings(text, builtin('airgap', { output }), requirePinned)
    expect(codes.filter((code) => code.includes('IMAGE_UNPINNED'))).toEqual(expected)
  },
)

test.each<[output: Profile['output'], requirePinned: boolean, copies: number]>([
  ['tag-digest', false, 1],
  ['as-written', false, 0],
  ['as-written', true, 1],
])(
  'a copy of an image, with output %s and requirePinned %s, is reported %i times',
  (output, requirePinned, copies) => {
    const text = pod(`{image: 'a/b:1', args: ['--image=a/b:1']}`)
    const codes = findings(text, builtin('prod', { output }), requirePinned)
    expect(codes.filter((code) => code === 'warning IMAGE_COPY_LEFT')).toHaveLength(copies)
  },
)

test('an unwanted policy is laid to the profile, or to the rule that wants it', () => {
  const source = readSource(
    new TextEncoder().encode(pod(`{image: 'nginx:1.27.3@${DIGEST}', imagePullPolicy: Always}`)),
  )
  const said = (profile: Profile) =>
    check({ source, ...readDocuments(source) }, { profile, requirePinned: false }).diagnostics.map(
      ({ args }) => [args['policy'], args['wanted'], args['by']],
    )
  expect(said(builtin('prod'))).toEqual([['Always', 'IfNotPresent', 'the profile itself']])
  const rules = [parseRule({ name: 'web', match: { image: 'nginx' }, pullPolicy: 'Never' }, 'r')]
  expect(said(builtin('prod', { rules }))).toEqual([['Always', 'Never', 'web']])
})

test('every image is listed, with the policy that stands there and the one that Kubernetes would write', () => {
  const text = `${pod('{image: nginx}')}  - {image: 'redis:7@${DIGEST}', imagePullPolicy: Always}\n`
  const source = readSource(new TextEncoder().encode(text))
  const report = check(
    { source, ...readDocuments(source) },
    { profile: builtin('prod'), requirePinned: false },
  )
  expect(report.images.map(({ at: _, ...image }) => image)).toEqual([
    {
      rule: 'R1',
      image: 'nginx',
      result: 'nginx',
      outcome: 'kept',
      reason: 'not pinned',
      pinBy: 'prod',
      policyDefault: 'Always',
    },
    {
      rule: 'R1',
      image: `redis:7@${DIGEST}`,
      result: `redis:7@${DIGEST}`,
      outcome: 'kept',
      reason: 'already pinned',
      pinBy: 'prod',
      policyDefault: 'IfNotPresent',
      policyBefore: 'Always',
      policyAfter: 'Always',
    },
  ])
})

test('only labels that are text are labels', () => {
  const rules = [
    parseRule({ match: { labelSelector: { matchLabels: { a: '1' } } }, pullPolicy: 'Never' }, 'r'),
  ]
  const labelled = (labels: string) =>
    pod(`{image: 'nginx:1.27.3@${DIGEST}'}`).replace('{name: p,', `{name: p, labels: ${labels},`)
  const profile = builtin('prod', { rules })
  expect(findings(labelled('{a: "1"}'), profile)).toEqual(['error PULL_POLICY_UNWANTED'])
  expect(findings(labelled('{a: 1}'), profile)).toEqual([])
  expect(findings(labelled('{<<: {a: "1"}, b: c}'), profile)).toEqual(['error PULL_POLICY_UNWANTED'])
  expect(findings(labelled('{b: "1", ? [a] : "1", a: [1]}'), profile)).toEqual([])
})

describe('--require-pinned', () => {
  test.each<[container: string, profile: Profile, codes: readonly string[]]>([
    [`{image: 'nginx:1.27.3'}`, builtin('dev'), ['error IMAGE_UNPINNED']],
    [`{image: 'nginx:1.27.3'}`, builtin('staging'), ['error IMAGE_UNPINNED']],
    [`{image: 'nginx:1.27.3@${DIGEST}'}`, builtin('dev'), []],
    [`{image: '\${IMAGE}'}`, builtin('dev'), ['warning IMAGE_PLACEHOLDER', 'error IMAGE_UNPINNED']],
    [`{image: 'a b'}`, builtin('dev'), ['warning REFERENCE_INVALID', 'error IMAGE_UNPINNED']],
    // What is exempted by name is exempted here too: it is written down, and reviewed.
    [
      `{image: 'nginx:1.27.3'}`,
      builtin('prod', { rules: [parseRule({ match: { image: 'nginx' }, pin: 'never' }, 'r')] }),
      [],
    ],
  ])('%s', (container, profile, codes) => {
    expect(findings(pod(container), profile, true)).toEqual(codes)
  })

  test.each([
    ['skip', '{image: nginx}', '{pinpull.dev/skip: "true"}', ['error IMAGE_UNPINNED']],
    ['skip of a placeholder', "{image: '${IMAGE}'}", '{pinpull.dev/skip: "true"}', ['error IMAGE_UNPINNED']],
    [
      'skip-containers',
      '{name: a, image: nginx}',
      '{pinpull.dev/skip-containers: a}',
      ['error IMAGE_UNPINNED'],
    ],
    ['skip of what is pinned', `{image: nginx@${DIGEST}}`, '{pinpull.dev/skip: "true"}', []],
  ])('an annotation exempts nothing: %s', (_, container, annotations, codes) => {
    expect(findings(pod(container, annotations), builtin('prod'), true)).toEqual(codes)
    expect(findings(pod(container, annotations), builtin('prod'), false)).toEqual([])
  })
})

describe('a profile can change', () => {
  test('severities', () => {
    const profile = builtin('prod', { findings: { IMAGE_UNPINNED: 'off', IMAGE_UNTAGGED: 'error' } })
    expect(findings(pod('{image: nginx}'), profile)).toEqual([
      'error IMAGE_UNTAGGED',
      'warning PULL_POLICY_IMPLICIT',
    ])
  })

  test('the mode: what stands there is then nobody’s business', () => {
    const container = `{image: 'nginx:1.27.3@${DIGEST}', imagePullPolicy: Always}`
    expect(findings(pod(container), builtin('prod', { policyMode: 'default' }))).toEqual([])
    expect(findings(pod(container), builtin('prod', { policyMode: 'preserve' }))).toEqual([])
  })

  test('a policy that Kubernetes refuses is found where the mode keeps it', () => {
    const container = `{image: 'nginx:1.27.3@${DIGEST}', imagePullPolicy: always}`
    expect(findings(pod(container), builtin('prod', { policyMode: 'default' }))).toEqual([
      'warning PULL_POLICY_INVALID',
    ])
    expect(findings(pod(container), builtin('prod'))).toEqual(['error PULL_POLICY_UNWANTED'])
  })
})

test('broken YAML is a finding, and the other documents are checked', () => {
  expect(findings(`a: [\n---\n${pod('{image: nginx}')}`, builtin('staging'))).toEqual([
    'error YAML_INVALID',
    'warning IMAGE_UNTAGGED',
    'warning IMAGE_UNPINNED',
    'warning PULL_POLICY_IMPLICIT',
  ])
})

test('a profile that turns the finding off does not turn off a demand', () => {
  const lenient = builtin('prod', { findings: { IMAGE_UNPINNED: 'off' } })
  const text = pod('{name: a, image: nginx:1.27, imagePullPolicy: IfNotPresent}')
  expect(findings(text, lenient)).toEqual([])
  expect(findings(text, lenient, true)).toEqual(['error IMAGE_UNPINNED'])
})

test('with pin: locked, the policy of an image with a digest is decided by the reference that a run writes', () => {
  const rule = parseRule({ match: { image: 'nginx:1.27' }, pullPolicy: 'Always', pin: 'always' }, 'fresh')
  const profile = builtin('prod', { pin: 'locked', output: 'digest', rules: [rule] })
  // A run keeps the tag of an image that has its digest, so that the rule matches.
  const container = `{image: 'nginx:1.27@${DIGEST}', imagePullPolicy: IfNotPresent}`
  expect(findings(pod(container), profile)).toEqual(['error PULL_POLICY_UNWANTED'])
})
