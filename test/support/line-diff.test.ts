import { expect, test } from 'vitest'
import { changedLines } from './line-diff.ts'

test.each([
  ['nothing', 'a\nb\n', 'a\nb\n', []],
  ['a line replaced', 'a\nb\n', 'a\nB\n', [{ line: 2, before: 'b', after: 'B' }]],
  [
    'a policy added',
    'a\nb\n',
    'a\n  imagePullPolicy: Never\nb\n',
    [{ line: 2, after: '  imagePullPolicy: Never' }],
  ],
  ['a policy added at the end', 'a', 'a\npullPolicy: Never', [{ line: 2, after: 'pullPolicy: Never' }]],
  [
    'a policy replaced',
    'imagePullPolicy: Always\nb',
    'imagePullPolicy: Never\nb',
    [{ line: 1, before: 'imagePullPolicy: Always', after: 'imagePullPolicy: Never' }],
  ],
])('%s', (_, before, after, changes) => {
  expect(changedLines(before, after)).toEqual(changes)
})

test.each([
  ['a line lost', 'a\nb\nc', 'a\nb', 'the output lacks the last 1 lines of the input'],
  ['a line added', 'a', 'a\nb', 'line 2 of the output was added and is no pull policy: b'],
])('%s is an error', (_, before, after, message) => {
  expect(() => changedLines(before, after)).toThrow(message)
})
