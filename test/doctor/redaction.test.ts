import { expect, test } from 'vitest'
import { createRedaction } from '../../src/doctor/redaction.ts'
import { SecretRedactor } from '../../src/registry/errors/redact.ts'

const secrets = new SecretRedactor()
secrets.addCredential({ kind: 'basic', username: 'robot-ann', password: 'pa:ss word', source: 'a file' })

test.each([
  [
    '~ for the home folder',
    'from /home/ann/.docker/config.json (ghcr.io)',
    'from ~/.docker/config.json (ghcr.io)',
  ],
  ['the home folder alone', 'in /home/ann', 'in ~'],
  ['a folder with a longer name', 'in /home/ann-backup/x', 'in /home/…/x'],
  ['the homes of others', '/home/bob/ca.pem, /Users/eve/ca.pem', '/home/…/ca.pem, /Users/…/ca.pem'],
  ['Windows', 'C:\\Users\\ann\\x', 'C:\\Users\\…\\x'],
  ['a secret', 'it said pa:ss word', 'it said REDACTED'],
  [
    'a secret in Base64',
    `it said ${Buffer.from('robot-ann:pa:ss word').toString('base64url')}`,
    'it said REDACTED',
  ],
  ['an escape sequence', 'red \u001b[31mtext\nnext', 'red text next'],
])('%s', (_, text, clean) => {
  expect(createRedaction(secrets, '/home/ann').clean(text)).toBe(clean)
})

test('a user name is removed from what a server says', () => {
  const { clean } = createRedaction(secrets, undefined)
  expect(clean('robot-ann is not allowed', true)).toBe('REDACTED is not allowed')
})

test('every text of a step is cleaned', () => {
  const seen: unknown[] = []
  createRedaction(secrets, '/home/ann').steps((step) => seen.push(step))({
    name: 'x',
    status: 'failed',
    text: '/home/ann/a',
    details: ['/home/ann/b'],
    hint: '/home/ann/c',
  })
  expect(seen).toEqual([{ name: 'x', status: 'failed', text: '~/a', details: ['~/b'], hint: '~/c' }])
})
