import { describe, expect, test } from 'vitest'
import type { Profile } from '../../src/config/profile.ts'
import { findImages } from '../../src/kube/find/find-images.ts'
import { type AnnotationOverrides, readAnnotationOverrides } from '../../src/plan/annotation-overrides.ts'
import { readInput } from '../../src/transform.ts'

/** What annotations say of each image, and every finding as `line:column CODE`. */
function read(
  text: string,
  file?: string,
  annotations: Profile['annotations'] = 'obey',
): { said: (AnnotationOverrides | undefined)[]; findings: string[] } {
  const { source, documents } = readInput(new TextEncoder().encode(text), file)
  const { fields } = findImages(documents, source)
  const { byField, diagnostics } = readAnnotationOverrides(fields, source, { name: 'prod', annotations })
  return {
    said: fields.map((field) => byField.get(field)),
    findings: diagnostics.map(({ code, at }) => `${at?.file}:${at?.line}:${at?.column} ${code}`),
  }
}

const deployment = (object: string, template: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: d, annotations: ${object}}
spec:
  template:
    metadata: {annotations: ${template}}
    spec:
      containers:
      - {name: app, image: nginx}
      - {name: sidecar, image: redis}
      volumes:
      - {name: data, image: {reference: busybox}}
`

describe('what annotations say of an image', () => {
  test.each<
    [name: string, object: string, template: string, said: readonly (AnnotationOverrides | undefined)[]]
  >([
    ['nothing', '{}', '{}', [undefined, undefined, undefined]],
    ['not of ours', '{example.com/skip: "true"}', '{}', [undefined, undefined, undefined]],
    [
      'skip, on the object',
      '{pinpull.dev/skip: "true"}',
      '{}',
      [
        { skipAnnotation: 'pinpull.dev/skip' },
        { skipAnnotation: 'pinpull.dev/skip' },
        { skipAnnotation: 'pinpull.dev/skip' },
      ],
    ],
    [
      'skip, on the template',
      '{}',
      '{pinpull.dev/skip: "true"}',
      [
        { skipAnnotation: 'pinpull.dev/skip' },
        { skipAnnotation: 'pinpull.dev/skip' },
        { skipAnnotation: 'pinpull.dev/skip' },
      ],
    ],
    ['a skip that is off', '{pinpull.dev/skip: "false"}', '{}', [undefined, undefined, undefined]],
    [
      'containers and volumes by name',
      '{pinpull.dev/skip-containers: "sidecar,data"}',
      '{}',
      [
        undefined,
        { skipAnnotation: 'pinpull.dev/skip-containers' },
        { skipAnnotation: 'pinpull.dev/skip-containers' },
      ],
    ],
    [
      'the nearest policy',
      '{pinpull.dev/pull-policy: Always}',
      '{pinpull.dev/pull-policy: Never}',
      [{ pullPolicy: 'Never' }, { pullPolicy: 'Never' }, { pullPolicy: 'Never' }],
    ],
    [
      'a policy and a skip',
      '{pinpull.dev/pull-policy: Always}',
      '{pinpull.dev/skip-containers: app}',
      [
        { skipAnnotation: 'pinpull.dev/skip-containers', pullPolicy: 'Always' },
        { pullPolicy: 'Always' },
        { pullPolicy: 'Always' },
      ],
    ],
  ])('%s', (_, object, template, said) => {
    expect(read(deployment(object, template))).toEqual({ said, findings: [] })
  })

  test('of one item of a list, and not of the next', () => {
    const item = (annotations: string) =>
      `- apiVersion: v1\n  kind: Pod\n  metadata: {name: p, annotations: ${annotations}}\n  spec: {containers: [{name: c, image: nginx}]}\n`
    const list = `apiVersion: v1\nkind: List\nitems:\n${item('{pinpull.dev/skip: "true"}')}${item('{}')}`
    expect(read(list).said).toEqual([{ skipAnnotation: 'pinpull.dev/skip' }, undefined])
  })

  test('through an alias and a merge key', () => {
    const text = `apiVersion: v1
kind: Pod
metadata:
  name: p
  annotations:
    <<: &shared {pinpull.dev/pull-policy: Always}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: q, labels: &labels {pinpull.dev/skip: "true"}, annotations: *labels}
spec: {containers: [{name: c, image: nginx}]}
`
    expect(read(text).said).toEqual([{ pullPolicy: 'Always' }, { skipAnnotation: 'pinpull.dev/skip' }])
  })
})

describe('what is wrong with annotations is said once, where it stands', () => {
  test.each<[name: string, object: string, findings: readonly string[]]>([
    ['no text', '{pinpull.dev/skip: true}', ['a.yaml:3:53 ANNOTATION_INVALID']],
    ['no such policy', '{pinpull.dev/pull-policy: always}', ['a.yaml:3:60 ANNOTATION_INVALID']],
    ['a mapping', '{pinpull.dev/skip: {a: b}}', ['a.yaml:3:53 ANNOTATION_INVALID']],
    ['an unknown one', '{pinpull.dev/skp: "true"}', ['a.yaml:3:52 ANNOTATION_UNKNOWN']],
    ['a missing container', '{pinpull.dev/skip-containers: web}', ['a.yaml:3:64 ANNOTATION_UNUSED']],
  ])('%s', (_, object, findings) => {
    expect(read(deployment(object, '{}'), 'a.yaml').findings).toEqual(findings)
  })
})

describe('a profile that ignores annotations', () => {
  test.each<[name: string, object: string, findings: readonly string[]]>([
    ['a skip', '{pinpull.dev/skip: "true"}', ['a.yaml:3:53 ANNOTATION_IGNORED']],
    ['a skip of containers', '{pinpull.dev/skip-containers: app}', ['a.yaml:3:64 ANNOTATION_IGNORED']],
    ['a policy', '{pinpull.dev/pull-policy: Always}', ['a.yaml:3:60 ANNOTATION_IGNORED']],
    ['what says nothing', '{pinpull.dev/skip: "false"}', []],
    ['what is wrong', '{pinpull.dev/skip: yes}', ['a.yaml:3:53 ANNOTATION_INVALID']],
  ])('passes over %s, and says so', (_, object, findings) => {
    const { said, findings: found } = read(deployment(object, '{}'), 'a.yaml', 'ignore')
    expect([said, found]).toEqual([[undefined, undefined, undefined], findings])
  })
})
