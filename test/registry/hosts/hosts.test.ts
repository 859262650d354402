import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import type { RegistryError } from '../../../src/registry/errors/registry-error.ts'
import { containerdHosts } from '../../../src/registry/hosts/containerd-hosts.ts'
import { contentUrl, mirrorEndpoint, registryEndpoint } from '../../../src/registry/hosts/endpoint.ts'
import { ruleHosts, withHostSettings } from '../../../src/registry/hosts/host-rules.ts'
import { chainHosts, mirrorHosts, type RegistryHosts } from '../../../src/registry/hosts/hosts.ts'
import { registriesConf } from '../../../src/registry/hosts/registries-conf.ts'
import { fixedFiles } from '../../support/fixed-files.ts'

/** The URLs that would be asked, in order; null where nothing is said of the registry. */
async function urls(hosts: RegistryHosts, image: string): Promise<string[] | null> {
  const reference = parseReference(image)
  const endpoints = await hosts.endpoints(reference)
  const name = reference.digest ?? reference.tag ?? 'latest'
  return endpoints?.map((one) => contentUrl(one, reference, 'manifests', name).href) ?? null
}

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('declared mirrors', () => {
  const hosts = mirrorHosts([
    { host: '*', url: 'http://127.0.0.1:5000' },
    { host: 'ghcr.io', url: 'https://one.example.com/' },
    { host: 'ghcr.io', url: 'https://two.example.com/v2/ghcr' },
    { host: 'quay.io', url: 'https://three.example.com/cache' },
  ])

  test.each([
    ['nginx', ['http://127.0.0.1:5000/v2/library/nginx/manifests/latest?ns=docker.io']],
    [
      'ghcr.io/a/b:1',
      [
        'https://one.example.com/v2/a/b/manifests/1?ns=ghcr.io',
        'https://two.example.com/v2/ghcr/a/b/manifests/1?ns=ghcr.io',
      ],
    ],
    ['quay.io/a:1', ['https://three.example.com/cache/v2/a/manifests/1?ns=quay.io']],
  ])('%s', async (image, expected) => {
    expect(await urls(hosts, image)).toEqual(expected)
  })

  test.each([
    ['docker.io', 'index.docker.io/library/nginx'],
    ['index.docker.io', 'nginx'],
    ['registry-1.docker.io', 'nginx'],
    ['docker.io', 'registry-1.docker.io/library/nginx'],
  ])('%s is Docker Hub, and so is %s', async (host, image) => {
    const mirrors = mirrorHosts([{ host, url: 'https://hub.example.com' }])
    expect(await urls(mirrors, image)).toEqual([
      expect.stringMatching(/^https:\/\/hub\.example\.com\/v2\/library\/nginx\/manifests\/latest/),
    ])
  })

  test.each(['docker.io', 'index.docker.io', 'registry-1.docker.io'])('%s is Docker Hub', async (host) => {
    const hub = mirrorHosts([{ host, url: 'https://hub.example.com' }])
    expect(await urls(hub, 'nginx:1')).toEqual([
      'https://hub.example.com/v2/library/nginx/manifests/1?ns=docker.io',
    ])
  })

  test('say nothing of others', async () => {
    expect(await urls(mirrorHosts([{ host: 'ghcr.io', url: 'https://one.example.com' }]), 'nginx')).toBeNull()
  })
})

describe('mirrors of the config', () => {
  const hosts = ruleHosts([
    {
      host: 'docker.io',
      mirrors: [
        { url: 'https://hub.example.com' },
        { url: 'https://all.example.com', namespaceParameter: true },
      ],
    },
    { host: 'ghcr.io', ca: 'ca.pem' },
  ])

  test('are asked before the registry', async () => {
    expect(await urls(hosts, 'nginx:1')).toEqual([
      'https://hub.example.com/v2/library/nginx/manifests/1',
      'https://all.example.com/v2/library/nginx/manifests/1?ns=docker.io',
      'https://registry-1.docker.io/v2/library/nginx/manifests/1',
    ])
    expect(await urls(hosts, 'ghcr.io/a:1')).toBeNull()
  })

  test('come after the flags', async () => {
    const both = chainHosts([mirrorHosts([{ host: 'docker.io', url: 'https://flag.example.com' }]), hosts])
    expect(await urls(both, 'nginx:1')).toEqual([
      'https://flag.example.com/v2/library/nginx/manifests/1?ns=docker.io',
    ])
  })
})

