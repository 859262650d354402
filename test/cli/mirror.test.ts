import { describe, expect, test } from 'vitest'
import { collectMirrors } from '../../src/cli/mirror.ts'

describe('mirrors on the command line', () => {
  test('one flag names one, the environment names several, and flags add up', () => {
    const first = collectMirrors('docker.io=https://mirror.example.com')
    expect(collectMirrors('*=http://127.0.0.1:5000 ghcr.io=https://m.example.com/ghcr', first)).toEqual([
      { host: 'docker.io', url: 'https://mirror.example.com' },
      { host: '*', url: 'http://127.0.0.1:5000' },
      { host: 'ghcr.io', url: 'https://m.example.com/ghcr' },
    ])
  })

  test.each(['docker.io', '=https://m', 'docker.io=mirror.example.com', 'docker.io=ftp://m', 'a=https://'])(
    '%s is refused',
    (text) => {
      expect(() => collectMirrors(text)).toThrow('is not HOST=URL')
    },
  )

  test.each([
    ['docker.io=https://ann:pw@m.example.com', 'the URL of the mirror for docker.io holds a user name'],
    ['docker.io=ann:pw@m.example.com', '"docker.io=…@m.example.com" is not HOST=URL'],
    ['docker.io=https://m.example.com/v2?ns=docker.io', 'has a query or fragment after the path'],
    ['docker.io=https://m.example.com/#here', 'has a query or fragment after the path'],
    ['https://docker.io=https://m.example.com', '"https://docker.io" is not the host of a registry'],
    ['docker.io/library=https://m.example.com', '"docker.io/library" is not the host of a registry'],
  ])('%s is refused, rather than to ask somewhere else', (text, reason) => {
    expect(() => collectMirrors(text)).toThrow(reason)
    expect(() => collectMirrors(text)).not.toThrow('pw')
  })
})
