import { expect, test } from 'vitest'
import { withoutUserInfo } from '../../src/diagnostics/user-info.ts'

test.each([
  ['"https://ann:pw@a.io/x" has a scheme', '"https://[redacted]@a.io/x" has a scheme'],
  ['auths["ann:pw@a.io"].auth', 'auths["[redacted]@a.io"].auth'],
  ['https://token@a.io', 'https://[redacted]@a.io'],
  ['(https://ann:pw@a.io)', '(https://[redacted]@a.io)'],
  ['ann:pw@a.io', '[redacted]@a.io'],
])('%s', (text, expected) => {
  expect(withoutUserInfo(text)).toBe(expected)
})

test.each([
  'a.io/x@sha256:0123',
  '"a.io/x:1@sha256:0123" of b.io:5000/x',
  'a.io:5000',
  'https://a.io:5000/v2/',
  'auths["a.io"].auth',
])('stays: %s', (text) => {
  expect(withoutUserInfo(text)).toBe(text)
})
