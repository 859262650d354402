import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../../src/config/builtin-profiles.ts'
import type { FieldOptions } from '../../../src/kube/find/field-options.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { type PathStep, parsePathPattern } from '../../../src/kube/path-pattern.ts'
import { allRows } from '../../../src/kube/tables/lookup.ts'
import type { ImageRow, TableRow } from '../../../src/kube/tables/table-row.ts'
import { transform } from '../../../src/transform.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'
import { fixedResolver } from '../../support/fixed-resolver.ts'
import { found, inputOf } from './found.ts'

/** Whether a row finds an image in an object that has no other: a copy is one of two. */
function isFoundAlone(row: TableRow): boolean {
  return (
    row.action === 'pod-spec' ||
    row.action === 'pin-split' ||
    (row.action === 'pin' && !row.conditions.has('copy'))
  )
}

type Value = string | readonly Value[] | { readonly [key: string]: Value }
type PlainObject = { readonly [key: string]: Value }

/** Objects that hold another one, each in its own way, and the path to it. */
const WRAPPERS: readonly (readonly [
  name: string,
  path: string,
  wrap: (object: PlainObject) => PlainObject,
])[] = [
  ['a List', 'items[0]', (object) => ({ apiVersion: 'v1', kind: 'List', items: [object] })],
  [
    'a ManifestWork',
    'spec.workload.manifests[0]',
    (object) => ({
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'ManifestWork',
      spec: { workload: { manifests: [object] } },
    }),
  ],
  [
    'the trigger of a Sensor',
    'spec.triggers[0].template.k8s.source.resource',
    (object) => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Sensor',
      spec: { triggers: [{ template: { name: 't', k8s: { source: { resource: object } } } }] },
    }),
  ],
  [
    'a trial of Katib',
    'spec.trialTemplate.trialSpec',
    (object) => ({
      apiVersion: 'kubeflow.org/v1beta1',
      kind: 'Experiment',
      spec: { trialTemplate: { trialSpec: object } },
    }),
  ],
  [
    'an Object of Crossplane',
    'spec.forProvider.manifest',
    (object) => ({
      apiVersion: 'kubernetes.crossplane.io/v1alpha2',
      kind: 'Object',
      spec: { forProvider: { manifest: object } },
    }),
  ],
  [
    'a List in an AppWrapper',
    'spec.components[0].template.items[0]',
    (object) => ({
      apiVersion: 'workload.codeflare.dev/v1beta2',
      kind: 'AppWrapper',
      spec: { components: [{ template: { apiVersion: 'v1', kind: 'List', items: [object] } }] },
    }),
  ],
  [
    'an application of KubeVela',
    'spec.components[0].properties.objects[0]',
    (object) => ({
      apiVersion: 'core.oam.dev/v1beta1',
      kind: 'Application',
      spec: { components: [{ type: 'k8s-objects', properties: { objects: [object] } }] },
    }),
  ],
]

const IMAGE = 'registry.example.com/app:1'
const ASKED: FieldOptions = { optional: [{}] }

/** An object of each row: one that has the field, a field that is left, or any field where the type is skipped. */
const FIXTURES: readonly (readonly [name: string, object: PlainObject, isFound: boolean])[] = [
  ...allRows().map((row) => [nameOf(row), exampleOf(row), isFoundAlone(row)] as const),
  ['a Pod', pod({}), true],
  [
    'an object that only kustomize and kpt leave out',
    pod({ annotations: { 'config.kubernetes.io/local-config': 'true' } }),
    true,
  ],
]

