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
})
