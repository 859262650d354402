import { afterEach, describe, expect, test } from 'vitest'
import { proxyFromEnvironment } from '../../../src/registry/http/proxy.ts'
import { ask, headersOf, INDEX } from '../../support/ask-registry.ts'
import { type ExchangeServer, exchangeServer } from '../../support/exchange-server.ts'
import { startProxy, type TestProxy } from '../../support/proxy.ts'

const open: (ExchangeServer | TestProxy)[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

describe("proxyFor, by the rules of Go's httpproxy", () => {
  const S = { HTTPS_PROXY: 'http://s:1', HTTP_PROXY: 'http://p:2' }

  test.each([
    ['https', 'https://a.example.com', S, 'http://s:1/'],
    ['http', 'http://a.example.com', S, 'http://p:2/'],
    ['HTTP_PROXY is not for https', 'https://a.example.com', { HTTP_PROXY: 'http://p:2' }, undefined],
    ['lower case', 'https://a.example.com', { https_proxy: 'http://l:3' }, 'http://l:3/'],
    ['upper case first', 'https://a.example.com', { ...S, https_proxy: 'http://l:3' }, 'http://s:1/'],
    [
      'without a scheme',
      'https://a.example.com',
      { HTTPS_PROXY: 'proxy.local:3128' },
      'http://proxy.local:3128/',
    ],
    ['over TLS', 'https://a.example.com', { HTTPS_PROXY: 'https://proxy.local' }, 'https://proxy.local/'],
    ['localhost', 'https://localhost:5000', S, undefined],
    ['127/8', 'https://127.8.9.1:5000', S, undefined],
    ['::1', 'https://[::1]:5000', S, undefined],
  ])('%s', (_, url, env, expected) => {
    expect(proxyFromEnvironment(new URL(url), env)?.url.href).toBe(expected)
  })

  test.each([
    ['*', 'https://a.example.com', true],
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://a.b.example.com', true],
    ['example.com', 'https://notexample.com', false],
    ['.example.com', 'https://a.example.com', true],
    ['.example.com', 'https://example.com', false],
    ['*.example.com', 'https://a.example.com', true],
    ['*.example.com', 'https://example.com', false],
    ['EXAMPLE.com', 'https://A.example.COM', true],
    ['example.com:5000', 'https://example.com:5000', true],
    ['example.com:5000', 'https://example.com', false],
    ['example.com:443', 'https://example.com', true],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['fd00::/8', 'https://[fd12::1]', true],
    ['10.1.2.3', 'https://10.1.2.3:5000', true],
    ['10.1.2.3:5000', 'https://10.1.2.3:5000', true],
    ['10.1.2.3:5000', 'https://10.1.2.3', false],
    ['[fd12::1]:5000', 'https://[fd12::1]:5000', true],
    ['fd12:0::1', 'https://[fd12::1]', true],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['other, ,  example.com ', 'https://example.com', true],
    ['', 'https://example.com', false],
  ])('NO_PROXY=%s for %s', (list, url, exempt) => {
    expect(proxyFromEnvironment(new URL(url), { ...S, NO_PROXY: list }) === undefined).toBe(exempt)
  })

  test.each([
    ['socks5://p:1', 'socks5: proxies are not supported'],
    ['http://', 'it is not a URL'],
    ['http://ann:100%@p:1', 'it is not a URL'],
  ])('%s is refused rather than passed by', (value, reason) => {
    expect(() => proxyFromEnvironment(new URL('https://a.example.com'), { HTTPS_PROXY: value })).toThrow(
      expect.objectContaining({ code: 'REGISTRY_PROXY_FAILED', args: { proxy: 'HTTPS_PROXY', reason } }),
    )
  })
})

describe('through a proxy', () => {
  const exchanges = [
    {
      request: 'HEAD /v2/app/manifests/1?ns=registry.example.com',
      answer: { status: 200, headers: headersOf(INDEX) },
    },
  ] as const

  test('plain requests are handed over, and its password is shown to it alone', async () => {
    const server = await exchangeServer(() => exchanges)
    const proxy = await startProxy({ 'registry.example.com:80': server.host })
    open.push(server, proxy)
    const { descriptor } = await ask('registry.example.com/app:1', {
      env: { HTTP_PROXY: proxy.url.replace('//', '//ann:p%40ss@') },
      mirrors: [{ host: 'registry.example.com', url: 'http://registry.example.com' }],
    })
    expect(descriptor.digest).toBe(INDEX.digest)
    expect(proxy.seen).toEqual([
      'HEAD http://registry.example.com/v2/app/manifests/1?ns=registry.example.com',
    ])
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('ann:p@ss').toString('base64')}`])
    expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  test('that refuses a tunnel, the message names it without its password', async () => {
    const proxy = await startProxy({}, 407)
    open.push(proxy)
    const env = { HTTPS_PROXY: proxy.url.replace('//', '//ann:s3cret@') }
    await expect(ask('registry.example.com/app:1', { env })).rejects.toMatchObject({
      code: 'REGISTRY_PROXY_FAILED',
      args: {
        proxy: proxy.url,
        reason: 'it answered with status 407',
        registry: 'registry.example.com',
      },
    })
    expect(proxy.seen).toEqual(['CONNECT registry.example.com:443'])
  })

  test("Docker Hub's token server is connected to along with it, before anything is asked", async () => {
    const proxy = await startProxy({}, 407)
    open.push(proxy)
    const env = { HTTPS_PROXY: proxy.url }
    await expect(ask('app:1', { env })).rejects.toMatchObject({ code: 'REGISTRY_PROXY_FAILED' })
    await expect
      .poll(() => proxy.seen)
      .toEqual(['CONNECT registry-1.docker.io:443', 'CONNECT auth.docker.io:443'])
    const mirrors = [{ host: 'docker.io', url: 'https://mirror.example.com' }]
    await expect(ask('app:1', { env, mirrors })).rejects.toMatchObject({ code: 'REGISTRY_PROXY_FAILED' })
    expect(proxy.seen.slice(2)).toEqual(['CONNECT mirror.example.com:443'])
  })

  test('that is not there', async () => {
    const proxy = await startProxy({})
    await proxy.close()
    await expect(
      ask('registry.example.com/app:1', { env: { HTTPS_PROXY: proxy.url } }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_PROXY_FAILED',
      args: { proxy: proxy.url, reason: 'ECONNREFUSED', tries: 4 },
    })
  })
})