describe('plain HTTP', () => {
  const settings = { plainHttp: true }

  test('is for the registry that it is declared for; a mirror says its own scheme', () => {
    const registry = registryEndpoint(parseReference('r.example.com/app'))
    expect(withHostSettings(registry, settings).base).toBe('http://r.example.com/v2')
    const mirror = mirrorEndpoint('https://m.example.com', 'r.example.com')
    expect(withHostSettings(mirror, settings).base).toBe('https://m.example.com/v2')
  })
})

describe('hosts.toml', () => {
  const tree = (files: Record<string, string>) => containerdHosts('/certs', fixedFiles(files))

  test.each([
    [
      'hosts in their order, then the server',
      `server = "https://registry-1.docker.io"
       [host."https://b.example.com"]
       [host."https://a.example.com"]
       capabilities = ["pull", "resolve"]`,
      [
        'https://b.example.com/v2/library/nginx/manifests/1?ns=docker.io',
        'https://a.example.com/v2/library/nginx/manifests/1?ns=docker.io',
        'https://registry-1.docker.io/v2/library/nginx/manifests/1',
      ],
    ],
    [
      'without a server, the registry itself comes last',
      '[host."https://a.example.com"]',
      [
        'https://a.example.com/v2/library/nginx/manifests/1?ns=docker.io',
        'https://registry-1.docker.io/v2/library/nginx/manifests/1',
      ],
    ],
    [
      'a host that may not resolve is not asked about a tag',
      '[host."https://a.example.com"]\ncapabilities = ["pull"]',
      ['https://registry-1.docker.io/v2/library/nginx/manifests/1'],
    ],
    [
      'no capabilities at all are every one',
      'server = "https://up.example.com"\n[host."https://a.example.com"]\ncapabilities = []',
      [
        'https://a.example.com/v2/library/nginx/manifests/1?ns=docker.io',
        'https://up.example.com/v2/library/nginx/manifests/1?ns=docker.io',
      ],
    ],
    [
      'paths: /v2 is added, but not twice, and not where the path is whole',
      `[host."http://a.example.com:5000/cache"]
       [host."https://b.example.com/v2"]
       [host."https://c.example.com/v2/hub"]
       override_path = true
       [host."d.example.com"]`,
      [
        'http://a.example.com:5000/cache/v2/library/nginx/manifests/1?ns=docker.io',
        'https://b.example.com/v2/library/nginx/manifests/1?ns=docker.io',
        'https://c.example.com/v2/hub/library/nginx/manifests/1?ns=docker.io',
        'https://d.example.com/v2/library/nginx/manifests/1?ns=docker.io',
        'https://registry-1.docker.io/v2/library/nginx/manifests/1',
      ],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await urls(tree({ '/certs/docker.io/hosts.toml': text }), 'nginx:1')).toEqual(expected)
  })

  test.each([
    ['/certs/r.example.com_5000_/hosts.toml', true],
    ['/certs/r.example.com:5000/hosts.toml', true],
    ['/certs/_default/hosts.toml', true],
    ['/certs/r.example.com/hosts.toml', false],
  ])('%s is for r.example.com:5000: %s', async (file, isRead) => {
    const found = await urls(tree({ [file]: 'server = "https://up.example.com"' }), 'r.example.com:5000/a:1')
    expect(found).toEqual(isRead ? ['https://up.example.com/v2/a/manifests/1?ns=r.example.com%3A5000'] : null)
  })

  test('an address has colons that are not its port', async () => {
    const hosts = tree({ '/certs/[::1]_5000_/hosts.toml': 'server = "https://up.example.com"' })
    expect(await urls(hosts, '[::1]:5000/a:1')).toEqual([
      'https://up.example.com/v2/a/manifests/1?ns=%5B%3A%3A1%5D%3A5000',
    ])
  })

  test('a tree that is not there is not taken for an empty one', async () => {
    await expect(urls(tree({}), 'nginx')).rejects.toMatchObject({
      code: 'REGISTRY_HOSTS_INVALID',
      args: { file: '/certs', reason: 'it is not a folder' },
    })
  })

  test('a host that may only pull is asked about a digest', async () => {
    const hosts = tree({
      '/certs/docker.io/hosts.toml': '[host."https://a.example.com"]\ncapabilities = ["pull"]',
    })
    expect(await urls(hosts, `nginx@${DIGEST}`)).toEqual([
      `https://a.example.com/v2/library/nginx/manifests/${DIGEST}?ns=docker.io`,
      `https://registry-1.docker.io/v2/library/nginx/manifests/${DIGEST}`,
    ])
  })

  test('reads certificates and headers', async () => {
    const hosts = tree({
      '/certs/ghcr.io/hosts.toml': `
        [host."https://a.example.com"]
        ca = ["one.pem", "/etc/two.pem"]
        client = [["me.cert", "me.key"], ["both.pem", ""]]
        skip_verify = true
        [host."https://a.example.com".header]
        X-Team = "blue"
        x-more = ["1", "2"]`,
      '/certs/ghcr.io/one.pem': 'ONE',
      '/etc/two.pem': 'TWO',
      '/certs/ghcr.io/me.cert': 'CERT',
      '/certs/ghcr.io/me.key': 'KEY',
      '/certs/ghcr.io/both.pem': 'BOTH',
    })
    expect((await hosts.endpoints(parseReference('ghcr.io/a:1')))?.[0]).toEqual({
      kind: 'mirror',
      base: 'https://a.example.com/v2',
      host: 'a.example.com',
      namespace: 'ghcr.io',
      mayFallBackToHttp: false,
      tls: {
        ca: ['ONE', 'TWO'],
        clients: [
          { certificate: 'CERT', key: 'KEY' },
          { certificate: 'BOTH', key: 'BOTH' },
        ],
        skipVerify: true,
      },
      headers: { 'x-team': 'blue', 'x-more': '1, 2' },
    })
  })

  test.each([
    ['"500ms"', 500],
    ['"1m1.5s"', 61_500],
    ['"9999h"', 2 ** 31 - 1],
    ['"0s"', undefined],
  ])('dial_timeout = %s', async (value, milliseconds) => {
    const hosts = tree({
      '/certs/ghcr.io/hosts.toml': `[host."https://a.example.com"]\ndial_timeout = ${value}`,
    })
    const endpoints = await hosts.endpoints(parseReference('ghcr.io/a:1'))
    expect(endpoints?.map(({ connectTimeout }) => connectTimeout)).toEqual([milliseconds, undefined])
  })

  test('keys that nobody knows are warnings', async () => {
    const warnings: Diagnostic[] = []
    const text = 'serverr = "x"\n[host."https://a.io"]\nskip_verfy = true'
    const hosts = containerdHosts('/certs', fixedFiles({ '/certs/ghcr.io/hosts.toml': text }), (warning) =>
      warnings.push(warning),
    )
    await hosts.endpoints(parseReference('ghcr.io/a:1'))
    expect(warnings.map(({ code, args }) => [code, args['key']])).toEqual([
      ['FILE_KEY_UNKNOWN', 'host."https://a.io".skip_verfy'],
      ['FILE_KEY_UNKNOWN', 'serverr'],
    ])
  })

  test.each([
    ['http://m.io', 'skip_verify = false', 'https://m.io/v2', true],
    ['http://m.io:5000', 'skip_verify = true', 'https://m.io:5000/v2', true],
    ['http://m.io:80', 'skip_verify = true', 'http://m.io/v2', false],
    ['http://m.io', '', 'http://m.io/v2', false],
  ])(
    'plain HTTP with TLS settings is tried over TLS first: %s, %s',
    async (url, setting, base, mayFallBackToHttp) => {
      const hosts = tree({ '/certs/ghcr.io/hosts.toml': `[host."${url}"]\n${setting}` })
      const [endpoint] = (await hosts.endpoints(parseReference('ghcr.io/a:1'))) ?? []
      expect(endpoint).toMatchObject({ base, mayFallBackToHttp })
    },
  )

  test('a folder of certificates, with what else may lie there', async () => {
    const hosts = tree({
      '/certs/ghcr.io/hosts.toml': '',
      '/certs/ghcr.io/ca.crt': 'CA',
      '/certs/ghcr.io/both.cert': 'CERT AND KEY',
      '/certs/ghcr.io/lonely.key': 'KEY',
      '/certs/ghcr.io/notes.txt': 'x',
    })
    const [endpoint] = (await hosts.endpoints(parseReference('ghcr.io/a:1'))) ?? []
    expect(endpoint?.tls).toEqual({
      ca: ['CA'],
      clients: [{ certificate: 'CERT AND KEY', key: 'CERT AND KEY' }],
    })
  })

  test('a folder of certificates alone', async () => {
    const hosts = tree({
      '/certs/ghcr.io/ca.crt': 'CA',
      '/certs/ghcr.io/me.cert': 'CERT',
      '/certs/ghcr.io/me.key': 'KEY',
    })
    expect(await hosts.endpoints(parseReference('ghcr.io/a:1'))).toEqual([
      {
        kind: 'registry',
        base: 'https://ghcr.io/v2',
        host: 'ghcr.io',
        mayFallBackToHttp: false,
        tls: { ca: ['CA'], clients: [{ certificate: 'CERT', key: 'KEY' }] },
      },
    ])
  })

  test.each([
    ['not TOML', 'server = \n', 'it is not valid TOML in line 1'],
    ['an unknown capability', 'capabilities = ["pul"]', 'there is no capability "pul"'],
    ['a file that is not there', 'ca = "x.pem"', 'there is no file /certs/docker.io/x.pem'],
    [
      'a header that is none',
      '[header]\n"a b" = "c"',
      'header "a b" contains characters that no header may contain',
    ],
    [
      'a header of two lines',
      '[header]\nx-a = "b\\nc: d"',
      'header "x-a" contains characters that no header may contain',
    ],
    ['a time that is a number', 'dial_timeout = 5', '"dial_timeout" is not a string'],
    ...['"5"', '"5 s"', '"-1s"', '"1s!"'].map((value): [string, string, string] => [
      `a time that is none: ${value}`,
      `dial_timeout = ${value}`,
      '"dial_timeout" is not a duration such as "5s"',
    ]),
    ...['https://', 'ftp://a.io', 'https://ann:pw@a.io'].map((url): [string, string, string] => [
      `a host that is no URL of one: ${url}`,
      `[host."${url}"]`,
      'a host or the server is not an http or https URL without credentials',
    ]),
    [
      'a string where a flag belongs',
      '[host."https://a.io"]\nskip_verify = "true"',
      '"host."https://a.io".skip_verify" is not true or false',
    ],
    ['another such', 'override_path = "true"', '"override_path" is not true or false'],
    ['a key in two spellings', 'Server = "a.io"\nserver = "b.io"', '"server" appears twice: Server, server'],
    [
      'a host that containerd passes over',
      'host = {"https://a.io" = {capabilities = ["pull"]}}',
      'host "https://a.io" is not a table of its own: write [host."https://a.io"]',
    ],
    [
      'nobody who may resolve',
      'server = "https://a.io"\ncapabilities = ["pull"]',
      'none of its hosts has the capability to resolve tags',
    ],
  ])('fails closed: %s', async (_, text, reason) => {
    const file = '/certs/docker.io/hosts.toml'
    await expect(urls(tree({ [file]: text }), 'nginx')).rejects.toMatchObject({
      code: 'REGISTRY_HOSTS_INVALID',
      args: { file, reason },
    })
  })

  test('fails closed where it cannot be read', async () => {
    const hosts = containerdHosts(
      '/certs',
      fixedFiles({ '/certs/docker.io/hosts.toml': 'EACCES' }, ['/certs/docker.io/hosts.toml']),
    )
    await expect(urls(hosts, 'nginx')).rejects.toMatchObject({
      code: 'REGISTRY_HOSTS_INVALID',
      args: { file: '/certs/docker.io/hosts.toml', reason: 'it cannot be read (EACCES)' },
    })
  })
})

