import { describe, expect, test } from 'vitest'
import { fieldsOf, found } from '../find/found.ts'

describe('R2: image volumes', () => {
  test('the volume gives the name, the source holds reference and policy', () => {
    const [field, ...others] = fieldsOf(`apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes:
    - name: model
      image:
        reference: ghcr.io/acme/model:1
        pullPolicy: Always
    - name: data
      emptyDir: {}
`)
    expect(others).toEqual([])
    expect(field).toMatchObject({
      rule: 'R2',
      containerType: 'imageVolume',
      containerName: 'model',
      image: 'ghcr.io/acme/model:1',
      path: ['spec', 'volumes', 0, 'image', 'reference'],
      policy: { key: 'pullPolicy', scalar: { value: 'Always' } },
    })
    expect(field?.podSpec?.entries.length).toBe(1)
  })

  test.each<[name: string, spec: string, expected: readonly string[]]>([
    [
      'under another parent, as in CNPG',
      '{extensions: [{name: e, image: {reference: a:1}}]}',
      ['R2 spec.extensions[0].image.reference a:1'],
    ],
    ['not where there are other keys, as in Azure ML', '{image: {reference: a:1, type: docker}}', []],
    ['not without a reference', '{volumes: [{image: {pullPolicy: Always}}]}', []],
    ['not an empty mapping', '{volumes: [{image: {}}]}', []],
    ['not a reference that is no string', '{volumes: [{image: {reference: 1}}]}', []],
    ['not a Ceph block device', '{volumes: [{rbd: {image: foo, pool: rbd}}]}', []],
    ['not a reference away from a key image', '{volumes: [{picture: {reference: a:1}}]}', []],
  ])('%s', (_name, spec, expected) => {
    expect(found(`apiVersion: v1\nkind: Pod\nspec: ${spec}\n`)).toEqual(expected)
  })
})

describe('R3: containers by the name of their key', () => {
  test.each<[spec: string, expected: readonly string[]]>([
    ['{templates: [{container: {image: a}}]}', ['R3 spec.templates[0].container.image a']],
    ['{templates: [{script: {image: a, source: x}}]}', ['R3 spec.templates[0].script.image a']],
    ['{templates: [{sidecars: [{name: s, image: a}]}]}', ['R3 spec.templates[0].sidecars[0].image a']],
    ['{steps: [{name: s, image: a}]}', ['R3 spec.steps[0].image a']],
    [
      '{steps: [[{name: s, inline: {container: {image: a}}}]]}',
      ['R3 spec.steps[0][0].inline.container.image a'],
    ],
    ['{stepTemplate: {image: a}}', ['R3 spec.stepTemplate.image a']],
    ['{volumes: [{containerDisk: {image: a}}]}', ['R3 spec.volumes[0].containerDisk.image a']],
    ['{sidecarContainers: [{image: a}]}', ['R3 spec.sidecarContainers[0].image a']],
    ['{extraInitContainers: [{image: a}]}', ['R3 spec.extraInitContainers[0].image a']],
    ['{initContainer: {image: a}}', ['R3 spec.initContainer.image a']],
    ['{sidecar: {image: a}}', ['R3 spec.sidecar.image a']],
    ['{operator: {initContainer: {repository: nvcr.io/nvidia, image: cuda, version: 1}}}', []],
    [
      '{operator: {initContainer: {repository: "", image: cuda}}}',
      ['R3 spec.operator.initContainer.image cuda'],
    ],
    ['{containerRuntime: {image: a}}', []],
    ['{step: {image: a}}', []],
    ['{scripts: [{image: a}]}', []],
    ['{image: a}', []],
  ])('%s', (spec, expected) => {
    expect(found(`apiVersion: example.com/v1\nkind: Any\nspec: ${spec}\n`)).toEqual(expected)
  })

  test.each([
    ['initContainer', 'initContainer'],
    ['ephemeralContainer', 'ephemeralContainer'],
    ['sidecar', 'container'],
    ['containerDisk', 'custom'],
  ])('%s is of type %s', (key, type) => {
    const [field] = fieldsOf(`apiVersion: a/v1\nkind: Any\nspec: {${key}: {image: a}}\n`)
    expect(field?.containerType).toBe(type)
  })
})

describe('R4: an image with a pull policy beside it', () => {
  test.each<[spec: string, expected: readonly string[]]>([
    ['{image: a, imagePullPolicy: Always}', ['R4 spec.image a']],
    ['{mysql: {imagePullPolicy: Always, image: a}}', ['R4 spec.mysql.image a']],
    ['{image: a, imagePullPolicy: }', ['R4 spec.image a']],
    ['{image: a, repository: b, imagePullPolicy: Always}', []],
    ['{image: a, registry: b, imagePullPolicy: Always}', []],
    ['{image: a, imageRepository: b, imagePullPolicy: Always}', []],
    ['{image: a, pullPolicy: Always}', []],
    ['{image: {a: b}, imagePullPolicy: Always}', []],
  ])('%s', (spec, expected) => {
    expect(found(`apiVersion: example.com/v1\nkind: Any\nspec: ${spec}\n`)).toEqual(expected)
  })
})

describe('the pull policy of a field', () => {
  const pod = (container: string): string =>
    `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - ${container}\n`

  test('is the entry beside the image', () => {
    const [field] = fieldsOf(pod('{image: a, imagePullPolicy: Never}'))
    expect(field?.policy).toMatchObject({
      key: 'imagePullPolicy',
      scalar: { value: 'Never' },
      allowed: ['Always', 'IfNotPresent', 'Never'],
    })
    expect(field?.policy?.entry).toMatchObject({ start: field?.policy?.mapping.entries[1]?.start })
  })

  test('would be written after the image where there is none', () => {
    const text = pod('{name: c, image: a}')
    const [field] = fieldsOf(text)
    expect(Object.keys(field?.policy ?? {})).toEqual(['key', 'mapping', 'afterKey', 'allowed'])
    expect(text.slice(field?.policy?.afterKey)).toBe('image: a}\n')
  })

  test('is there without a value', () => {
    const [field] = fieldsOf(pod('{image: a, imagePullPolicy: }'))
    expect(field?.policy?.scalar).toMatchObject({ isNull: true })
  })

  test.each(['0', '1.5', 'true'])('is there where %s stands, which is no text', (value) => {
    const [field] = fieldsOf(pod(`{image: a, imagePullPolicy: ${value}}`))
    expect(field?.policy?.scalar).toMatchObject({ isString: false, value })
  })

  test.each(['[Always]', '{a: b}'])(
    'has no scalar where %s stands, over which nothing is written',
    (value) => {
      const [field] = fieldsOf(pod(`{image: a, imagePullPolicy: ${value}}`))
      expect(field?.policy?.entry).toBeDefined()
      expect(field?.policy?.scalar).toBeUndefined()
    },
  )
})
