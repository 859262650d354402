import { expect, test } from 'vitest'
import { describeProxy } from '../../src/doctor/proxy-decision.ts'

const PROXY = 'http://ann:secret@proxy.example.com:3128'

test.each<[url: string, env: Record<string, string>, text: string]>([
  ['https://ghcr.io', {}, 'none: HTTPS_PROXY is not set'],
  ['http://ghcr.io', { HTTPS_PROXY: PROXY }, 'none: HTTP_PROXY is not set'],
  [
    'https://ghcr.io',
    { HTTPS_PROXY: PROXY },
    'http://proxy.example.com:3128, from HTTPS_PROXY, with credentials',
  ],
  [
    'https://ghcr.io',
    { https_proxy: 'proxy.example.com:3128' },
    'http://proxy.example.com:3128, from https_proxy',
  ],
  ['https://127.0.0.1:5000', { HTTPS_PROXY: PROXY }, 'none: 127.0.0.1 is this machine (HTTPS_PROXY is set)'],
  [
    'https://registry.example.com',
    { HTTPS_PROXY: PROXY, NO_PROXY: 'localhost, .example.com' },
    'none: NO_PROXY has .example.com (HTTPS_PROXY is set)',
  ],
  [
    'https://10.1.2.3',
    { HTTPS_PROXY: PROXY, no_proxy: '192.168.0.0/16,10.0.0.0/8' },
    'none: no_proxy has 10.0.0.0/8 (HTTPS_PROXY is set)',
  ],
  [
    'https://ghcr.io:8443',
    { HTTPS_PROXY: PROXY, NO_PROXY: 'ghcr.io:443' },
    'http://proxy.example.com:3128, from HTTPS_PROXY, with credentials',
  ],
])('%s with %j', (url, env, text) => {
  expect(describeProxy(new URL(url), env)).toBe(text)
})

test('a proxy of another kind is the error of the client', () => {
  const env = { HTTPS_PROXY: 'socks5://ann:secret@proxy.example.com' }
  expect(() => describeProxy(new URL('https://ghcr.io'), env)).toThrow(
    expect.objectContaining({
      code: 'REGISTRY_PROXY_FAILED',
      args: { proxy: 'HTTPS_PROXY', reason: 'socks5: proxies are not supported' },
    }),
  )
})
