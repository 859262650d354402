import { describe, expect, test } from 'vitest'
import { documentsOf, fieldsOf, found } from './found.ts'

describe('every built-in kind with a PodSpec', () => {
  const podSpec = '{containers: [{name: c, image: a}], initContainers: [{name: i, image: b}]}'
  test.each<[apiVersion: string, kind: string, at: string]>([
    ['v1', 'Pod', 'spec'],
    ['v1', 'PodTemplate', 'template.spec'],
    ['v1', 'ReplicationController', 'spec.template.spec'],
    ['apps/v1', 'Deployment', 'spec.template.spec'],
    ['apps/v1', 'DaemonSet', 'spec.template.spec'],
    ['apps/v1', 'ReplicaSet', 'spec.template.spec'],
    ['apps/v1', 'StatefulSet', 'spec.template.spec'],
    ['apps/v1beta1', 'Deployment', 'spec.template.spec'],
    ['apps/v1beta2', 'StatefulSet', 'spec.template.spec'],
    ['extensions/v1beta1', 'Deployment', 'spec.template.spec'],
    ['batch/v1', 'Job', 'spec.template.spec'],
    ['batch/v1', 'CronJob', 'spec.jobTemplate.spec.template.spec'],
    ['batch/v1beta1', 'CronJob', 'spec.jobTemplate.spec.template.spec'],
  ])('%s %s', (apiVersion, kind, at) => {
    const text = nested(at.split('.'), podSpec)
    expect(found(`apiVersion: ${apiVersion}\nkind: ${kind}\n${text}\n`)).toEqual([
      `R1 ${at}.containers[0].image a`,
      `R1 ${at}.initContainers[0].image b`,
    ])
  })
})

describe('R1: items of a list of containers', () => {
  test('each kind of container has its type and name, and the PodSpec around it', () => {
    const fields = fieldsOf(`apiVersion: v1
kind: Pod
metadata: {name: p, namespace: apps}
spec:
  initContainers:
    - name: one
      image: a:1
  containers:
    - image: b:1
      name: two
    - image: c:1
  ephemeralContainers:
    - {name: four, image: d:1}
`)
    expect(
      fields.map(({ containerType, containerName, image }) => [containerType, containerName, image]),
    ).toEqual([
      ['initContainer', 'one', 'a:1'],
      ['container', 'two', 'b:1'],
      ['container', undefined, 'c:1'],
      ['ephemeralContainer', 'four', 'd:1'],
    ])
    expect(new Set(fields.map(({ podSpec }) => podSpec)).size).toBe(1)
    expect(fields[0]?.podSpec?.entries.length).toBe(3)
    expect(fields[0]?.resource).toEqual({ apiVersion: 'v1', kind: 'Pod', namespace: 'apps', name: 'p' })
  })

  test.each<[name: string, spec: string, expected: readonly string[]]>([
    ['no image', '{containers: [{name: c}]}', []],
    ['a null image', '{containers: [{image: }]}', []],
    ['an image that is a number', '{containers: [{image: 1.27}]}', []],
    ['an image that is a boolean', '{containers: [{image: yes}]}', []],
    ['a quoted number is a string', '{containers: [{image: "1.27"}]}', ['R1 spec.containers[0].image 1.27']],
    ['an image that is a list', '{containers: [{image: [a]}]}', []],
    ['an image that is a mapping', '{containers: [{image: {repository: a, tag: b}}]}', []],
    ['an empty image', '{containers: [{image: ""}]}', ['R1 spec.containers[0].image ']],
    ['a placeholder', '{containers: [{image: auto}]}', ['R1 spec.containers[0].image auto']],
    ['a mapping of containers, as in Datadog', '{containers: {agent: {image: a}}}', []],
    ['a container of strings', '{containers: [a, b]}', []],
    [
      'a sibling repository does not make a container split',
      '{containers: [{image: a, repository: b}]}',
      ['R1 spec.containers[0].image a'],
    ],
    [
      'both of a duplicate key',
      '{containers: [{image: a, image: b}]}',
      ['R1 spec.containers[0].image a', 'R1 spec.containers[0].image b'],
    ],
    ['a key that is a mapping', '{? {a: b} : {containers: [{image: a}]}}', []],
    ['a list in a list', '{containers: [[{image: a}]]}', ['R1 spec.containers[0][0].image a']],
    [
      'a block scalar',
      '\n  containers:\n    - image: >-\n        a:1\n',
      ['R1 spec.containers[0].image a:1'],
    ],
  ])('%s', (_name, spec, expected) => {
    expect(found(`apiVersion: v1\nkind: Pod\nspec: ${spec}\n`)).toEqual(expected)
  })
})

