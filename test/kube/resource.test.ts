import { describe, expect, test } from 'vitest'
import { fieldsOf, found } from './find/found.ts'

describe('lists', () => {
  const pod = (image: string): string =>
    `{apiVersion: v1, kind: Pod, spec: {containers: [{image: ${image}}]}}`

  test.each<[name: string, text: string, expected: readonly string[]]>([
    [
      'List',
      `{apiVersion: v1, kind: List, items: [${pod('a')}, ${pod('b')}]}`,
      ['R1 items[0].spec.containers[0].image a', 'R1 items[1].spec.containers[0].image b'],
    ],
    [
      'a typed list whose items do not say what they are',
      '{apiVersion: v1, kind: PodList, items: [{spec: {containers: [{image: a}]}}]}',
      ['R1 items[0].spec.containers[0].image a'],
    ],
    [
      'ResourceList, without its functionConfig',
      `{apiVersion: config.kubernetes.io/v1, kind: ResourceList, functionConfig: ${pod('f')}, items: [${pod('a')}]}`,
      ['R1 items[0].spec.containers[0].image a'],
    ],
    [
      'OpenShift Template',
      `{apiVersion: template.openshift.io/v1, kind: Template, objects: [${pod('a')}]}`,
      ['R1 objects[0].spec.containers[0].image a'],
    ],
    [
      'a list in a list',
      `{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [${pod('a')}]}]}`,
      ['R1 items[0].items[0].spec.containers[0].image a'],
    ],
    [
      'a definition with items, which is a list to kubectl',
      `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, items: [${pod('a')}]}`,
      ['R1 items[0].spec.containers[0].image a'],
    ],
    [
      'a Kustomization with items',
      `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, items: [${pod('a')}]}`,
      ['R1 items[0].spec.containers[0].image a'],
    ],
    [
      'such kinds in each other, ten times',
      `${'{apiVersion: kyverno.io/v1, kind: Policy, items: ['.repeat(10)}${pod('a')}${']}'.repeat(10)}`,
      [`R1 ${'items[0].'.repeat(10)}spec.containers[0].image a`],
    ],
    [
      'an object that has items and is something besides',
      '{apiVersion: v1, kind: Pod, items: [], spec: {containers: [{image: a}]}}',
      ['R1 spec.containers[0].image a'],
    ],
    [
      'an item that is skipped',
      `{apiVersion: v1, kind: List, items: [{apiVersion: kpt.dev/v1, kind: Kptfile, containers: [{image: x}]}, ${pod('a')}]}`,
      ['R1 items[1].spec.containers[0].image a'],
    ],
    [
      'an item of a List without a kind',
      '{apiVersion: v1, kind: List, items: [{spec: {containers: [{image: a}]}}]}',
      [],
    ],
    [
      'a kind that only ends in List',
      '{apiVersion: a/v1, kind: AllowList, spec: {containers: [{image: a}]}}',
      ['R1 spec.containers[0].image a'],
    ],
    ['no items', '{apiVersion: v1, kind: List}', []],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  test('the resource is the item', () => {
    const [field] = fieldsOf(
      '{apiVersion: v1, kind: DeploymentList, metadata: {name: l}, items: [{metadata: {name: d}, spec: {containers: [{image: a}]}}]}',
    )
    expect(field?.resource).toEqual({ apiVersion: 'v1', kind: 'Deployment', name: 'd' })
    expect(field?.object.entries.length).toBe(2)
  })
})
