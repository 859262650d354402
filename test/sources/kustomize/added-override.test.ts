import { describe, expect, test } from 'vitest'
import { addOverrides } from '../../../src/sources/kustomize/added-override.ts'
import { rootsOf } from '../../../src/sources/kustomize/kustomization.ts'
import { readDocuments } from '../../../src/yaml/documents.ts'
import { readSource } from '../../../src/yaml/source.ts'

const ADDED = [{ name: 'nginx', tag: '1.27', digest: 'sha256:0' }]

function add(text: string): string | undefined {
  const source = readSource(new TextEncoder().encode(text))
  const [first] = rootsOf(readDocuments(source).documents)
  const bytes = first && addOverrides(source, first[1], ADDED)
  return bytes && new TextDecoder().decode(bytes)
}

const ENTRY = '- name: nginx\n  newTag: "1.27"\n  digest: sha256:0\n'

describe('addOverrides', () => {
  test.each<[name: string, before: string, after: string]>([
    ['a list at the end', 'images:\n- name: a\n', `images:\n- name: a\n${ENTRY}`],
    [
      'an indented list in the middle, with comments',
      'images:\n  - name: a # x\n    newTag: "1" # y\n\nnamePrefix: p-\n',
      `images:\n  - name: a # x\n    newTag: "1" # y\n${ENTRY.trimEnd().replace(/^/gm, '  ')}\n\nnamePrefix: p-\n`,
    ],
    ['an entry in braces', 'images:\n- {name: a}\nx: 1\n', `images:\n- {name: a}\n${ENTRY}x: 1\n`],
    ['no list', 'resources: [a.yaml]\n', `resources: [a.yaml]\nimages:\n${ENTRY}`],
    [
      'no list and no line break at the end',
      'resources: [a.yaml]',
      `resources: [a.yaml]\nimages:\n${ENTRY.trimEnd()}`,
    ],
    [
      'no list, and a comment at the end',
      'resources: []\n# end\n',
      `resources: []\n# end\nimages:\n${ENTRY}`,
    ],
    [
      'CRLF',
      'images:\r\n- name: a\r\nx: 1\r\n',
      `images:\r\n- name: a\r\n${ENTRY.replaceAll('\n', '\r\n')}x: 1\r\n`,
    ],
  ])('%s', (_, before, after) => {
    expect(add(before)).toBe(after)
  })

  test.each<[name: string, text: string]>([
    ['a list in brackets', 'images: []\n'],
    ['an empty value', 'images:\n'],
    ['JSON', '{"resources": []}'],
    ['a document that ends', 'resources: []\n...\n'],
  ])('%s is left to people', (_, text) => {
    expect(add(text)).toBeUndefined()
  })
})