describe('what is found in another object is what is found outside', () => {
  test.each(FIXTURES)('%s', (_name, object, isFound) => {
    const outside = found(JSON.stringify(object), ASKED)
    expect(outside.length > 0).toBe(isFound)
    for (const [wrapper, path, wrap] of WRAPPERS) {
      const inside = found(JSON.stringify(wrap(object)), ASKED)
      const expected = outside.map((line) => line.replace(' ', ` ${path}.`).replace(/\.(?=\[")/, ''))
      expect(inside, wrapper).toEqual(expected)
    }
  })
})

describe('an object in another', () => {
  const wrapped = (object: string): string =>
    `apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nmetadata: {name: m}\nspec: {workload: {manifests: [${object}]}}\n`
  const inside = 'spec.workload.manifests[0]'

  test('is named, and not the one that embeds it', () => {
    const { documents, source } = inputOf(
      wrapped(
        '{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: {containers: [{image: a}]}}',
      ),
    )
    expect(findImages(documents, source).fields.map(({ resource }) => resource)).toEqual([
      { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'p' },
    ])
  })

  test.each<[name: string, text: string, expected: readonly string[]]>([
    [
      'only names another',
      '{apiVersion: x/v1, kind: Foo, spec: {containers: [{image: a, ref: {apiVersion: kyverno.io/v1, kind: Policy, name: p, image: b, imagePullPolicy: Always}}]}}',
      [`R1 ${inside}.spec.containers[0].image a`, `R4 ${inside}.spec.containers[0].ref.image b`],
    ],
    [
      'has a kind and no apiVersion',
      '{kind: CustomResourceDefinition, spec: {containers: [{image: a}]}}',
      [`R1 ${inside}.spec.containers[0].image a`],
    ],
    [
      'has a reference in it that owns it',
      '{apiVersion: v1, kind: Pod, metadata: {ownerReferences: [{apiVersion: kyverno.io/v1, kind: Policy, name: p}]}, spec: {containers: [{image: a}]}}',
      [`R1 ${inside}.spec.containers[0].image a`],
    ],
    [
      'is skipped, with another in it',
      '{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, spec: {values: {extra: [{apiVersion: v1, kind: Pod, spec: {containers: [{image: a}]}}]}}}',
      [],
    ],
    [
      'is in a list of its own kind, without a type',
      '{apiVersion: v1, kind: PodList, items: [{spec: {containers: [{image: a}]}, status: {containers: [{image: b}]}}]}',
      [`R1 ${inside}.items[0].spec.containers[0].image a`],
    ],
    [
      'is in a list of a skipped kind',
      '{apiVersion: kyverno.io/v1, kind: PolicyList, items: [{spec: {containers: [{image: a}]}}]}',
      [],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(wrapped(text))).toEqual(expected)
  })

  test.each<[name: string, options: FieldOptions, expected: readonly string[]]>([
    [
      'a rule about the inner type',
      { rules: [{ selector: { kind: 'Foo' }, path: parsePathPattern('spec.a') }] },
      ['R6 spec.workload.manifests[0].spec.a a:1'],
    ],
    [
      'a rule about the outer type, which leads through the inner one',
      {
        rules: [
          { selector: { kind: 'ManifestWork' }, path: parsePathPattern('spec.workload.manifests[].spec.a') },
        ],
      },
      ['R6 spec.workload.manifests[0].spec.a a:1'],
    ],
    [
      'a policy beside, counted from the root of the inner object',
      {
        rules: [{ selector: { kind: 'Foo' }, path: parsePathPattern('spec.b.a'), policyPath: 'spec.policy' }],
      },
      ['R6 spec.workload.manifests[0].spec.b.a b:1 with policy'],
    ],
  ])('%s', (_name, options, expected) => {
    const { documents, source } = inputOf(
      wrapped('{apiVersion: x/v1, kind: Foo, spec: {a: "a:1", b: {a: "b:1"}}}'),
    )
    expect(
      findImages(documents, source, options).fields.map(
        ({ rule, path, image, policy }) =>
          `${rule} ${formatPath(path)} ${image}${policy === undefined ? '' : ' with policy'}`,
      ),
    ).toEqual(expected)
  })

  test.each<[name: string, exclude: FieldOptions['exclude']]>([
    ['by its own type', [{ selector: { kind: 'Pod' } }]],
    [
      'by its own type and path',
      [{ selector: { kind: 'Pod' }, path: parsePathPattern('spec.containers[].image') }],
    ],
    ['by the type of the outer one', [{ selector: { kind: 'ManifestWork' } }]],
    [
      'by the path from the outer one',
      [
        {
          selector: { kind: 'ManifestWork' },
          path: parsePathPattern('spec.workload.manifests[].spec.containers[].image'),
        },
      ],
    ],
  ])('is excluded %s', (_name, exclude) => {
    const text = wrapped('{apiVersion: v1, kind: Pod, spec: {containers: [{image: a}]}}')
    expect(found(text, exclude === undefined ? {} : { exclude })).toEqual([])
  })
})

describe('what others are compared with is left', () => {
  test.each<[name: string, text: string, expected: readonly string[]]>([
    [
      'what must not exist',
      'apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\nspec: {object-templates: [{complianceType: mustNotHave, objectDefinition: {apiVersion: v1, kind: Pod, spec: {containers: [{image: a}]}}}]}\n',
      [],
    ],
    [
      'but not what must',
      'apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\nspec: {object-templates: [{complianceType: musthave, objectDefinition: {apiVersion: v1, kind: Pod, spec: {containers: [{image: a}]}}}]}\n',
      ['R1 spec.object-templates[0].objectDefinition.spec.containers[0].image a'],
    ],
    [
      'a policy in a Policy',
      'apiVersion: policy.open-cluster-management.io/v1\nkind: Policy\nspec: {policy-templates: [{objectDefinition: {apiVersion: policy.open-cluster-management.io/v1, kind: ConfigurationPolicy, spec: {object-templates: [{complianceType: mustnothave, objectDefinition: {apiVersion: v1, kind: Pod, spec: {containers: [{image: a}]}}}]}}}]}\n',
      [],
    ],
    [
      'criteria',
      'apiVersion: auto.gke.io/v1\nkind: WorkloadAllowlist\nmatchingCriteria: {containers: [{name: a, image: a}]}\n',
      [],
    ],
    [
      'an allow-list of another kind',
      'apiVersion: a.example/v1\nkind: Guard\nspec: {allowlist: [{containers: [{image: a}]}], allowedImages: ["ghcr.io/a/b:1"]}\n',
      [],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected)
    const { documents, source } = inputOf(text)
    expect(findImages(documents, source).unknown).toEqual([])
  })
})

function pod(metadata: PlainObject): PlainObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'c', image: IMAGE }] } }
}

