import { describe, expect, test } from 'vitest'
import { collectMirrors } from '../../../src/cli/options/values.ts'

describe('mirrors on the command line', () => {
  test('one flag names one, the environment names several, and flags add up', () => {
    const first = collectMirrors('docker.io=https://mirror.example.com')
    expect(collectMirrors('*=http://127.0.0.1:5000 ghcr.io=https://m.example.com/ghcr', first)).toEqual([
      { host: 'docker.io', url: 'https://mirror.example.com' },
      { host: '*', url: 'http://127.0.0.1:5000' },
      { host: 'ghcr.io', url: 'https://m.example.com/ghcr' },
    ])
  })

  test.each([
    ['docker.io', 'a mirror must be HOST=URL, such as docker.io=https://mirror.example.com'],
    ['=https://m', 'a mirror must be HOST=URL'],
    ['docker.io=mirror.example.com', 'the URL of the mirror for docker.io: it is not a URL'],
    ['docker.io=ftp://m', 'the URL of the mirror for docker.io: it is not an http or https URL'],
    ['docker.io=https://', 'the URL of the mirror for docker.io: it is not a URL'],
    ['docker.io=https://m:99999', 'the URL of the mirror for docker.io: it is not a URL'],
  ])('%s is refused', (text, reason) => {
    expect(() => collectMirrors(text)).toThrow(reason)
  })

  test.each([
    [
      'docker.io=https://ann:pw@m.example.com',
      'the mirror for docker.io: it contains a user name or password; log in',
    ],
    ['docker.io=https://corp\\ann:pw@m.example.com', 'it contains a user name or password'],
    ['docker.io=https://ann:p/pw@m.example.com', 'it contains a user name or password'],
    ['docker.io=https://ann:1?pw@m.example.com', 'it contains a user name or password'],
    ['docker.io=https://ann:1#pw@m.example.com', 'it contains a user name or password'],
    ['docker.io=https://m.example.com/ann%40pw', 'it contains a user name or password'],
    ['docker.io=https://ann:pw m.example.com', 'it is not a URL'],
    ['docker.io=ann:pw@m.example.com', 'it is not a URL'],
    ['https://ann:pw@docker.io=https://m.example.com', 'a mirror must be HOST=URL'],
    ['docker.io=https://m.example.com/v2?ns=docker.io', 'it has a query or fragment after the path'],
    ['docker.io=https://m.example.com/#here', 'it has a query or fragment after the path'],
    ['https://docker.io=https://m.example.com', '"https://docker.io" is not the host of a registry'],
    ['docker.io/library=https://m.example.com', '"docker.io/library" is not the host of a registry'],
  ])('%s is refused, rather than to ask somewhere else', (text, reason) => {
    expect(() => collectMirrors(text)).toThrow(reason)
    expect(() => collectMirrors(text)).not.toThrow('pw')
  })
})
