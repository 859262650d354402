import { describe, expect, test } from 'vitest'
import { createTypeHeaderReader } from '../../../src/yaml/scanner/type-header.ts'
import { splitStream } from '../../../src/yaml/stream.ts'
import { typeDisagreements } from '../../support/type-comparison.ts'

/** The types that the first lines of documents tell. */
function types(stream: string): (string | undefined)[] {
  const bytes = Buffer.from(stream)
  const typeOf = createTypeHeaderReader(bytes, () => true)
  return splitStream(bytes).map((range) => {
    const type = typeOf(range)
    return type && `${type.apiVersion} ${type.kind}`
  })
}

const CRD = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n'
const TOLD = 'apiextensions.k8s.io/v1 CustomResourceDefinition'

describe('the type is read from', () => {
  test.each<[name: string, stream: string, type: string]>([
    ['the first two lines', `${CRD}spec: {}\n`, TOLD],
    ['two lines and no more', 'apiVersion: v1\nkind: A', 'v1 A'],
    ['two lines the other way round', 'kind: A\napiVersion: v1\nspec: 1\n', 'v1 A'],
    ['lines behind comments and a marker', `# a\n--- # b\n\n# c\n${CRD}`, TOLD],
    ['lines with comments', 'apiVersion: v1 # a\n# b\nkind: A  # c\n', 'v1 A'],
    ['lines that end with a carriage return', 'apiVersion: v1\r\nkind: A\r\nspec: 1\r\n', 'v1 A'],
    ['lines behind a byte order mark', '\uFEFFapiVersion: v1\nkind: A\n', 'v1 A'],
    ['lines above a block of text', `${CRD}spec: |\n  kind: B\n  "kind": B\n`, TOLD],
    ['lines above what is no YAML', `${CRD}spec: [\n`, TOLD],
  ])('%s', (_, stream, type) => {
    expect(types(stream)).toEqual([type])
    expect(typeDisagreements(Buffer.from(stream))).toEqual([])
  })

  test('each document for itself', () => {
    expect(types(`${CRD}---\na: 1\n---\napiVersion: v1\nkind: A\n...\n# c\n`)).toEqual([
      TOLD,
      undefined,
      'v1 A',
    ])
  })
})

describe('no type is read from', () => {
  test.each<[name: string, stream: string]>([
    ['one line', 'apiVersion: v1\n'],
    ['the same line twice', 'kind: A\nkind: A\napiVersion: v1\n'],
    ['other lines first', 'metadata: {}\napiVersion: v1\nkind: A\n'],
    ['lines further apart', 'apiVersion: v1\nmetadata: {}\nkind: A\n'],
    ['quoted values', 'apiVersion: v1\nkind: "A"\n'],
    ['quoted keys', '"apiVersion": v1\nkind: A\n'],
    ['values with anchors', 'apiVersion: v1\nkind: &a A\n'],
    ['values on the next line', 'apiVersion: v1\nkind:\n  A\n'],
    ['values over two lines', 'apiVersion: v1\nkind: A\n  B\n'],
    ['values with a colon', 'apiVersion: v1\nkind: A: B\n'],
    ['indented lines', ' apiVersion: v1\n kind: A\n'],
    ['lines behind a directive', '%YAML 1.2\n---\napiVersion: v1\nkind: A\n'],
    ['lines behind end markers', '...\napiVersion: v1\nkind: A\n'],
    ['lines before the key again', `${CRD}spec: 1\nkind: A\n`],
    ['lines before items, which make a list of any object', `${CRD}items: []\n`],
    ['lines before the other key again', `${CRD}spec: 1\napiVersion: v1\n`],
    ['lines before it in quotes', `${CRD}"\\u006bind": A\n`],
    ['lines before it in single quotes', `${CRD}'kind': A\n`],
    ['lines before it with an anchor', `${CRD}&a kind: A\n`],
    ['lines before it with a tag', `${CRD}!!str kind: A\n`],
    ['lines before it with a question mark', `${CRD}? kind\n: A\n`],
    ['lines before an alias as key', `${CRD}a: &k kind\n*k : A\n`],
    ['lines before a merge', `${CRD}a: &m {kind: A}\n<<: *m\n`],
    ['lines before it behind a mark', `${CRD}spec: 1\n\uFEFFkind: A\n`],
    ['lines before it behind a carriage return', `${CRD}spec: 1\rkind: A\n`],
    ['lines before it behind a line separator', `${CRD}spec: 1\u2028kind: A\n`],
    ['lines before it behind a next line', `${CRD}spec: 1\u0085kind: A\n`],
    ['lines with a comment that ends sooner for others', 'apiVersion: v1 # a\u2028kind: B\nkind: A\n'],
    ['lines with a value that ends sooner for others', 'apiVersion: v1\u0085\nkind: A\n'],
    ['lines below a comment that ends sooner for others', '# a\u2029kind: B\napiVersion: v1\nkind: A\n'],
    ['JSON', '{"apiVersion": "v1", "kind": "A"}'],
  ])('%s', (_, stream) => {
    expect(types(stream)).toEqual([undefined])
  })
})
