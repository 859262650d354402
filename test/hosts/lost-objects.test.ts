import { expect, test } from 'vitest'
import { checkNoObjectsLost } from '../../src/hosts/lost-objects.ts'

const check = (before: string, after: string) => () =>
  checkNoObjectsLost(Buffer.from(before), [Buffer.from(after)])

/** More than is looked at at a time, with nothing in it that counts. */
const long = Buffer.alloc(1 << 20, '# ')

test.each([
  ['a key on the border', ['ki', 'nd: Pod\n']],
  ['its colon behind the border', ['"kind"', ' : Pod\n']],
  ['white space over the border', ['kind \t', '\t: Pod\n']],
  ['line breaks over the border', ['{"kind"\r\n', '\n :1}']],
])('nothing is lost between pieces: %s', (_, [first = '', second = '']) => {
  const head = long.subarray(first.length)
  const pieces = [
    head,
    Buffer.from(first),
    Buffer.from(second),
    long,
    Buffer.from(first),
    Buffer.from(second),
  ]
  expect(() => checkNoObjectsLost(Buffer.concat(pieces), pieces)).not.toThrow()
  expect(() => checkNoObjectsLost(Buffer.concat(pieces), pieces.slice(0, 4))).toThrow(
    expect.objectContaining({ code: 'OBJECTS_LOST', args: { before: 2, after: 1 } }),
  )
})

test('nothing is lost where the rest of a key fills the next stretch', () => {
  const pieces = [long.subarray(2), Buffer.from('ki'), Buffer.from('nd: Pod\n'), long.subarray(8)]
  expect(() => checkNoObjectsLost(Buffer.concat(pieces), pieces)).not.toThrow()
})

test.each([
  ['block', 'kind: Pod\n', 1],
  ['a bare key', 'kind:\n', 1],
  ['at the end of the text', 'kind:', 1],
  ['before a tab', 'kind:\tPod\n', 1],
  ['with a space before its colon', 'kind : Pod\n', 1],
  ['CRLF', 'kind:\r\n  Pod\r\n', 1],
  ['double quotes', '"kind": Pod\n', 1],
  ['single quotes', "'kind' : Pod\n", 1],
  ['JSON without spaces', '{"kind":"Pod"},{"kind":"Pod"}', 2],
  ['flow', '[{kind: Pod}, {kind: Pod}]', 2],
])('a key is counted: %s', (_, text, came) => {
  expect(check(text, '')).toThrow(
    expect.objectContaining({ code: 'OBJECTS_LOST', args: { before: came, after: 0 } }),
  )
})

test.each([
  ['an image of that name', 'image: kind:1.0\n'],
  ['a word in a text', 'text: a kind of magic\n'],
  ['a longer key', 'kinds: 1\n'],
  ['nothing', ''],
])('what is no key is not: %s', (_, text) => {
  expect(check(text, '')).not.toThrow()
})

test('as many, or more, are none lost', () => {
  expect(check('kind: a\n', '{kind: b}\nkind: c')).not.toThrow()
})
