import { expect, test } from 'vitest'
import { readKubernetesBlockScalar } from '../../../src/yaml/library/kubernetes-block-scalar.ts'

// Each was read by kubectl's decoder, behind `a: ` (parent 0) or alone (parent -1).
test.each<[name: string, text: string, parent: number, value: string | undefined]>([
  ['lines', '|\n  x\n  y\n', 0, 'x\ny\n'],
  ['folded ones', '>\n  x\n  y\n\n  z\n   w\n  v\n', 0, 'x y\nz\n w\nv\n'],
  ['what stands behind it', '|\n  x\nb: c\n', 0, 'x\n'],
  ['without a line break at the end', '|\n  x', 0, 'x\n'],
  ['with CRLF', '|\r\n  x\r\n   \r\nb: c\r\n', 0, 'x\n \n'],
  ['stripped', '|-\n  x\n\n', 0, 'x'],
  ['kept', '|+\n  x\n\n', 0, 'x\n\n'],
  ['white space alone', '|\n   \nb: c\n', 0, ''],
  ['white space alone that is kept', '|+\n   \n', 0, '\n'],
  ['white space alone, without a line break', '|+\n   ', 0, '\n'],
  ['white space that is text', '|2\n   \nb: c\n', 0, ' \n'],
  ['white space at the end that is text', '|1\n  b\n  \nc: d\n', 0, ' b\n \n'],
  ['white space at the end of the stream', '|+\n  x\n  ', 0, 'x\n\n'],
  ['an indentation and a mark', '|2-\n     x\n   y\n\n    \nb: c\n', 0, '   x\n y\n\n  '],
  ['a mark and an indentation', '>-1\n   x\n  y\n', 0, '  x\n y'],
  ['a comment', '| # c\n  x\n', 0, 'x\n'],
  ['in a mapping that is indented', '|1\n    x\n   y\n', 2, ' x\ny\n'],
  ['at the root', '|1+\n  x\n   \n', -1, ' x\n  \n'],
  ['at the root, not indented', '|\nx\n', -1, ''],
  ['white space that is longer than the text', '|\n      \n  x\n', 0, ''],
  ['a tab in the indentation', '|\n  x\n\t\n', 0, undefined],
  ['another header', '|0\n  x\n', 0, undefined],
])('%s', (_, text, parent, value) => {
  expect(readKubernetesBlockScalar(text, parent)).toBe(value)
})
