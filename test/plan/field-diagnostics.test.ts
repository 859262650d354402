import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import { parseMatcher } from '../../src/config/matcher.ts'
import type { Profile } from '../../src/config/profile.ts'
import { check } from '../../src/plan/check.ts'
import { formatDiagnostics } from '../../src/report/diagnostic-text.ts'
import { transform } from '../../src/transform.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'

const digest = `sha256:${'a'.repeat(64)}`
const builtin = (name: string, change: Partial<Profile> = {}): Profile => ({
  ...BUILTIN_PROFILES.get(name)!,
  ...change,
})

const thing = (spec: string): string =>
  `apiVersion: a.example/v1\nkind: Thing\nmetadata: {name: t}\nspec: ${spec}\n`
const pod = (container: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - ${container}\n`

/** `severity CODE` of what the filter says, and of what a proof says. */
async function findings(text: string, profile: Profile): Promise<{ filter: string[]; proof: string[] }> {
  const input = new TextEncoder().encode(text)
  const resolver = fixedResolver({ 'a:1': 'a' })
  const { report } = await transform(input, { profile, resolver, signal: new AbortController().signal })
  const source = readSource(input)
  const { diagnostics } = check({ source, ...readDocuments(source) }, { profile, requirePinned: true })
  const show = (all: typeof diagnostics): string[] => all.map(({ severity, code }) => `${severity} ${code}`)
  return { filter: show(report.diagnostics), proof: show(diagnostics) }
}

describe('what nothing is written to', () => {
  test.each<[name: string, text: string, filter: readonly string[], proof: readonly string[]]>([
    ['an unknown field', thing('{image: "a/b:1"}'), ['warning FIELD_UNKNOWN'], ['error FIELD_UNKNOWN']],
    [
      'one that is pinned already',
      thing(`{image: "a/b:1@${digest}"}`),
      ['info FIELD_UNKNOWN'],
      ['info FIELD_UNKNOWN'],
    ],
    [
      'an optional field',
      'apiVersion: operators.coreos.com/v1\nkind: CatalogSource\nspec: {image: "a/b:1"}\n',
      ['info FIELD_OPTIONAL'],
      ['error FIELD_OPTIONAL'],
    ],
    [
      'what a program is told of an image that is pinned already, which is a copy',
      pod(`{image: "a/b:1@${digest}", imagePullPolicy: IfNotPresent, args: ["--side-image=a/b:1"]}`),
      ['warning IMAGE_COPY_LEFT'],
      ['warning IMAGE_COPY_LEFT'],
    ],
    [
      'the same where the digest stands in the place of the tag',
      pod(
        `{image: "docker.io/a/b@${digest}", imagePullPolicy: IfNotPresent, env: [{name: X_IMAGE, value: "a/b:1"}]}`,
      ),
      ['warning IMAGE_COPY_LEFT'],
      ['warning IMAGE_COPY_LEFT'],
    ],
    [
      'another tag of an image that is pinned',
      pod(`{image: "a/b:1@${digest}", imagePullPolicy: IfNotPresent, args: ["--side-image=a/b:2"]}`),
      ['warning FIELD_UNKNOWN'],
      ['error FIELD_UNKNOWN'],
    ],
    [
      'an object that says of itself that it is never applied',
      'apiVersion: v1\nkind: Pod\nmetadata: {annotations: {config.kubernetes.io/local-config: "true"}}\nspec: {containers: [{image: "a:1", imagePullPolicy: IfNotPresent}]}\n',
      [],
      ['error IMAGE_UNPINNED'],
    ],
    [
      'a template in the place of a Pod template',
      'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template: {{ .Values.template }}\n',
      ['error TEMPLATE_UNRENDERED'],
      ['error TEMPLATE_UNRENDERED'],
    ],
    [
      'a template anywhere else',
      'apiVersion: a.example/v1\nkind: Thing\nspec: {replicas: {{ .Values.replicas }}}\n',
      ['error TEMPLATE_UNRENDERED'],
      ['error TEMPLATE_UNRENDERED'],
    ],
    [
      'braces of an alert, in a text',
      'apiVersion: a.example/v1\nkind: Thing\nspec:\n  summary: |\n    name: {{ $labels.name }}\n',
      [],
      [],
    ],
    [
      'text in the place of a PodSpec',
      'apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: "{{ .Values.spec }}"}}\n',
      ['error IMAGE_UNREADABLE'],
      ['error IMAGE_UNREADABLE'],
    ],
    ['no image', pod('{name: c}'), ['error IMAGE_UNREADABLE'], ['error IMAGE_UNREADABLE']],
    ['null', pod('{image: ~}'), ['error IMAGE_UNREADABLE'], ['error IMAGE_UNREADABLE']],
    ['a number', pod('{image: 1.27}'), ['error IMAGE_UNREADABLE'], ['error IMAGE_UNREADABLE']],
    ['a mapping', pod('{image: {repository: a}}'), ['error IMAGE_UNREADABLE'], ['error IMAGE_UNREADABLE']],
    [
      'a template',
      pod('{image: {{ .Values.image }}}'),
      ['error TEMPLATE_UNRENDERED'],
      ['error TEMPLATE_UNRENDERED'],
    ],
    [
      'a template in quotes',
      pod('{image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"}'),
      ['error TEMPLATE_UNRENDERED'],
      ['error TEMPLATE_UNRENDERED', 'error IMAGE_UNPINNED'],
    ],
    [
      'a template that the cluster fills in',
      pod('{image: "{{inputs.parameters.image}}"}'),
      ['warning IMAGE_PLACEHOLDER'],
      ['warning IMAGE_PLACEHOLDER', 'error IMAGE_UNPINNED'],
    ],
    [
      'a host with a port, without a tag',
      thing('{image: "registry:5000/a/b"}'),
      ['warning FIELD_UNKNOWN'],
      ['error FIELD_UNKNOWN'],
    ],
  ])('%s, in prod', async (_name, text, filter, proof) => {
    expect(await findings(text, builtin('prod'))).toEqual({ filter, proof })
  })

  test.each(['dev', 'staging'])(
    'a container without an image is a warning in %s, and no proof',
    async (name) => {
      expect(await findings(pod('{name: c}'), builtin(name))).toEqual({
        filter: ['warning IMAGE_UNREADABLE'],
        proof: ['error IMAGE_UNREADABLE'],
      })
    },
  )

  test('a profile grades it, but not what a proof demands', async () => {
    const profile = builtin('prod', { findings: { FIELD_UNKNOWN: 'off' } })
    expect(await findings(thing('{image: "a/b:1"}'), profile)).toEqual({
      filter: [],
      proof: ['error FIELD_UNKNOWN'],
    })
  })

  test('a profile that leaves the object alone is asked first', async () => {
    const profile = builtin('prod', { exclude: [parseMatcher({ kind: ['Thing'] })] })
    expect(await findings(thing('{image: "a/b:1"}'), profile)).toEqual({ filter: [], proof: [] })
  })
})

describe('in words', () => {
  const say = (text: string): readonly string[] => {
    const source = readSource(new TextEncoder().encode(text))
    const { diagnostics } = check(
      { source, ...readDocuments(source) },
      { profile: builtin('prod'), requirePinned: false },
    )
    return diagnostics.flatMap((one) => [...formatDiagnostics([one], false)])
  }

  test.each<[name: string, text: string, expected: string]>([
    [
      'an unknown field',
      thing('{image: "a/b:1"}'),
      `<stdin>:4:15: warning FIELD_UNKNOWN: "a/b:1" looks like an image, but no rule covers this field, so it is left unchanged
  Thing t, spec.image
  → add a line to spec.fields.rules: - {group: a.example, kind: Thing, path: spec.image}; or, if it is not an image, to spec.fields.exclude`,
    ],
    [
      'several images in a text',
      pod(
        '{image: "a:1", imagePullPolicy: IfNotPresent, env: [{name: X_IMAGES, value: "1=a/b:1 2=a/b:2"}]}',
      ).replace('a:1', `a@${digest}`),
      `<stdin>:6:151: warning FIELD_UNKNOWN: "a/b:1, a/b:2" looks like an image, but no rule covers this field, so it is left unchanged
  Pod p, spec.containers[0].env[0].value
  → add a line to spec.fields.rules: - {kind: Pod, path: 'spec.containers[].env[name=X_IMAGES].value', value: '1=(\\S+)'}; or, if it is not an image, to spec.fields.exclude`,
    ],
    [
      'a number',
      pod('{name: c, image: 1.27}'),
      `<stdin>:6:22: error IMAGE_UNREADABLE: an image is required here, but found a number or a boolean (1.27)
  Pod p, container c, spec.containers[0].image
  → write the image as a string, in quotes if it looks like a number`,
    ],
    [
      'a template',
      pod('{name: c, image: {{ .Values.image }}}'),
      `<stdin>:6:22: error TEMPLATE_UNRENDERED: this is a template that has not been rendered: {{ .Values.image }}
  Pod p, container c, spec.containers[0].image
  → render it first: helm template NAME CHART | pinpull; put literal braces in quotes`,
    ],
  ])('%s', (_name, text, expected) => {
    expect(say(text)).toEqual([expected])
  })
})

describe('a pull policy that is no text', () => {
  const prod = async (policy: string, mode: Profile['policyMode'] = 'override') => {
    const { output, report } = await transform(
      new TextEncoder().encode(pod(`image: a:1\n    imagePullPolicy: ${policy}`)),
      {
        profile: builtin('prod', { policyMode: mode }),
        resolver: fixedResolver({ 'a:1': 'a' }),
        signal: new AbortController().signal,
      },
    )
    const line = output === undefined ? 'none' : new TextDecoder().decode(output).split('\n').at(-2)?.trim()
    return [line, ...report.diagnostics.map(({ severity, code }) => `${severity} ${code}`)]
  }

  test.each(['yes', 'no', 'true', '1', '~', 'ifnotpresent'])('%s is written over', async (policy) => {
    expect(await prod(policy)).toEqual(['imagePullPolicy: IfNotPresent'])
  })

  test('is said where the mode keeps what stands there', async () => {
    expect(await prod('yes', 'default')).toEqual(['imagePullPolicy: yes', 'warning PULL_POLICY_INVALID'])
  })

  test.each<[policy: string, code: string]>([
    ['{a: b}', 'PULL_POLICY_INVALID'],
    ['[Always]', 'PULL_POLICY_INVALID'],
    ['{{ .Values.policy }}', 'TEMPLATE_UNRENDERED'],
  ])('%s is refused', async (policy, code) => {
    expect(await prod(policy)).toEqual(['none', `error ${code}`])
  })
})
