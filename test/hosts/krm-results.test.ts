import { describe, expect, test } from 'vitest'
import { addResults, type Result } from '../../src/hosts/krm-results.ts'
import { findResourceList } from '../../src/hosts/resource-list.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

const read = (text: string) => {
  const source = readSource(Buffer.from(text))
  return { source, list: findResourceList(readDocuments(source).documents) }
}

const add = (text: string, ...results: readonly Result[]): string => {
  const { source, list } = read(text)
  if (list === undefined) throw new Error('no ResourceList')
  return Buffer.from(addResults(source, list, results)).toString()
}

const head = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n'

describe('a ResourceList is recognised', () => {
  test.each([
    ['v1', `${head}items: []\n`],
    ['v1beta1', 'apiVersion: config.kubernetes.io/v1beta1\nkind: ResourceList\n'],
    ['v1alpha1', 'kind: ResourceList\napiVersion: config.kubernetes.io/v1alpha1\n'],
    ['JSON', '{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[]}'],
    ['after a comment and a mark', `# from kustomize\n---\n${head}`],
  ])('%s', (_, text) => {
    expect(read(text).list).toBeDefined()
  })

  test.each([
    ['another group', 'apiVersion: example.com/v1\nkind: ResourceList\n'],
    ['a version to come', 'apiVersion: config.kubernetes.io/v2\nkind: ResourceList\n'],
    ['a List', 'apiVersion: v1\nkind: List\nitems: []\n'],
    ['one among several documents', `${head}---\napiVersion: v1\nkind: Pod\n`],
    ['a scalar', 'ResourceList'],
    ['nothing', ''],
  ])('but not %s', (_, text) => {
    expect(read(text).list).toBeUndefined()
  })

  test('with its configuration and items', () => {
    const { list } = read(`${head}items:\n- kind: Pod\n- 7\nfunctionConfig:\n  kind: Pinpull\n`)
    expect(list?.items.map((item) => item?.kind)).toEqual(['mapping', undefined])
    expect(list?.functionConfig).toHaveProperty('entries.length', 1)
  })
})

describe('results', () => {
  const one: Result = { message: 'one "quoted"', severity: 'warning', tags: { code: 'A' } }
  const two: Result = {
    message: 'two',
    severity: 'error',
    resourceRef: { apiVersion: 'v1', kind: 'Pod', name: 'web' },
    field: { path: 'spec.containers[0].image', currentValue: 'nginx' },
    file: { path: 'pod.yaml', index: 3 },
    tags: { code: 'B' },
  }
  const first = '{"message":"one \\"quoted\\"","severity":"warning","tags":{"code":"A"}}'
  const second =
    '{"message":"two","severity":"error","resourceRef":{"apiVersion":"v1","kind":"Pod","name":"web"},' +
    '"field":{"path":"spec.containers[0].image","currentValue":"nginx"},"file":{"path":"pod.yaml","index":3},' +
    '"tags":{"code":"B"}}'

  const none: readonly Result[] = []
  const crlf = 'kind: ResourceList\r\napiVersion: config.kubernetes.io/v1\r\n'
  const indented = '  apiVersion: config.kubernetes.io/v1\n  kind: ResourceList\n'
  const json = '"kind": "ResourceList", "apiVersion": "config.kubernetes.io/v1"}'
  test.each([
    ['none to add: not a byte changes', `${head}items: []  # none\n`, none, `${head}items: []  # none\n`],
    [
      'no entry yet',
      `${head}items: []\n`,
      [one, two],
      `results:\n- ${first}\n- ${second}\n${head}items: []\n`,
    ],
    ['a mark and CRLF', `---\r\n${crlf}`, [one], `---\r\nresults:\r\n- ${first}\r\n${crlf}`],
    ['an indented root', indented, [one], `  results:\n  - ${first}\n${indented}`],
    ['JSON', `{${json}`, [one], `{"results": [${first}], ${json}`],
    [
      'others there, in a block',
      `${head}results:\n  - message: theirs\n`,
      [one],
      `${head}results:\n  - ${first}\n  - message: theirs\n`,
    ],
    [
      'others there, in a flow',
      `${head}results: [{message: theirs}]\n`,
      [one],
      `${head}results: [${first}, {message: theirs}]\n`,
    ],
    ['an empty list', `${head}results: []\n`, [one], `${head}results: [${first}]\n`],
    ['an empty value', `${head}results:\nitems: []\n`, [one], `${head}results: [${first}]\nitems: []\n`],
    [
      'only those that are not there yet',
      `results:\n- ${second}\n${head}`,
      [one, two],
      `results:\n- ${first}\n- ${second}\n${head}`,
    ],
  ] as const)('%s', (_, before, results, after) => {
    expect(add(before, ...results)).toBe(after)
    expect(add(after, ...results)).toBe(after)
    expect(read(after).list).toBeDefined()
  })
})
