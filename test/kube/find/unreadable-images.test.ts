import { describe, expect, test } from 'vitest'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'
import { inputOf } from './found.ts'

/** `path container: what stands there`. */
function unreadable(text: string): string[] {
  const { documents, source } = inputOf(text)
  return findImages(documents, source).unreadable.map(
    ({ path, is, containerName = '-' }) => `${formatPath(path)} ${containerName}: ${is}`,
  )
}

const object = (type: string, spec: string): string => {
  const [apiVersion, kind] = type.split(' ')
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\n${spec}\n`
}

describe('a container of a workload of Kubernetes without an image that can be read', () => {
  test.each<[type: string, at: string]>([
    ['v1 Pod', 'spec'],
    ['v1 PodTemplate', 'template.spec'],
    ['v1 ReplicationController', 'spec.template.spec'],
    ['apps/v1 Deployment', 'spec.template.spec'],
    ['apps/v1 DaemonSet', 'spec.template.spec'],
    ['apps/v1 ReplicaSet', 'spec.template.spec'],
    ['apps/v1 StatefulSet', 'spec.template.spec'],
    ['extensions/v1beta1 Deployment', 'spec.template.spec'],
    ['batch/v1 Job', 'spec.template.spec'],
    ['batch/v1 CronJob', 'spec.jobTemplate.spec.template.spec'],
    ['argoproj.io/v1alpha1 Rollout', 'spec.template.spec'],
    ['apps.kruise.io/v1alpha1 CloneSet', 'spec.template.spec'],
    ['serving.knative.dev/v1 Service', 'spec.template.spec'],
  ])('%s', (type, at) => {
    const [first, ...rest] = at.split('.')
    const lists = '{containers: [{name: c}], initContainers: [{name: i}]}'
    const spec = `${first}: ${rest.reduceRight((inner, key) => `{${key}: ${inner}}`, lists)}`
    expect(unreadable(object(type, spec))).toEqual([
      `${at}.containers[0].image c: nothing`,
      `${at}.initContainers[0].image i: nothing`,
    ])
  })

  test.each<[image: string, expected: readonly string[]]>([
    ['a', []],
    ['"1.27"', []],
    ['""', []],
    ['auto', []],
    ['"{{ .Values.image }}"', []],
    ['~', ['spec.containers[0].image c: null']],
    ['', ['spec.containers[0].image c: null']],
    ['1.27', ['spec.containers[0].image c: a number or a boolean']],
    ['yes', ['spec.containers[0].image c: a number or a boolean']],
    ['[a]', ['spec.containers[0].image c: a list']],
    ['{repository: a}', ['spec.containers[0].image c: a mapping']],
    ['{{ .Values.image }}', ['spec.containers[0].image c: a mapping']],
  ])('image: %s', (image, expected) => {
    const text = object('v1 Pod', `spec:\n  containers:\n  - name: c\n    image: ${image}`)
    expect(unreadable(text)).toEqual(expected)
  })

  test('a tag that is a number, where a row of the table knows the parts', () => {
    const text = object(
      'operator.victoriametrics.com/v1beta1 VMAgent',
      'spec: {image: {repository: victoriametrics/vmagent, tag: 1.25}}',
    )
    expect(unreadable(text)).toEqual(['spec.image.tag -: a number or a boolean'])
  })

  test.each<[type: string, spec: string, expected: readonly string[]]>([
    ['monitoring.coreos.com/v1 Prometheus', 'image: yes', ['spec.image -: a number or a boolean']],
    ['monitoring.coreos.com/v1 Prometheus', 'image: [a]', ['spec.image -: a list']],
    ['monitoring.coreos.com/v1 Prometheus', 'image: ~', []],
    [
      'tekton.dev/v1 Task',
      'steps: [{name: s, image: 1.27}]',
      ['spec.steps[0].image s: a number or a boolean'],
    ],
    ['example.com/v1 Foo', 'image: 1.27\n  imagePullPolicy: Always', ['spec.image -: a number or a boolean']],
    ['example.com/v1 Foo', 'sidecar: {name: s, image: on}', ['spec.sidecar.image s: a number or a boolean']],
    ['example.com/v1 Foo', 'image: {a: b}\n  imagePullPolicy: Always', []],
    ['example.com/v1 Foo', 'image: true', []],
    ['example.com/v1 Foo', 'image: 1\n  repository: a/b\n  imagePullPolicy: Always', []],
  ])('an image of %s that is no text: %s', (type, spec, expected) => {
    expect(unreadable(object(type, `spec:\n  ${spec}`))).toEqual(expected)
  })

  test.each<[containers: string, expected: readonly string[]]>([
    ['~', []],
    ['[]', []],
    ['{{ toYaml .Values.containers }}', ['spec.containers -: a mapping']],
    ['"{{ toYaml .Values.containers }}"', ['spec.containers -: text']],
    ['{a: {image: "a:1"}}', ['spec.containers -: a mapping']],
    ['[~]', ['spec.containers[0] -: null']],
    ['["a:1"]', ['spec.containers[0] -: text']],
    ['[{{ toYaml .Values.sidecar }}]', ['spec.containers[0] -: a mapping']],
  ])('containers: %s', (containers, expected) => {
    expect(unreadable(object('v1 Pod', `spec:\n  containers: ${containers}`))).toEqual(expected)
  })

  test.each<[volume: string, expected: readonly string[]]>([
    ['{image: {reference: a}}', []],
    ['{emptyDir: {}}', []],
    ['{rbd: {image: a}}', []],
    ['{name: v, image: {}}', ['spec.volumes[0].image.reference v: nothing']],
    ['{name: v, image: {reference: 1}}', ['spec.volumes[0].image.reference v: a number or a boolean']],
    ['{name: v, image: {reference: {{ .x }}}}', ['spec.volumes[0].image.reference v: a mapping']],
    ['{name: v, image: a}', ['spec.volumes[0].image v: text']],
    ['{name: v, image: {{ .Values.image }}}', ['spec.volumes[0].image v: a mapping']],
  ])('volume %s', (volume, expected) => {
    expect(unreadable(object('v1 Pod', `spec: {volumes: [${volume}], containers: []}`))).toEqual(expected)
  })

  test('an image that is merged in can be read', () => {
    const text = object('v1 Pod', 'x: &x {image: a}\nspec:\n  containers:\n  - <<: *x\n    name: c')
    expect(unreadable(text)).toEqual([])
  })

  test('in a list, and in another object', () => {
    const pod = '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}'
    expect(unreadable(`apiVersion: v1\nkind: List\nitems: [${pod}]\n`)).toEqual([
      'items[0].spec.containers[0].image c: nothing',
    ])
    expect(unreadable(`apiVersion: w/v1\nkind: Work\nspec: {manifests: [${pod}]}\n`)).toEqual([
      'spec.manifests[0].spec.containers[0].image c: nothing',
    ])
  })
})

describe('elsewhere', () => {
  test.each<[name: string, text: string, expected: readonly string[]]>([
    [
      'an absent image says nothing: operators have defaults',
      object('example.com/v1 Thing', 'spec: {podTemplate: {spec: {containers: [{name: c}]}}}'),
      [],
    ],
    ['nor does null', object('example.com/v1 Thing', 'spec: {containers: [{image: ~}]}'), []],
    [
      'a number is none',
      object('example.com/v1 Thing', 'spec: {containers: [{name: c, image: 1.27}]}'),
      ['spec.containers[0].image c: a number or a boolean'],
    ],
    [
      'a template is none, whatever it is the image of',
      object('example.com/v1 Thing', 'spec: {proxy: {image: {{ .Values.proxy }}}}'),
      ['spec.proxy.image -: a mapping'],
    ],
    [
      'a mapping may be an image in parts',
      object(
        'example.com/v1 Thing',
        'spec: {containers: [{image: {repository: a, tag: b}}], x: {image: {a: b}}}',
      ),
      [],
    ],
    [
      'an object that describes another in part',
      object(
        'policy.open-cluster-management.io/v1 ConfigurationPolicy',
        'spec: {object-templates: [{complianceType: musthave, objectDefinition: {apiVersion: v1, kind: Pod, spec: {containers: [{name: c}]}}}]}',
      ),
      [],
    ],
    ['a skipped object', object('kyverno.io/v1 Policy', 'spec: {containers: [{image: 1}]}'), []],
    [
      'a schema',
      object('apiextensions.k8s.io/v1 CustomResourceDefinition', 'spec: {containers: [{image: 1}]}'),
      [],
    ],
  ])('%s', (_name, text, expected) => {
    expect(unreadable(text)).toEqual(expected)
  })
})
