import { describe, expect, test } from 'vitest'
import { SecretRedactor, sanitize } from '../../../src/registry/errors/redact.ts'

const PASSWORD = "p!ss wö'(x)~&S3cr+t/"

function shown(username = 'ann'): SecretRedactor {
  const secrets = new SecretRedactor()
  secrets.addCredential({ kind: 'basic', username, password: PASSWORD, source: 'test' })
  return secrets
}

test.each([
  ['as it is', PASSWORD],
  ['as encodeURIComponent has it', "p!ss%20w%C3%B6'(x)~%26S3cr%2Bt%2F"],
  ['with every mark escaped', 'p%21ss%20w%C3%B6%27%28x%29%7E%26S3cr%2Bt%2F'],
  ['with every mark but ~ escaped', 'p%21ss%20w%C3%B6%27%28x%29~%26S3cr%2Bt%2F'],
  ['in lower-case digits', 'p%21ss%20w%c3%b6%27%28x%29%7e%26S3cr%2bt%2f'],
  ['in a form', 'p%21ss+w%C3%B6%27%28x%29%7E%26S3cr%2Bt%2F'],
  ['in base64', 'cCFzcyB3w7YnKHgpfiZTM2NyK3Qv'],
  ['as Basic has it', 'YW5uOnAhc3Mgd8O2Jyh4KX4mUzNjcit0Lw=='],
  ['as Basic has it, without padding', 'YW5uOnAhc3Mgd8O2Jyh4KX4mUzNjcit0Lw'],
])('a password that a server sends back %s', (_, text) => {
  expect(shown().redact(`denied: ${text}`, true)).toMatch(/^denied: REDACTED=*$/)
})

test('base64 for URLs', () => {
  const secrets = new SecretRedactor()
  secrets.addCredential({ kind: 'identity-token', token: '?>?>~~~', source: 'test' })
  expect(secrets.redact('Pz4_Pn5-fg', true)).toBe('REDACTED')
  expect(secrets.redact('Pz4/Pn5+fg==', true)).toBe('REDACTED==')
})

test('a quotation that is cut off within a secret', () => {
  const text = sanitize(`${'x'.repeat(290)}${PASSWORD}`)
  expect(text).toMatch(/x{290}p!ss wö'\(x…$/)
  expect(shown().redact(text, true)).toBe(`${'x'.repeat(290)}REDACTED…`)
  expect(shown().redact('a pass…', true)).toBe('a pass…')
})

describe('what is a secret only perhaps', () => {
  test('is taken out of what a server says, and not of our own words', () => {
    const secrets = shown('AKIAEXAMPLE')
    secrets.addHeaders({ authorization: 'Bearer t0ken-of-a-file', 'x-team': 'payments' })
    const text = 'AKIAEXAMPLE t0ken-of-a-file payments'
    expect(secrets.redact(text, true)).toBe('REDACTED REDACTED REDACTED')
    expect(secrets.redact(text, false)).toBe(text)
  })
})
