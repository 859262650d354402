import { describe, expect, test } from 'vitest'
import { readWithLibrary } from '../../src/yaml/library/library-reader.ts'
import { createScanner } from '../../src/yaml/scanner/scanner.ts'
import { splitStream } from '../../src/yaml/stream.ts'
import { compareReaders } from '../support/reader-comparison.ts'
import { plainOf } from '../support/source.ts'

/** What each reader makes of a text that both read: the reference reader and the scanner. */
function readBoth(text: string): unknown[] {
  const bytes = Buffer.from(text)
  const [range] = splitStream(bytes)
  if (range === undefined) throw new Error('no document')
  return [readWithLibrary(bytes, range), createScanner(bytes).read(range)].map((reading) =>
    reading === undefined || reading.errors.length > 0 ? 'refused' : plainOf(reading.contents),
  )
}

describe('a quoted scalar of several lines', () => {
  test.each<[name: string, text: string, value: unknown]>([
    [
      'closed in the column of its key',
      'a:\n  args: ["\n    x\n  "]\n  b: 1\n',
      [
        [
          'a',
          [
            ['args', [' x ']],
            ['b', '1'],
          ],
        ],
      ],
    ],
    ['closed further to the left', "a:\n  args: ['\n x\n']\n", [['a', [['args', [' x ']]]]]],
    [
      'in braces',
      'a: {b: "x\ny"}\nc: 1\n',
      [
        ['a', [['b', 'x y']]],
        ['c', '1'],
      ],
    ],
    [
      'in the column of its key',
      "a:\n  b: 'x\n  y'\nc: 1\n",
      [
        ['a', [['b', 'x y']]],
        ['c', '1'],
      ],
    ],
    ['in the first column', 'a:\n  b: "x\ny"\n', [['a', [['b', 'x y']]]]],
    ['with a blank line', 'a: ["x\n\ny"]\n', [['a', ['x\ny']]]],
    ['with CRLF', 'a: ["x\r\ny"]\r\n', [['a', ['x y']]]],
  ])('%s is read as Kubernetes reads it', (_name, text, value) => {
    expect(readBoth(text)).toEqual([value, value])
    expect(compareReaders(Buffer.from(text)).disagreements).toEqual([])
  })

  test.each([
    ['never closed', 'a: ["x\ny]\n'],
    ['behind a document that ends', 'a: ["x\n---\ny"]\n'],
  ])('%s it is refused', (_name, text) => {
    expect(readBoth(text)[0]).toBe('refused')
  })
})
