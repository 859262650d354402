import { describe, expect, test } from 'vitest'
import { applyChanges } from '../../src/yaml/edit/document-edit.ts'
import type { Change } from '../../src/yaml/edit/nested-text.ts'
import type { Scalar } from '../../src/yaml/nodes.ts'
import { positionAt } from '../../src/yaml/position.ts'
import type { Source } from '../../src/yaml/source.ts'
import { documentsOf, entriesNamed, plainOf, sourceOf } from '../support/source.ts'

/** Sets every image and puts an entry behind it, and asks where each is, as a run does. */
function editAll(source: Source): { changes: number; length: number; lastLine: number } {
  const documents = documentsOf(source)
  const changes = documents.flatMap((document) =>
    entriesNamed(document, 'image').flatMap(({ mapping, entry }): Change[] => [
      { kind: 'set', node: entry.value as Scalar, value: 'n:1' },
      { kind: 'insert', mapping, afterKey: entry.key.start, key: 'added', value: 'x' },
    ]),
  )
  const places = changes.map((change) =>
    positionAt(source, change.kind === 'set' ? change.node.start : source.bytes.length),
  )
  const { length } = applyChanges(source, documents, changes)
  return { changes: changes.length, length, lastLine: places.at(-1)?.line ?? 0 }
}

/** What was once quadratic took minutes on these; without it each is a matter of a second or two. */
describe('large inputs are read and edited in linear time', () => {
  test('a mapping of 50,000 keys', () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `key${i}: value`).join('\n')
    const text = `${keys}\nimage: a\n`
    expect(editAll(sourceOf(text))).toEqual({ changes: 2, length: text.length + 11, lastLine: 50_002 })
  })

  test('a mapping of 20,000 keys, by the reference reader', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `key${i}: value`).join('\n')
    const text = `? explicit\n: key\n${keys}\nimage: a\n`
    expect(editAll(sourceOf(text))).toEqual({ changes: 2, length: text.length + 11, lastLine: 20_004 })
  })

  test('5,000 documents', () => {
    const text = '---\nspec:\n  containers:\n  - image: a # b\n    name: c\n'.repeat(5_000)
    const { changes, length } = editAll(sourceOf(text))
    expect([changes, length]).toEqual([10_000, text.length + 5_000 * 15])
  })

  test('one document of 5,000 images', () => {
    const text = `items:\n${'- name: b\n  image: a\n'.repeat(5_000)}`
    const { changes, length } = editAll(sourceOf(text))
    expect([changes, length]).toEqual([10_000, text.length + 5_000 * 13])
  })

  test('JSON of one line with 5,000 images, and characters beyond ASCII', () => {
    const item = '{"name":"ä","image":"a","args":["--very-long-argument=of-some-length","é"]}'
    const text = `{"items":[${Array.from({ length: 5_000 }, () => item).join(',')}]}`
    const { changes, length, lastLine } = editAll(sourceOf(text))
    const bytes = Buffer.byteLength(text)
    expect([changes, length, lastLine]).toEqual([10_000, bytes + 5_000 * 14, 1])
  })

  test.each<[name: string, text: string]>([
    ['in a plain scalar', `a: b${' '.repeat(200_000)}c\n  d\n`],
    ['in a quoted one', `a: "b${' '.repeat(200_000)}c\n  d"\n`],
    ['in one with escapes', `a: "\\t${' '.repeat(200_000)}c\n  d"\n`],
    ['of line breaks in a block scalar', `a: |\n  b${'\n'.repeat(200_000)}  c\n`],
    ['in a comment of a flow mapping', `a: {b: c, #${' '.repeat(200_000)}d\n  image: e}\n`],
    ['before the end of a flow mapping', `a: {\n  image: b${' '.repeat(200_000)}}\n`],
  ])('a long row of blanks %s', (_, text) => {
    const source = sourceOf(text)
    const documents = documentsOf(source)
    const changes = documents.flatMap((document) => [
      ...entriesNamed(document, 'a').flatMap(({ entry }): Change[] =>
        entry.value.kind === 'scalar' ? [{ kind: 'set', node: entry.value, value: 'n:1' }] : [],
      ),
      ...entriesNamed(document, 'image').map(
        ({ mapping, entry }): Change => ({
          kind: 'insert',
          mapping,
          afterKey: entry.key.start,
          key: 'x',
          value: 'y:1',
        }),
      ),
    ])
    expect(documents.map(({ contents }) => JSON.stringify(plainOf(contents)).length > 10)).toEqual([true])
    expect(applyChanges(source, documents, changes).length).toBeGreaterThan(5)
  })

  test('a plain scalar, a block scalar and a quoted one of a megabyte each', () => {
    const words = 'word '.repeat(200_000).trim()
    const lines = '  line of text\n'.repeat(70_000)
    const text = `a: ${words}\nb: |\n${lines}c: "${words}"\nimage: a\n`
    expect(editAll(sourceOf(text)).length).toBe(text.length + 11)
  })
})
