import { describe, expect, test } from 'vitest'
import { remarkOf } from '../../src/credentials/remark.ts'

const remark = (stderr: string, stdout = '', env = {}): string => remarkOf({ stdout, stderr, env })

test.each([
  ['nothing', '', ''],
  ['the last line', 'first\nno keychain\n', 'no keychain'],
  ['a carriage return', 'first\rno keychain\r\n', 'no keychain'],
  ['control characters and marks that turn the text', '\u001b[31mno\u202e key\u0007', '[31mno  key'],
  ['paths and versions', 'cannot open /usr/lib/python3.11/site-packages/keyring', undefined],
  ['a long line', 'x '.repeat(300), `${'x '.repeat(100)}…`],
])('%s', (_, stderr, expected) => {
  expect(remark(stderr)).toBe(expected ?? stderr)
})

describe('secrets', () => {
  test.each<[string, string, string?, Record<string, string>?]>([
    [
      'what stood on standard output',
      'cannot parse hunter2 as a user',
      '{"Username":"ann","Secret":"hunter2"}',
    ],
    ['escaped there', 'bad a"b"c', String.raw`{"Secret":"a\"b\"c"}`],
    ['no JSON there', 'got correcthorse', 'correcthorse\n'],
    ['a variable that is named like a secret', 'login with pw12 failed', '', { REG_PASSWORD: 'pw12' }],
    ['user information of a URL', 'GET https://ann:pa:ss@r.io/x'],
    ['a header', 'sent Authorization: Bearer abc.def-123'],
    ['an assignment', 'AWS_SECRET_ACCESS_KEY=abcd/efg+h'],
    ['a quoted assignment', '{"refresh_token": "abcdefg"}'],
    ['a query', 'https://r.io/?sig=a%2Fb&x=1'],
    ['a JWT', 'refused eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
    ["GitHub's tokens", 'bad credentials ghp_0123456789abcdefABCD'],
    ["AWS's keys", 'no AKIAIOSFODNN7EXAMPLE here'],
    ['a long mixed word', 'rejected 0123456789abcdef0123456789abcdef'],
  ])('%s', (_, stderr, stdout = '', env = {}) => {
    const shown = remark(stderr, stdout, env)
    expect(shown).toContain('[redacted]')
    expect(shown).not.toMatch(
      /hunter2|a"b"c|correcthorse|pw12|pa:ss|abc\.def|efg|a%2F|eyJ|ghp_|AKIA|0123456789abcdef/,
    )
  })

  test('a line of which nothing else is left', () => {
    expect(remark('s3cret', 's3cret')).toBe('')
  })
})