function nameOf(row: TableRow): string {
  return `${row.action} ${row.group} ${row.kind} ${row.action === 'skip' ? '' : row.path.text}`
}

function exampleOf(row: TableRow): PlainObject {
  switch (row.action) {
    case 'pin': {
      const image = row.conditions.has('url') ? `oci://${IMAGE}` : IMAGE
      const beside = row.conditions.has('docker-image') ? { kind: 'DockerImage' } : {}
      return objectOf(row, row.path.steps, row.text === undefined ? image : textOf(row.text, image), beside)
    }
    case 'pin-split': {
      const parts = { [row.keys.repository]: 'registry.example.com/app', [row.keys.tag]: 'v1' }
      return objectOf(row, row.path.steps, parts, {})
    }
    case 'deny': {
      const start = row.anywhere ? parsePathPattern('spec').steps : []
      return objectOf(row, [...start, ...row.path.steps], IMAGE, { imagePullPolicy: 'Always' })
    }
    case 'pod-spec': {
      const steps = parsePathPattern('containers[].image').steps
      return objectOf(row, [...row.path.steps, ...steps], IMAGE, {})
    }
    case 'warn':
      return objectOf(row, row.path.steps, `image: ${IMAGE}`, {})
    case 'skip':
      return objectOf(row, parsePathPattern('spec.containers[].image').steps, IMAGE, {})
  }
}

function textOf({ path }: NonNullable<ImageRow['text']>, image: string): string {
  return JSON.stringify(path === undefined ? pod({}) : nest(path.steps, image, {}))
}

function objectOf(
  { group, kind, object = {} }: TableRow,
  steps: readonly PathStep[],
  leaf: Value,
  beside: PlainObject,
): PlainObject {
  const anyOf = (pattern: string): string =>
    pattern.replace(/^\*\.?|\*$/, (star) => (star === '*.' ? 'some.' : 'Any'))
  const apiVersion = group === '' ? 'v1' : `${anyOf(group)}/v1`
  const metadata = { name: 'x', ...(object as PlainObject | undefined) }
  return { apiVersion, kind: anyOf(kind), metadata, ...(nest(steps, leaf, beside) as PlainObject) }
}

