import { describe, expect, test } from 'vitest'
import { UnsafeAddressError } from '../../../src/registry/errors/network.ts'
import { type AddressKind, type AllowedAddresses, guardedLookup } from '../../../src/registry/http/address.ts'
import { checkTarget } from '../../../src/registry/http/redirect.ts'

const PRIVATE = 'it is an address inside a private network'
const NOWHERE = 'no registry can have this address'

describe('where a registry may send Pinpull', () => {
  test.each<[string, AddressKind | undefined, string, string | undefined]>([
    // The registry, what its address was, where it points, and what names may lead to there or why it is refused.
    ['https://r.example', 'public', 'https://auth.example', 'public'],
    ['https://r.example', undefined, 'https://auth.example', 'public'],
    ['https://r.example', 'private', 'https://auth.example', 'private'],
    ['https://r.example', 'loopback', 'https://auth.example', 'loopback'],
    ['https://r.example', 'public', 'https://r.example/token', 'any'],
    ['https://r.example', 'public', 'https://r.example:443/token', 'any'],
    ['https://r.example', 'public', 'https://r.example:8443/token', 'public'],
    ['https://r.example', 'public', 'https://localhost/token', PRIVATE],
    ['https://r.example', 'private', 'https://localhost/token', PRIVATE],
    ['http://127.0.0.1:5000', 'loopback', 'http://localhost:5001/token', 'loopback'],
    ['http://127.0.0.1:5000', 'loopback', 'http://127.0.0.1:5000/token', 'any'],
    ['http://127.0.0.1:5000', 'loopback', 'http://127.0.0.1:5001/token', PRIVATE],
    ['http://127.0.0.1:5000', 'loopback', 'http://127.0.0.2:5000/token', PRIVATE],
    ['http://127.0.0.1:5000', 'loopback', 'http://0.0.0.0:5000/token', NOWHERE],
    ['http://127.0.0.1:5000', 'loopback', 'http://0:5000/token', NOWHERE],
    ['http://127.0.0.1:5000', 'loopback', 'http://169.254.169.254/', NOWHERE],
    ['http://127.0.0.1:5000', 'loopback', 'http://[::ffff:169.254.169.254]/', NOWHERE],
    ['http://127.0.0.1:5000', 'loopback', 'http://100.100.100.200/', NOWHERE],
    ['http://127.0.0.1:5000', 'loopback', 'http://metadata.google.internal/', NOWHERE],
    ['http://10.0.0.5:5000', 'private', 'http://10.0.0.5:5000/token', 'any'],
    ['http://10.0.0.5:5000', 'private', 'http://10.0.0.5/token', PRIVATE],
    ['http://10.0.0.5:5000', 'private', 'http://10.0.0.6:5000/token', PRIVATE],
    ['http://10.0.0.5:5000', 'private', 'http://8.8.8.8/token', 'private'],
    ['http://169.254.1.1:5000', 'forbidden', 'http://169.254.1.1:5000/token', NOWHERE],
    ['https://r.example', 'public', 'https://10.0.0.5/token', PRIVATE],
    ['https://r.example', 'public', 'https://[fd12::1]/token', PRIVATE],
    ['https://r.example', 'public', 'http://auth.example/token', 'it leaves HTTPS for plain HTTP'],
    ['https://r.example', 'public', 'https://a:b@auth.example/token', 'it holds user information'],
    ['https://r.example', 'public', 'ftp://auth.example/token', 'ftp: is not HTTP'],
  ])('%s (%s) to %s: %s', (from, address, to, expected) => {
    const judged = checkTarget({ url: new URL(from), address, allowedAddresses: undefined }, new URL(to))
    expect(judged.isSafe ? (judged.allowedAddresses ?? 'any') : judged.reason).toBe(expected)
  })

  test('a host that may only reach the Internet gives nobody leave to reach more', () => {
    const sender = {
      url: new URL('https://cdn.example'),
      address: 'private',
      allowedAddresses: 'public',
    } as const
    expect(checkTarget(sender, new URL('https://in.example'))).toEqual({
      isSafe: true,
      allowedAddresses: 'public',
    })
  })
})

describe('what a name is resolved to', () => {
  const names: Readonly<Record<string, readonly string[]>> = {
    'public.example': ['8.8.8.8', '2606:4700::1111'],
    'private.example': ['10.0.0.5'],
    'mixed.example': ['10.0.0.5', '8.8.8.8', '127.0.0.1', '169.254.169.254'],
    'metadata.example': ['169.254.169.254', 'fd00:ec2::254', '::ffff:169.254.169.254'],
  }

  function resolve(name: string, allowedAddresses: AllowedAddresses, all: boolean): Promise<unknown> {
    const lookup = guardedLookup(allowedAddresses, (hostname, _, callback) =>
      callback(
        null,
        (names[hostname] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    )
    return new Promise((done, fail) => {
      lookup(name, { all }, (error, address) => (error === null ? done(address) : fail(error)))
    })
  }

  test.each<[string, AllowedAddresses, readonly string[] | undefined]>([
    ['public.example', 'public', ['8.8.8.8', '2606:4700::1111']],
    ['private.example', 'public', undefined],
    ['private.example', 'private', ['10.0.0.5']],
    ['mixed.example', 'public', ['8.8.8.8']],
    ['mixed.example', 'private', ['10.0.0.5', '8.8.8.8']],
    ['mixed.example', 'loopback', ['10.0.0.5', '8.8.8.8', '127.0.0.1']],
    ['metadata.example', 'loopback', undefined],
    ['nothing.example', 'loopback', undefined],
  ])('%s within %s: %j', async (name, reach, expected) => {
    const found = resolve(name, reach, true)
    if (expected === undefined) await expect(found).rejects.toBeInstanceOf(UnsafeAddressError)
    else expect(await found).toMatchObject(expected.map((address) => ({ address })))
  })

  test('one address, where one is asked for', async () => {
    expect(await resolve('mixed.example', 'public', false)).toBe('8.8.8.8')
  })
})