describe('registries.conf', () => {
  const conf = (text: string, more: Record<string, string> = {}) =>
    registriesConf('/etc/registries.conf', fixedFiles({ '/etc/registries.conf': text, ...more }))

  const MIRRORED = `
    unqualified-search-registries = ["example.com"]
    [[registry]]
    prefix = "docker.io"
    location = "docker.io"
    [[registry.mirror]]
    location = "mirror.example.com:5000/hub"
    [[registry.mirror]]
    location = "digests.example.com"
    pull-from-mirror = "digest-only"
    [[registry.mirror]]
    location = "tags.example.com"
    pull-from-mirror = "tag-only"
    [[registry]]
    prefix = "docker.io/team"
    location = "registry.example.com/moved"
    [[registry]]
    prefix = "*.internal.example.com"
    location = "one.example.com/all"
    [[registry]]
    location = "plain.example.com"`

  test.each([
    [
      'nginx:1',
      [
        'https://mirror.example.com:5000/v2/hub/library/nginx/manifests/1',
        'https://tags.example.com/v2/library/nginx/manifests/1',
        'https://registry-1.docker.io/v2/library/nginx/manifests/1',
      ],
    ],
    [
      `nginx@${DIGEST}`,
      [
        `https://mirror.example.com:5000/v2/hub/library/nginx/manifests/${DIGEST}`,
        `https://digests.example.com/v2/library/nginx/manifests/${DIGEST}`,
        `https://registry-1.docker.io/v2/library/nginx/manifests/${DIGEST}`,
      ],
    ],
    ['team/app:1', ['https://registry.example.com/v2/moved/app/manifests/1']],
    [
      'teams/app:1',
      [
        'https://mirror.example.com:5000/v2/hub/teams/app/manifests/1',
        'https://tags.example.com/v2/teams/app/manifests/1',
        'https://registry-1.docker.io/v2/teams/app/manifests/1',
      ],
    ],
    ['a.b.internal.example.com/x/y:1', ['https://one.example.com/v2/all/x/y/manifests/1']],
    ['internal.example.com/x:1', null],
    ['plain.example.com/x:1', ['https://plain.example.com/v2/x/manifests/1']],
    ['ghcr.io/x:1', null],
  ])('%s', async (image, expected) => {
    expect(await urls(conf(MIRRORED), image)).toEqual(expected)
  })

  test('drop-in files take the place of entries with the same prefix', async () => {
    const hosts = conf('[[registry]]\nlocation = "a.example.com"', {
      '/etc/registries.conf.d/10.conf': '[[registry]]\nprefix = "a.example.com"\nlocation = "b.example.com"',
      '/etc/registries.conf.d/20.conf': '[[registry]]\nprefix = "a.example.com"\nlocation = "c.example.com"',
      '/etc/registries.conf.d/ignored.txt': 'not TOML',
    })
    expect(await urls(hosts, 'a.example.com/x:1')).toEqual(['https://c.example.com/v2/x/manifests/1'])
  })

  test('insecure allows plain HTTP and any certificate', async () => {
    const hosts = conf('[[registry]]\nlocation = "a.example.com"\ninsecure = true')
    expect(await hosts.endpoints(parseReference('a.example.com/x:1'))).toEqual([
      {
        kind: 'registry',
        base: 'https://a.example.com/v2',
        host: 'a.example.com',
        path: 'x',
        reference: parseReference('a.example.com/x:1'),
        mayFallBackToHttp: true,
        tls: { skipVerify: true },
      },
    ])
  })

  test('mirror-by-digest-only is for all mirrors', async () => {
    const hosts = conf(
      '[[registry]]\nlocation = "a.example.com"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "m.example.com"',
    )
    expect(await urls(hosts, 'a.example.com/x:1')).toEqual(['https://a.example.com/v2/x/manifests/1'])
  })

  test('blocked', async () => {
    const hosts = conf('[[registry]]\nlocation = "a.example.com"\nblocked = true')
    await expect(urls(hosts, 'a.example.com/x')).rejects.toMatchObject({
      code: 'REGISTRY_BLOCKED',
      args: { file: '/etc/registries.conf' },
    })
  })

  test.each([
    ['not TOML', '[[registry]\n', 'it is not valid TOML in line 1'],
    [
      'an entry of version 1 without a name',
      '[registries.block]\nregistries = [""]',
      'a list of registries has an empty name',
    ],
    [
      'both versions',
      'unqualified-search-registries = []\n[registries.block]\nregistries = ["a.io"]',
      'it mixes versions 1 and 2 of the format',
    ],
    [
      'a scheme',
      '[[registry]]\nlocation = "https://a.io"\nblocked = true',
      '"https://a.io" has a scheme, and names a host without one',
    ],
    [
      'a string where a flag belongs',
      '[[registry]]\nlocation = "a.io"\nblocked = "true"',
      '"registry[0].blocked" is not true or false',
    ],
    [
      'a contradiction',
      '[[registry]]\nlocation = "a.io"\nblocked = true\n[[registry]]\nlocation = "a.io/"',
      '"a.io" appears twice, and "blocked" differs',
    ],
    [
      'a prefix without location',
      '[[registry]]\nprefix = "a.io"',
      'the prefix "a.io" has no location, which only a pattern such as *.example.com can do without',
    ],
    [
      'a pattern that fits nothing',
      '[[registry]]\nprefix = "**.a.io"\nblocked = true',
      'the prefix "**.a.io" is not a pattern such as *.example.com',
    ],
    [
      'two settings for one thing',
      '[[registry]]\nlocation = "a.io"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "m.io"\npull-from-mirror = "all"',
      '"m.io" has pull-from-mirror, and its registry mirror-by-digest-only',
    ],
    [
      'a location that makes no image',
      '[[registry]]\nprefix = "a.io/x"\nlocation = "b.io/y:2"',
      'the location "b.io/y:2" makes "b.io/y:2:latest" of a.io/x:latest, which is not a full name of an image',
    ],
    [
      'a location without a host',
      '[[registry]]\nprefix = "a.io"\nlocation = "mirror"',
      'the location "mirror" makes "mirror/x:latest" of a.io/x:latest, which is not a full name of an image',
    ],
    ['a helper that is no name', 'credential-helpers = "x"', '"credential-helpers" is not a list of strings'],
    [
      'TOML 1.1',
      '[[registry]]\nlocation = "a.io"\nmirror = [{location = "m.io",}]',
      'line 3 is TOML 1.1, and the format is TOML 1.0',
    ],
    ['an alias that is none', '[aliases]\n"a.io/x" = "b.io/x"', 'the alias "a.io/x" is not a short name'],
    [
      'neither prefix nor location',
      '[[registry]]\nblocked = true',
      'a [[registry]] has neither prefix nor location',
    ],
    [
      'a mirror without location',
      '[[registry]]\nlocation = "a.io"\n[[registry.mirror]]\ninsecure = true',
      'a [[registry.mirror]] has no location',
    ],
    [
      'a table where a list is meant',
      '[registry]\nlocation = "a.io"',
      '"registry" is not a list of tables ([[registry]])',
    ],
    [
      'an unknown use',
      '[[registry]]\nlocation = "a.io"\n[[registry.mirror]]\nlocation = "b.io"\npull-from-mirror = "never"',
      'pull-from-mirror cannot be "never"',
    ],
  ])('fails closed: %s', async (_, text, reason) => {
    await expect(urls(conf(text), 'a.io/x')).rejects.toMatchObject({
      code: 'REGISTRY_HOSTS_INVALID',
      args: { file: '/etc/registries.conf', reason },
    })
  })

  test('a tag is a part of what a prefix fits, and of what a location names', async () => {
    const hosts = conf('[[registry]]\nprefix = "a.io/x:1"\nlocation = "q.io/y:2"')
    const [endpoint] = (await hosts.endpoints(parseReference('a.io/x:1'))) ?? []
    expect(endpoint?.reference).toEqual(parseReference('q.io/y:2'))
    expect(await hosts.endpoints(parseReference('a.io/x:12'))).toBeUndefined()
  })

  test('keys that nobody knows are warnings, once each', async () => {
    const warnings: Diagnostic[] = []
    const text =
      'x = 1\n[[registry]]\nlocation = "a.io"\nblocekd = true\n[[registry.mirror]]\nlocation = "m.io"\ninsecur = true'
    const hosts = registriesConf('/c', fixedFiles({ '/c': text }), (warning) => warnings.push(warning))
    await hosts.endpoints(parseReference('a.io/x'))
    await hosts.endpoints(parseReference('b.io/x'))
    expect(warnings).toEqual(
      ['x', 'registry[0].mirror[0].insecur', 'registry[0].blocekd'].map((key) => ({
        code: 'FILE_KEY_UNKNOWN',
        severity: 'warning',
        args: { file: '/c', key },
      })),
    )
  })

  test('credential-helpers, those of the last file that names any', async () => {
    const helpers = (text: string, dropIn?: string) =>
      conf(text, dropIn === undefined ? {} : { '/etc/registries.conf.d/a.conf': dropIn }).credentialHelpers()
    expect(await helpers('credential-helpers = ["containers-auth.json", "ecr-login"]')).toEqual(['ecr-login'])
    expect(await helpers('credential-helpers = ["a"]', 'credential-helpers = ["b"]')).toEqual(['b'])
    expect(await helpers('credential-helpers = ["a"]', 'credential-helpers = []')).toEqual([])
    expect(await helpers('credential-helpers = ["a"]', '')).toEqual(['a'])
  })

  test.each([
    '[[registry]]\nlocation = "https://ann:s3cret@a.io"',
    '[[registry]]\nprefix = "a.io"\nlocation = "ann:s3cret@b.io"',
    '[[registry]]\nprefix = "ann:s3cret@a.io"',
    '[[registry]]\nlocation = "ann:s3cret@a.io"\n[[registry]]\nlocation = "ann:s3cret@a.io"\nblocked = true',
    'unqualified-search-registries = ["ann:s3cret@a.io"]',
    '[aliases]\nx = "ann:s3cret@a.io/x"',
  ])('no message has a password that stands in the file: %#', async (text) => {
    await expect(urls(conf(text), 'a.io/x')).rejects.not.toThrow(/s3cret/)
    await urls(conf(text), 'a.io/x').catch((error: RegistryError) => {
      expect(JSON.stringify(error.args)).not.toContain('s3cret')
    })
  })

  test('fails closed where it is not there', async () => {
    await expect(urls(registriesConf('/etc/none.conf', fixedFiles({})), 'a.io/x')).rejects.toMatchObject({
      args: { file: '/etc/none.conf', reason: 'it does not exist' },
    })
  })
})