describe('anchors, aliases and merge keys', () => {
  test('an aliased container is found at each use, with the one scalar', () => {
    const fields = fieldsOf(`apiVersion: v1
kind: Pod
spec:
  initContainers:
    - &c {name: one, image: a:1}
  containers:
    - *c
`)
    expect(fields.map(({ path }) => path.join('.'))).toEqual([
      'spec.initContainers.0.image',
      'spec.containers.0.image',
    ])
    expect(fields[0]?.scalar).toBe(fields[1]?.scalar)
  })

  test('an aliased image is found with the scalar that it stands for', () => {
    const [first, second] = fieldsOf(`apiVersion: v1
kind: Pod
spec:
  containers:
    - image: &i a:1
    - image: *i
`)
    expect(second?.scalar).toBe(first?.scalar)
    expect(second?.node.kind).toBe('alias')
  })

  test('an image that is merged in is found in the mapping where it stands, and its policy goes there', () => {
    const text = `apiVersion: v1
kind: Pod
x: &base
  image: a:1
spec:
  containers:
    - <<: *base
      name: one
    - <<: *base
      name: two
      image: b:1
    - <<: [*base, *base]
      imagePullPolicy: Always
`
    const fields = fieldsOf(text)
    expect(fields.map(({ path, containerName, image }) => [path.join('.'), containerName, image])).toEqual([
      ['spec.containers.0.image', 'one', 'a:1'],
      ['spec.containers.1.image', 'two', 'b:1'],
      ['spec.containers.2.image', undefined, 'a:1'],
    ])
    expect(fields[0]?.policy?.mapping).toBe(documentHolder(fields))
    expect(fields[1]?.policy?.mapping).not.toBe(fields[0]?.policy?.mapping)
    expect(fields[2]?.policy?.scalar?.value).toBe('Always')
  })

  // Written so that it is not left to the reference reader: no anchor in a flow collection, no alias in an anchored one.
  test.each([
    [
      'directly behind its colon',
      '[{name: a, image: a}]',
      'spec: {"containers":*a}',
      'spec.containers[0].image',
    ],
    [
      'below a key that is not in ASCII',
      '{größe: {containers: [{name: a, image: a}]}}',
      'spec:\n  <<: *a',
      'spec["größe"].containers[0].image',
    ],
  ])('what an alias brings is found: %s', (_, anchored, spec, path) => {
    const text = `apiVersion: example.com/v1\nkind: Shop\nstatus:\n  a: &a ${anchored}\n${spec}\n`
    expect(found(text)).toEqual([`R1 ${path} a`])
  })

  test('containers that are merged into a PodSpec are found', () => {
    expect(
      found(`apiVersion: v1
kind: Pod
x: &spec {containers: [{image: a}]}
spec:
  <<: *spec
`),
    ).toEqual(['R1 x.containers[0].image a', 'R1 spec.containers[0].image a'])
  })
})

describe('what is never entered', () => {
  test.each<[name: string, text: string]>([
    ['no kind', 'apiVersion: v1\nspec: {containers: [{image: a}]}'],
    ['no apiVersion', 'kind: Pod\nspec: {containers: [{image: a}]}'],
    ['a root that is a list', '- {containers: [{image: a}]}'],
    ['a root that is a scalar', 'image'],
    ['no root', '# nothing'],
    ['status', 'apiVersion: v1\nkind: Pod\nstatus: {containers: [{image: a}]}'],
    ['metadata', 'apiVersion: v1\nkind: Pod\nmetadata: {managedFields: [{containers: [{image: a}]}]}'],
    [
      'the status of an embedded object',
      'apiVersion: a/v1\nkind: Any\nspec: {resource: {apiVersion: v1, kind: Pod, status: {containers: [{image: a}]}}}',
    ],
    [
      'a CustomResourceDefinition',
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {containers: [{image: a}]}',
    ],
    [
      'a last-applied configuration',
      `apiVersion: v1\nkind: Pod\nmetadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"spec":{"containers":[{"image":"a"}]}}'}}`,
    ],
  ])('%s', (_name, text) => {
    expect(found(text)).toEqual([])
  })

  test('a key status elsewhere is entered', () => {
    expect(found('apiVersion: a/v1\nkind: Any\nspec: {status: {containers: [{image: a}]}}')).toEqual([
      'R1 spec.status.containers[0].image a',
    ])
  })

  test('an embedded object is', () => {
    expect(
      found(
        'apiVersion: kubeflow.org/v1beta1\nkind: Experiment\nspec: {trialTemplate: {trialSpec: {apiVersion: batch/v1, kind: Job, spec: {template: {spec: {containers: [{image: a}]}}}}}}',
      ),
    ).toEqual(['R1 spec.trialTemplate.trialSpec.spec.template.spec.containers[0].image a'])
  })
})

test('fields come in the order of the text', () => {
  const [document] = documentsOf(`apiVersion: v1
kind: Pod
spec:
  volumes: [{name: v, image: {reference: a}}]
  containers: [{image: b}]
  initContainers: [{image: c}]
`)
  expect(document?.index).toBe(0)
  expect(
    found(
      'apiVersion: v1\nkind: Pod\nspec:\n  volumes: [{name: v, image: {reference: a}}]\n  containers: [{image: b}]\n  initContainers: [{image: c}]\n',
    ),
  ).toEqual([
    'R2 spec.volumes[0].image.reference a',
    'R1 spec.containers[0].image b',
    'R1 spec.initContainers[0].image c',
  ])
})

function nested(path: readonly string[], value: string): string {
  return path
    .map((key, depth) => `${'  '.repeat(depth)}${key}:`)
    .join('\n')
    .concat(` ${value}`)
}

function documentHolder(fields: readonly ReturnType<typeof fieldsOf>[number][]): unknown {
  return fields[0]?.object.entries.map((entry) => entry.value).find((node) => node.anchor === 'base')
}
