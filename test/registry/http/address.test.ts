import { describe, expect, test } from 'vitest'
import {
  type AddressKind,
  addressKind,
  hostAddressKind,
  isLoopbackHost,
} from '../../../src/registry/http/address.ts'

describe('what an address is', () => {
  test.each<[AddressKind, readonly string[]]>([
    [
      'public',
      ['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.128.0.1', '192.169.0.1', '2606:4700::1111'],
    ],
    [
      'private',
      ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd00::1', 'fec0::1'],
    ],
    ['loopback', ['127.0.0.1', '127.8.9.1', '::1']],
    [
      'forbidden',
      ['0.0.0.0', '0.1.2.3', '::', '169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ],
    ['forbidden', ['fd00:ec2::254', 'fd20:ce::254', '100.100.100.200', '168.63.129.16', '192.0.0.192']],
    ['forbidden', ['224.0.0.1', '255.255.255.255', 'ff02::1', 'no address', '']],
    // IPv4 in IPv6: mapped, compatible, translated, NAT64 with both prefixes, 6to4, Teredo, ISATAP.
    [
      'public',
      ['::ffff:8.8.8.8', '::8.8.8.8', '64:ff9b::808:808', '2002:808:808::1', '2001:0:1:2:3:4:f7f7:f7f7'],
    ],
    ['private', ['::ffff:10.0.0.1', '::10.0.0.1', '::ffff:0:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::']],
    [
      'loopback',
      ['::ffff:127.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::1'],
    ],
    ['forbidden', ['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '::169.254.169.254', '64:ff9b::a9fe:a9fe']],
    ['forbidden', ['2002:a9fe:a9fe::', '2001:0:1:2:3:4:5601:5601', '2001:db8::5efe:169.254.169.254']],
    ['forbidden', ['::ffff:0.0.0.0', '64:ff9b::', '::ffff:100.100.100.200']],
  ])('%s: %j', (kind, addresses) => {
    expect(addresses.map((address) => [address, addressKind(address)])).toEqual(
      addresses.map((address) => [address, kind]),
    )
  })

  test.each<[AddressKind | undefined, readonly string[]]>([
    [
      'loopback',
      ['http://127.1', 'http://0x7f.1', 'http://2130706433', 'http://0177.0.0.1', 'http://127.0.0.1.'],
    ],
    [
      'forbidden',
      ['http://0', 'http://0x0', 'http://0xa9fea9fe', 'http://2852039166', 'http://0251.0376.0251.0376'],
    ],
    [
      'forbidden',
      ['http://[::ffff:169.254.169.254]', 'http://[0:0:0:0:0:ffff:a9fe:a9fe]', 'http://１６９.254.169.254'],
    ],
    ['forbidden', ['http://metadata.google.internal', 'http://METADATA.google.internal.']],
    ['private', ['http://012.0.0.1', 'http://[fd00:0::1]']],
    [undefined, ['http://registry.example.com', 'http://localhost', 'http://169.254.169.254.example.com']],
  ])('as a URL writes it, %s: %j', (kind, urls) => {
    expect(urls.map((url) => [url, hostAddressKind(new URL(url).hostname)])).toEqual(
      urls.map((url) => [url, kind]),
    )
  })

  test('plain HTTP is for this machine alone, and not for what is only translated to it', () => {
    const hosts = [
      'localhost',
      'a.localhost',
      'LOCALHOST.',
      '127.9.9.9',
      '[::1]',
      '[64:ff9b::7f00:1]',
      '10.0.0.1',
    ]
    expect(hosts.filter(isLoopbackHost)).toEqual(hosts.slice(0, 5))
  })
})
