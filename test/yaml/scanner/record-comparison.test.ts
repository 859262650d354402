import { describe, expect, test } from 'vitest'
import { applyEdits } from '../../../src/yaml/edit/splice.ts'
import type { Edit, NodeChange, Scalar, YamlDocument } from '../../../src/yaml/nodes.ts'
import { LazyNode } from '../../../src/yaml/scanner/lazy-scalar.ts'
import { documentsOf, entriesNamed, sourceOf, textOf } from '../../support/source.ts'

const BEFORE = 'a: v # c\nm:\n  n: 1\n  l: [x, {o: 1}]\n  j: &y y\n  b: |\n    t\nz: *y\n'

/** The document, with `a` set to `w`, and `k: 2` put behind `n`, and the edits that do so. */
function planned(): { document: YamlDocument; changes: NodeChange[]; edits: Edit[] } {
  const [document] = documentsOf(sourceOf(BEFORE))
  if (document === undefined) throw new Error('no document')
  const a = entriesNamed(document, 'a')[0]?.entry.value as Scalar
  const n = entriesNamed(document, 'n')[0]
  if (n === undefined) throw new Error('no n')
  return {
    document,
    changes: [
      { kind: 'set', node: a, value: 'w' },
      { kind: 'insert', mapping: n.mapping, afterKey: n.entry.key.start, key: 'k', value: 'u' },
    ],
    edits: [
      { start: 3, end: 4, text: 'w' },
      { start: 19, end: 19, text: '  k: u\n' },
    ],
  }
}

function agrees(text: string, edits?: readonly Edit[]): boolean {
  const plan = planned()
  const [after] = documentsOf(sourceOf(text))
  const [before, is] = [plan.document.contents, after?.contents]
  if (!(before instanceof LazyNode) || !(is instanceof LazyNode)) throw new Error('not read by the scanner')
  return before.equalsExcept({ changes: plan.changes, edits: edits ?? plan.edits }, is, 0)
}

const AFTER = 'a: w # c\nm:\n  n: 1\n  k: u\n  l: [x, {o: 1}]\n  j: &y y\n  b: |\n    t\nz: *y\n'

describe('comparing records', () => {
  test('the edits give what the table begins with', () => {
    expect(textOf(applyEdits(Buffer.from(BEFORE), planned().edits))).toBe(AFTER)
  })

  test('is equal if all changes were made', () => {
    expect(agrees(AFTER)).toBe(true)
  })

  test.each<[name: string, text: string]>([
    ['a value that was not set', AFTER.replace('a: w', 'a: v')],
    ['a value that is no string', AFTER.replace('a: w', 'a: 1')],
    ['no new entry', AFTER.replace('  k: u\n', '')],
    ['another new key', AFTER.replace('k: u', 'i: u')],
    ['another new value', AFTER.replace('k: u', 'k: v')],
    ['a new value that is no string', AFTER.replace('k: u', 'k: y')],
    ['a new value that is a collection', AFTER.replace('k: u', 'k: {}')],
    [
      'the new entry elsewhere',
      'a: w # c\nm:\n  n: 1\n  l: [x, {o: 1}]\n  k: u\n  j: &y y\n  b: |\n    t\nz: *y\n',
    ],
    [
      'the new entry in another mapping',
      'a: w # c\nm:\n  n: 1\nk: u\nl: [x, {o: 1}]\nj: &y y\nb: |\n    t\nz: *y\n',
    ],
    ['another style', AFTER.replace('n: 1', "n: '1'")],
    ['a value of another length', AFTER.replace('n: 1', 'n: 12')],
    ['something in another place', AFTER.replace('z: *y', 'z:  *y')],
    ['an entry more', `${AFTER}o: 1\n`],
    ['an entry less', AFTER.replace('z: *y\n', '')],
    ['an item less', AFTER.replace('[x, {o: 1}]', '[x        ]')],
    ['an item in the place of a collection', AFTER.replace('[x, {o: 1}]', '[x, "o: 1"]')],
    ['an entry out of its mapping', AFTER.replace('[x, {o: 1}]', '[{x, o: 1}]')],
    ['an anchor on something else', AFTER.replace('n: 1', 'n: &y 1').replace('j: &y y', 'j: y   ')],
    ['another indentation of a block scalar', AFTER.replace('    t', '   t ')],
  ])('is not equal: %s', (_, text) => {
    expect(agrees(text)).toBe(false)
  })

  test('is not equal if the edits move nodes to other offsets', () => {
    expect(agrees(AFTER, [{ start: 3, end: 4, text: 'ww' }])).toBe(false)
  })
})
