import { describe, expect, test } from 'vitest'
import {
  documentDiagnostics,
  inputWithoutObjectsDiagnostics,
  objectFactsOf,
} from '../../../src/kube/diagnostics/non-kubernetes.ts'
import { readInput } from '../../../src/transform.ts'

const STRICT = { isStrict: true, requirePinned: false }

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'

const say = (text: string, demands = STRICT): string[] => {
  const stream = readInput(new TextEncoder().encode(text), undefined, { krm: text.includes('ResourceList') })
  expect(stream.diagnostics).toEqual([])
  return documentDiagnostics(stream, demands).map(
    ({ severity, args, at }) => `${severity} ${at?.line}:${at?.column} ${args['found']}`,
  )
}

const TYPE = 'apiVersion: v1\nkind: Pod\n'
const UNCHECKED = 'so its images are not checked'

describe('a stream that was cut', () => {
  test.each<[text: string, found: string]>([
    ['apiVersion: v1', `it has apiVersion v1 but no kind, ${UNCHECKED}`],
    ['apiVersion: v1\nkind:', `it has apiVersion v1 but no kind, ${UNCHECKED}`],
    ['apiVersion:', `it has apiVersion without a value, ${UNCHECKED}`],
    ['kind:', `it has kind without a value, ${UNCHECKED}`],
    ['kind: Pod', `it has kind Pod but no apiVersion, ${UNCHECKED}`],
    ['metadata:', `it has metadata but no apiVersion and no kind, ${UNCHECKED}`],
    ['metadata:\n  name: a\nspec: {}\n', `it has metadata but no apiVersion and no kind, ${UNCHECKED}`],
    [TYPE, 'it has apiVersion v1 and kind Pod, and no name'],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata:', 'it has apiVersion v1 and kind ConfigMap, and no name'],
    [`${TYPE}metadata:`, 'it has apiVersion v1 and kind Pod, and no name'],
    [`${TYPE}metadata:\n  name:`, 'it has apiVersion v1 and kind Pod, and no name'],
    [`${TYPE}metadata:\n  na`, 'its metadata is "na"'],
    [`${TYPE}metadata:\n  name: a\nspec:`, 'its spec has no value'],
    [`${TYPE}metadata:\n  name: a\nspec:\n  containers:\n`, 'its spec.containers has no value'],
    [
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n',
      'its spec.template.spec has no value',
    ],
    ['apiVersion: v1\nkind: List\n', 'it has apiVersion v1 and kind List but no items'],
    ['apiVers', 'the stream ends with "apiVers"'],
    ['meta', 'the stream ends with "meta"'],
    ['k', 'the stream ends with "k"'],
    ['--', 'the stream ends with "--"'],
    ['-', 'the stream ends with "-"'],
  ])('%j', (text, found) => {
    expect(say(text)).toEqual([`error 1:1 ${found}`])
    expect(say(`${OBJECT}---\n${text}`)).toEqual([`error 5:1 ${found}`])
    expect(say(`${OBJECT}---\n${text}`, { ...STRICT, isStrict: false })).toEqual([`warning 5:1 ${found}`])
    expect(
      inputWithoutObjectsDiagnostics([objectFactsOf(readInput(new TextEncoder().encode(text)))]),
    ).toEqual([])
  })

  test.each<[items: string, found: string]>([
    ['- apiVersion: v1\n', `4:3 items[0]: it has apiVersion v1 but no kind, ${UNCHECKED}`],
    [
      '- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- kind: Pod\n',
      `5:3 items[1]: it has kind Pod but no apiVersion, ${UNCHECKED}`,
    ],
    ['- spec: {}\n', `4:3 items[0]: it has no apiVersion and no kind, ${UNCHECKED}`],
    ['- apiVersion: v1\n  kind: Pod\n', '4:3 items[0]: it has apiVersion v1 and kind Pod, and no name'],
    ['- api\n', '4:3 items[0]: it is no mapping'],
    ['-\n', '4:2 items[0]: it is null'],
  ])('within the items of a list: %j', (items, found) => {
    expect(say(`apiVersion: v1\nkind: List\nitems:\n${items}`)).toEqual([`error ${found}`])
    expect(say(`apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n${items}`)).toEqual([
      `error ${found}`,
    ])
  })
})

describe('what is complete', () => {
  test.each([
    ['a list of nothing', 'apiVersion: v1\nkind: List\nitems:\n'],
    [
      'a typed list, whose items need no type',
      'apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n',
    ],
    ['an object that needs no PodSpec, with its type only', 'apiVersion: v1\nkind: ConfigMap\n'],
    ['an object with a name only', `${TYPE}metadata: {name: a}\n`],
    ['one with a generated name', `${TYPE}metadata: {generateName: a-}\n`],
    ['one with contents and no name', `${TYPE}spec: {hostNetwork: true}\n`],
    [
      'a part of an object, for server-side apply',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 3}\n',
    ],
    ["kubeadm's configuration", 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n'],
    ['a cluster of kind', 'apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n'],
    ['what is for a tool', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'],
  ])('%s', (_, text) => {
    expect(say(text)).toEqual([])
  })

  test.each([
    ['metadata of another format', 'schemaVersion: 2.2.0\nmetadata: {name: go}\n'],
    ['a type alone that is not at the end', `${TYPE}---\n${OBJECT}`],
    ['a word that is not at the end', `api\n---\n${OBJECT}`],
    ['a word with a line break behind it', `${OBJECT}---\nkin\n`],
  ])('is not taken for half: %s', (_, text) => {
    expect(say(text).map((one) => one.split(' ')[0])).not.toContain('error')
  })
})