function nest([step, ...rest]: readonly PathStep[], leaf: Value, beside: PlainObject): Value {
  if (step === undefined) return leaf
  const inner = nest(rest, leaf, beside)
  if (step.kind === 'items')
    return [
      step.where === undefined ? inner : { [step.where.key]: step.where.value, ...(inner as PlainObject) },
    ]
  return { [step.kind === 'key' ? step.key : 'any']: inner, ...(rest.length === 0 ? beside : {}) }
}

describe('an object in the text of a manifest', () => {
  const workflow = (manifest: string, kind = 'Workflow'): string =>
    `apiVersion: argoproj.io/v1alpha1\nkind: ${kind}\nmetadata: {name: w}\nspec:\n  templates:\n  - name: t\n    resource:\n      action: create\n      manifest: |\n${manifest.replace(/^/gm, '        ')}\n`
  const inText = 'spec.templates[0].resource.manifest'
  const made = (spec: string, annotations = '{}'): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {generateName: p-, annotations: ${annotations}}\nspec: ${spec}`

  test.each<[name: string, manifest: string, expected: readonly string[]]>([
    [
      'is looked through',
      made('{containers: [{image: "a:1"}]}'),
      [`R1 ${inText}.spec.containers[0].image a:1`],
    ],
    [
      'has the fields of its own type',
      'apiVersion: tekton.dev/v1\nkind: StepAction\nspec: {image: "a:1"}',
      [`R5 ${inText}.spec.image a:1`],
    ],
    [
      'is skipped by its own type',
      'apiVersion: kyverno.io/v1\nkind: Policy\nspec: {containers: [{image: a}]}',
      [],
    ],
    ['may hold no image', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: {{workflow.name}}}', []],
  ])('%s', (_name, manifest, expected) => {
    expect(found(workflow(manifest))).toEqual(expected)
    const { documents, source } = inputOf(workflow(manifest))
    expect(findImages(documents, source).unreadableTexts).toEqual([])
  })

  test('is found in what a trigger makes', () => {
    const text = `apiVersion: argoproj.io/v1alpha1\nkind: Sensor\nspec:\n  triggers:\n  - template:\n      k8s:\n        source:\n          inline: |\n${made('{containers: [{image: "a:1"}]}').replace(/^/gm, '            ')}\n`
    expect(found(text)).toEqual([
      'R1 spec.triggers[0].template.k8s.source.inline.spec.containers[0].image a:1',
    ])
  })

  test('is of its own type for a profile', () => {
    const { documents, source } = inputOf(workflow(made('{containers: [{image: "a:1"}]}')))
    expect(findImages(documents, source).fields.map(({ resource }) => resource.kind)).toEqual(['Pod'])
  })

  test.each<[name: string, manifest: string, reason: string]>([
    [
      'an image that is filled in when it runs',
      made('{containers: [{image: {{inputs.parameters.image}}}]}'),
      'an image in it is {{inputs.parameters.image}}, which is filled in later',
    ],
    [
      'a text that is no YAML before that',
      `${made('{containers: [{image: "a:1"}]}')}\n{{inputs.parameters.rest}}`,
      'it is not YAML: ',
    ],
  ])('%s is said', (_name, manifest, reason) => {
    const { documents, source } = inputOf(workflow(manifest))
    const { unreadableTexts, fields, unreadable } = findImages(documents, source)
    expect(unreadableTexts.map((one) => one.reason)).toEqual([expect.stringContaining(reason)])
    expect([fields, unreadable]).toEqual([[], []])
  })

  test('says itself that it is to be skipped', async () => {
    const text = workflow(made('{containers: [{image: "a:1"}]}', '{pinpull.dev/skip: "true"}'))
    const { output, report } = await transform(new TextEncoder().encode(text), {
      profile: BUILTIN_PROFILES.get('prod')!,
      resolver: fixedResolver({ 'a:1': 'a' }),
      signal: new AbortController().signal,
    })
    expect(new TextDecoder().decode(output)).toBe(text)
    expect(report.images.map(({ reason }) => reason)).toEqual(['skipped by annotation'])
  })
})
