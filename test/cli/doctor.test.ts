import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { formatLock } from '../../src/lock/format.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { VERSION } from '../../src/version.ts'
import { runInProcess } from '../support/memory-io.ts'
import { RUNS_ON_NODE, runProgram } from '../support/program.ts'
import { startProxy } from '../support/proxy.ts'
import { createAuthority } from '../support/registry/certificate.ts'
import { failWith, html, redirect, silence } from '../support/registry/misbehaviour.ts'
import { type RegistryOptions, startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const open: { close: () => Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const AUTHORITY = createAuthority('Example CA')
const INDEX = 'sha256:'

async function start(options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry({ anyName: { seed: 'app' }, ...options })
  open.push(registry)
  return registry
}

interface Call {
  readonly args: readonly string[]
  readonly env?: Record<string, string>
  /** Files below the home and working directory, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** What hosts and ports are called in the result. */
  readonly names?: Readonly<Record<string, string>>
}

/** Runs `pinpull doctor`, and gives its output with times and ports replaced. */
async function doctor({ args, env = {}, files = {}, names = {} }: Call) {
  const home = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
  const { code, stdout, stderr } = await runInProcess(['doctor', ...args], {
    cwd: home,
    env: { HOME: home, ...env },
  })
  const plain = (text: string): string =>
    Object.entries(names)
      .reduce(
        (all, [host, name]) =>
          all.replaceAll(host, name).replaceAll(`port ${host.split(':')[1]}`, `port of ${name}`),
        text,
      )
      .replace(/ \(\d+ ms\)$/gm, '')
      .replace(/sha256:[0-9a-f]{64}/g, INDEX)
  return {
    code,
    stderr,
    home,
    all: plain(stdout),
    text: plain(stdout).replace(/^Settings\n[\s\S]*?\n\n/, ''),
  }
}

const login = (host: string, user = 'ann:geheim'): Readonly<Record<string, string>> => ({
  '.docker/config.json': JSON.stringify({
    auths: { [host]: { auth: Buffer.from(user).toString('base64') } },
  }),
})

/** The first steps to a registry of this machine that speaks plain HTTP. */
const PLAIN = `  ok      endpoints     https://REG (the registry itself); no setting names a mirror
  ok      proxy         none: HTTPS_PROXY is not set
  ok      connect       to 127.0.0.1, port of REG
  -       TLS           REG speaks plain HTTP, which this machine or the settings allow for it
  ok      proxy         none: HTTP_PROXY is not set
  ok      connect       to 127.0.0.1, port of REG
`

describe('an image', () => {
  test('at a registry without authentication', async () => {
    const { host } = await start()
    const { code, stderr, text } = await doctor({ args: [`${host}/app:1`], names: { [host]: 'REG' } })
    expect([code, stderr]).toEqual([0, ''])
    expect(text).toBe(`REG/app:1
${PLAIN}  ok      API           GET http://REG/v2/: 200
  ok      manifest      HEAD http://REG/v2/app/manifests/1: 200
  ok      manifest      GET http://REG/v2/app/manifests/1: 200
  ok      result        sha256: from REG
                        application/vnd.oci.image.index.v1+json
                        platforms: linux/amd64, linux/arm64
`)
  })

  test('that needs a token, with a login', async () => {
    const { host } = await start({ auth: { kind: 'bearer', users: { ann: 'geheim' } } })
    const { code, text } = await doctor({
      args: [`${host}/app:1`],
      files: login(host),
      names: { [host]: 'REG' },
    })
    expect(code).toBe(0)
    expect(text).toBe(`REG/app:1
${PLAIN}  -       API           GET http://REG/v2/: 401: UNAUTHORIZED authentication required
  -       challenge     Bearer: token server http://REG/token, service registry.test
  -       manifest      HEAD http://REG/v2/app/manifests/1: 401
  -       challenge     Bearer: token server http://REG/token, service registry.test, scope repository:app:pull
  ok      credential    a user name and password for REG from ~/.docker/config.json (REG); trust tier 1
  ok      token         GET http://REG: 200
  ok      manifest      HEAD http://REG/v2/app/manifests/1 with credentials: 200
  ok      manifest      GET http://REG/v2/app/manifests/1 with credentials: 200
  ok      result        sha256: from REG
                        application/vnd.oci.image.index.v1+json
                        platforms: linux/amd64, linux/arm64
`)
  })

  test('without the login that it needs', async () => {
    const { host } = await start({ auth: { kind: 'basic', users: { ann: 'geheim' } } })
    const { code, text } = await doctor({
      args: [`${host}/app:1`],
      env: { REGISTRY_AUTH_FILE: '/dev/null' },
      names: { [host]: 'REG' },
    })
    expect(code).toBe(3)
    expect(text).toBe(`REG/app:1
${PLAIN}  -       API           GET http://REG/v2/: 401: UNAUTHORIZED authentication required
  -       challenge     Basic: the password goes to the registry itself
  -       manifest      HEAD http://REG/v2/app/manifests/1: 401
  -       credential    none is stored for REG, so requests are anonymous
                        looked in: /dev/null
  FAILED  result        CREDENTIAL_MISSING: access denied, or the repository does not exist; no credentials found for REG
                        → check the name; if it is private, log in with docker login REG (looked in: /dev/null)
`)
  })

  test('with a login that is refused', async () => {
    const { host } = await start({ auth: { kind: 'basic', users: { ann: 'other' } } })
    const { code, text } = await doctor({
      args: [`${host}/app:1`],
      files: login(host),
      names: { [host]: 'REG' },
    })
    expect(code).toBe(3)
    expect(
      text.slice(text.indexOf('  ok      credential')),
    ).toBe(`  ok      credential    a user name and password for REG from ~/.docker/config.json (REG); trust tier 1
  warning manifest      HEAD http://REG/v2/app/manifests/1 with credentials: 401
  FAILED  result        CREDENTIAL_REJECTED: REG refused the credentials from ~/.docker/config.json (REG)
                        → log in again: docker login REG
`)
  })

  test('whose tag does not exist', async () => {
    const registry = await startRegistry()
    open.push(registry)
    registry.push('app:1')
    const { host } = registry
    const { code, text } = await doctor({ args: [`${host}/app:2`], names: { [host]: 'REG' } })
    expect(code).toBe(1)
    expect(text).toBe(`REG/app:2
${PLAIN}  ok      API           GET http://REG/v2/: 200
  -       manifest      HEAD http://REG/v2/app/manifests/2: 404
  warning manifest      GET http://REG/v2/app/manifests/2: 404: MANIFEST_UNKNOWN manifest unknown
  FAILED  result        MANIFEST_UNKNOWN: tag "2" was not found in app at REG
                        → check the spelling of repository and tag, and that the image has been pushed
`)
  })

  test('behind a pull limit', async () => {
    const registry = await start()
    const { host } = registry
    registry.script({
      when: { path: /manifests/ },
      answer: failWith(429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit', {
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': '0;w=21600',
        'docker-ratelimit-source': '192.0.2.1',
      }),
    })
    const { code, text } = await doctor({ args: [`${host}/app:1`], names: { [host]: 'REG' } })
    expect(code).toBe(3)
    expect(
      text.slice(text.indexOf('  warning')),
    ).toBe(`  warning manifest      HEAD http://REG/v2/app/manifests/1: 429
  warning rate limit    ratelimit-limit 100;w=21600, ratelimit-remaining 0;w=21600
  FAILED  result        REGISTRY_PULL_LIMIT: the pull limit of REG is reached (credentials from: none)
                        → log in (Docker Hub allows 100 pulls in 6 hours without, 200 with a personal account), use a mirror with --mirror, or wait
`)
  })

  test('at a registry that redirects', async () => {
    const registry = await start()
    const { host } = registry
    registry.script({
      when: { path: '/v2/app/manifests/1' },
      answer: redirect('/v2/app/manifests/2?X-Amz-Signature=geheim'),
    })
    const { code, text } = await doctor({ args: [`${host}/app:1`], names: { [host]: 'REG' } })
    expect(code).toBe(0)
    expect(
      text.slice(text.indexOf('  -       manifest')),
    ).toContain(`  -       manifest      HEAD http://REG/v2/app/manifests/1: 307
  -       redirect      to http://REG
  ok      redirect      HEAD http://REG: 200
`)
  })

  test('of a page that is no registry', async () => {
    const registry = await start()
    const { host } = registry
    registry.script({ answer: html() })
    const { code, text } = await doctor({ args: [`${host}/app:1`], names: { [host]: 'REG' } })
    expect(code).toBe(3)
    expect(text).toContain('  warning API           GET http://REG/v2/: 200, an HTML page\n')
    expect(text).toContain(
      '  FAILED  result        NOT_A_REGISTRY: REG did not answer as a registry (it sent text/html)\n',
    )
  })

  test('at a registry that never answers', async () => {
    const registry = await start()
    const { host } = registry
    registry.script({ answer: silence })
    const { code, text } = await doctor({
      args: ['--timeout', '3s', `${host}/app:1`],
      names: { [host]: 'REG' },
    })
    expect(code).toBe(3)
    const hint = 'find out whether REG is overloaded or a firewall drops packets, or raise --timeout'
    expect(text).toBe(`REG/app:1
${PLAIN}  FAILED  API           REG did not answer within 1.5 s
                        → ${hint}
  FAILED  manifest      REG did not answer within 3 s
                        → ${hint}
  FAILED  result        DEADLINE_EXCEEDED: timed out after 3 s (--timeout), before REG responded
                        → raise --timeout, or find out which registry is slow with --verbose
`)
  })

  test('in the lock file, whose tag has moved since', async () => {
    const { host } = await start()
    const digest = `sha256:${'a'.repeat(64)}`
    const lock = formatLock([
      {
        reference: `${host}/app:1`,
        digest: digest as Digest,
        mediaType: 'application/vnd.oci.image.index.v1+json',
      },
    ])
    const { code, all } = await doctor({
      args: [`${host}/app:1`],
      files: { 'pinpull.lock.yaml': lock },
      names: { [host]: 'REG' },
    })
    expect(code).toBe(0)
    expect(all).toContain('  ok      lock file     pinpull.lock.yaml, 1 image\n')
    expect(all).toContain(
      '  -       lock file     pinpull.lock.yaml has sha256:, which the filter uses without contacting a registry\n',
    )
    expect(all).toContain(
      '  warning moved         the filter still writes sha256:\n                        → pinpull lock --update writes the new digest\n',
    )
  })

  test('that the profile does not allow: a run fails, though the registry has it', async () => {
    const { host } = await start()
    const config = `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  profiles:\n  - {name: prod, allowedRegistries: [ghcr.io]}\n`
    const { code, text } = await doctor({
      args: [`${host}/app:1`],
      files: { 'pinpull.yaml': config },
      names: { [host]: 'REG' },
    })
    expect(code).toBe(1)
    expect(text).toContain('  FAILED  policy        REGISTRY_NOT_ALLOWED: ')
    expect(text).toContain('  ok      result        sha256: from REG\n')
  })

  test('that is not in the lock file, which the profile requires', async () => {
    const { host } = await start()
    const run = (files: Call['files']) =>
      doctor({ args: ['--profile', 'airgap', `${host}/app:1`], files: files ?? {}, names: { [host]: 'REG' } })
    const empty = await run({ 'pinpull.lock.yaml': formatLock([]) })
    expect(empty.code).toBe(1)
    expect(empty.text).toContain('  FAILED  policy        LOCK_MISSING_ENTRY: ')
    const absent = await run({})
    expect(absent.code).toBe(2)
    expect(absent.all).toContain('  FAILED  lock file     LOCK_ABSENT: ')
  })
})

describe('TLS', () => {
  const CHAIN = (until = '2099-12-31', hosts = 'localhost, 127.0.0.1') =>
    `                        CN=Pinpull test, issued by CN=Example CA; valid from 2020-01-01 to ${until}; for ${hosts}\n`
  const ROOT = '                        CN=Example CA, self-signed; valid from 2020-01-01 to 2099-12-31\n'
  const CONNECT = `REG
  ok      endpoints     https://REG (the registry itself); no setting names a mirror
  ok      proxy         none: HTTPS_PROXY is not set
  ok      connect       to 127.0.0.1, port of REG
`
  const FIX = '                        → have the certificate of REG corrected\n'

  test.each<[what: string, options: RegistryOptions['tls'], isKnown: boolean, code: number, text: string]>([
    [
      'an authority that is known, over HTTP/2',
      { http2: true },
      true,
      0,
      `  ok      TLS           TLSv1.3, h2; verified by CN=Example CA (~/ca.pem)\n${CHAIN()}${ROOT}  ok      API           GET https://REG/v2/: 200\n  ok      result        REG answers without credentials\n`,
    ],
    [
      'an unknown authority',
      {},
      false,
      3,
      `  FAILED  TLS           not verified: CN=Example CA is not trusted here, and the server sent no certificate that leads to a trusted authority
${CHAIN()}                        → trust its CA: set ca for REG in the configuration, NODE_EXTRA_CA_CERTS or SSL_CERT_FILE
  FAILED  result        REGISTRY_TLS_UNTRUSTED: the certificate of REG is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE
                        → trust its CA: set ca for REG in the configuration, NODE_EXTRA_CA_CERTS or SSL_CERT_FILE
`,
    ],
    [
      'a certificate that has expired',
      { notAfter: new Date('2021-01-01') },
      true,
      3,
      `  FAILED  TLS           not verified: CN=Pinpull test expired on 2021-01-01
${CHAIN('2021-01-01')}${ROOT}${FIX}  FAILED  result        REGISTRY_TLS_INVALID: the TLS connection to REG failed: its certificate has expired
${FIX}`,
    ],
    [
      'a certificate for another host',
      { hosts: ['other.example.com'] },
      true,
      3,
      `  FAILED  TLS           not verified: the certificate is for other.example.com, not for 127.0.0.1
${CHAIN('2099-12-31', 'other.example.com')}${ROOT}${FIX}  FAILED  result        REGISTRY_TLS_INVALID: the TLS connection to REG failed: its certificate is for another host
${FIX}`,
    ],
  ])('%s', async (_, tls, isKnown, code, text) => {
    const { host } = await start({ tls: { authority: AUTHORITY, ...tls } })
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'ca.pem'), AUTHORITY.ca)
    const env = { HOME: folder, ...(isKnown ? { SSL_CERT_FILE: join(folder, 'ca.pem') } : {}) }
    const result = await doctor({ args: [host], env, names: { [host]: 'REG' } })
    expect(result.text).toBe(`${CONNECT}${text}`)
    expect(result.code).toBe(code)
  })

  test('an authority in the configuration, and a verification that is turned off', async () => {
    const { host } = await start({ tls: { authority: AUTHORITY } })
    const config = (rule: string): string =>
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  registries:\n  - {host: "${host}", ${rule}}\n`
    const run = (rule: string) =>
      doctor({
        args: ['--config', 'own.yaml', host],
        files: { 'own.yaml': config(rule), 'company.pem': AUTHORITY.ca },
        names: { [host]: 'REG' },
      })
    expect((await run('ca: company.pem')).text).toContain('verified by CN=Example CA (~/company.pem)\n')
    const { code, text } = await run('skipTlsVerify: true')
    expect(code).toBe(0)
    expect(text).toContain('  warning TLS           TLSv1.3, http/1.1; NOT verified: ')
  })

  test('plain HTTP where HTTPS is expected', async () => {
    const { host } = await start()
    const { code, text } = await doctor({
      args: ['--mirror', `ghcr.io=https://${host}`, 'ghcr.io'],
      names: { [host]: 'REG' },
    })
    expect(code).toBe(3)
    expect(text).toBe(`ghcr.io
  ok      endpoints     https://REG (mirror); from --mirror or PINPULL_MIRROR
  ok      proxy         none: HTTPS_PROXY is not set
  ok      connect       to 127.0.0.1, port of REG
  FAILED  TLS           REG speaks plain HTTP where HTTPS was expected
                        → if that is intended, allow it: --mirror REG=http://REG
  FAILED  result        REGISTRY_SPEAKS_HTTP: REG, a mirror of ghcr.io, speaks plain HTTP where HTTPS was expected
                        → if that is intended, allow it: --mirror REG=http://REG
`)
  })
})

describe('the way to a registry', () => {
  test('a mirror that is down, then the next one; a found configuration gets no credentials', async () => {
    const { host } = await start()
    const config = `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  registries:\n  - host: hub.example.com\n    mirrors: [{url: "http://127.0.0.1:1/geheim"}, {url: "http://${host}"}]\n`
    const { code, all, text } = await doctor({
      args: ['hub.example.com/app:1'],
      files: { 'pinpull.yaml': config },
      names: { [host]: 'REG' },
    })
    expect(code).toBe(0)
    expect(all).toContain(
      '  ok      configuration pinpull.yaml, found in the working directory (trust tier 2)\n',
    )
    expect(text).toBe(`hub.example.com/app:1
  ok      endpoints     3, in this order, from pinpull.yaml
                        http://127.0.0.1:1 (mirror, without credentials: only a found pinpull.yaml names it)
                        http://REG (mirror, without credentials: only a found pinpull.yaml names it)
                        https://hub.example.com (the registry itself)
  ok      proxy         none: HTTP_PROXY is not set
  FAILED  connect       127.0.0.1:1: nothing listens on port 1 of 127.0.0.1 (ECONNREFUSED)
                        → check the host name, the network and the proxy settings
  warning endpoint      127.0.0.1:1 failed (REGISTRY_UNAVAILABLE); next is REG
                        → check the host name, the network and the proxy settings
  ok      proxy         none: HTTP_PROXY is not set
  ok      connect       to 127.0.0.1, port of REG
  ok      API           GET http://REG/v2/: 200
  ok      manifest      HEAD http://REG/v2/app/manifests/1: 200
  ok      manifest      GET http://REG/v2/app/manifests/1: 200
  ok      result        sha256: from REG, a mirror
                        application/vnd.oci.image.index.v1+json
                        platforms: linux/amd64, linux/arm64
`)
  }, 30_000)

  test('hosts.toml, named with the file that was read', async () => {
    const { host } = await start()
    const { code, text } = await doctor({
      args: ['--hosts-dir', 'certs.d', 'hub.example.com'],
      files: {
        'certs.d/hub.example.com/hosts.toml': `[host."http://${host}"]\n  capabilities = ["pull", "resolve"]\n  [host."http://${host}".header]\n    x-key = "geheim"\n`,
      },
      names: { [host]: 'REG' },
    })
    expect(code).toBe(0)
    expect(text).toContain(`                        read: ~/certs.d/hub.example.com/hosts.toml\n`)
    expect(text).toContain('from --hosts-dir certs.d\n')
    expect(text).not.toContain('geheim')
  })

  test.skipIf(!RUNS_ON_NODE)('a name that DNS does not know', async () => {
    const lookup = fileURLToPath(new URL('../support/faults/failing-lookup.cjs', import.meta.url))
    const { code, stdout } = await runProgram(['doctor', 'enotfound.test'], {
      cwd: temporaryFolder(),
      env: { NODE_OPTIONS: `--require ${lookup}` },
    })
    expect(code).toBe(3)
    const hint = 'check the spelling, and your network, DNS and proxy settings; or use --mirror or --locked'
    expect(stdout.toString().replace(/ \(\d+ ms\)$/gm, '')).toContain(`
enotfound.test
  ok      endpoints     https://enotfound.test (the registry itself); no setting names a mirror
  ok      proxy         none: HTTPS_PROXY is not set
  FAILED  DNS           enotfound.test cannot be resolved (DNS: ENOTFOUND)
                        → ${hint}
  FAILED  result        REGISTRY_HOST_UNKNOWN: enotfound.test cannot be resolved (DNS: ENOTFOUND)
                        → ${hint}
`)
  })

  test.skipIf(!RUNS_ON_NODE)('the addresses of a name', async () => {
    const { host } = await start()
    const local = host.replace('127.0.0.1', 'localhost')
    const { code, text } = await doctor({ args: [local], names: { [local]: 'REG' } })
    expect(code).toBe(0)
    expect(text).toMatch(/^ {2}ok {6}DNS {11}REG is .*127\.0\.0\.1/m)
  })

  test('a proxy that refuses', async () => {
    const proxy = await startProxy({}, 403)
    open.push(proxy)
    const url = new URL(proxy.url)
    const { code, text } = await doctor({
      args: ['registry.example.com'],
      env: { HTTPS_PROXY: `http://ann:geheim@${url.host}` },
      names: { [url.host]: 'PROXY' },
    })
    expect(code).toBe(3)
    const hint = 'check HTTPS_PROXY and HTTP_PROXY, or exempt registry.example.com with NO_PROXY'
    expect(text).toBe(`registry.example.com
  ok      endpoints     https://registry.example.com (the registry itself); no setting names a mirror
  ok      proxy         http://PROXY, from HTTPS_PROXY, with credentials
  FAILED  proxy         http://PROXY: it answered with status 403
                        → ${hint}
  FAILED  result        REGISTRY_PROXY_FAILED: registry.example.com could not be reached through the proxy http://PROXY: it answered with status 403
                        → ${hint}
`)
  })

  test('a helper that is missing', async () => {
    const { host } = await start({ auth: { kind: 'basic' } })
    const { code, text } = await doctor({
      args: [host],
      files: { '.docker/config.json': '{"credsStore": "desktop"}' },
      env: { PATH: '/nowhere' },
      names: { [host]: 'REG' },
    })
    expect(code).toBe(3)
    expect(text).toContain(`  warning program       docker-credential-desktop: no such program
  FAILED  result        CREDENTIAL_HELPER_MISSING: docker-credential-desktop was not found on PATH; ~/.docker/config.json names it for REG
                        → install it, or remove it from ~/.docker/config.json; relative and empty entries of PATH are not searched
`)
  })

  test('a port on which something else listens', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).end('220 mail.example.com ESMTP\r\n')
      socket.on('data', () => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) })
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const { code, text } = await doctor({ args: ['--timeout', '20s', host], names: { [host]: 'REG' } })
    expect(code).toBe(3)
    expect(text).toMatch(/ {2}FAILED {2}result {8}REGISTRY_\w+: /)
  }, 30_000)
})

describe('the settings', () => {
  test('a configuration that is wrong is exit 2, and nothing is contacted', async () => {
    const registry = await start()
    const { code, all } = await doctor({
      args: [registry.host],
      files: { 'pinpull.yaml': 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  profile: x\n' },
    })
    expect(code).toBe(2)
    expect(all).toContain('  FAILED  configuration CONFIG_UNKNOWN_KEY: spec.profile ')
    expect(all).toContain('                        at pinpull.yaml:4:3: spec.profile\n')
    expect(registry.requests).toEqual([])
  })

  test('a file of registries that is missing is exit 2', async () => {
    const { code, all } = await doctor({ args: ['--registries-conf', 'gone.conf', 'ghcr.io'] })
    expect(code).toBe(2)
    expect(all).toContain('  FAILED  registries    FILE_NOT_READ: gone.conf cannot be read: ')
    expect(all).not.toContain('\nghcr.io\n')
  })

  test('a word that is neither an image nor a host is exit 2', async () => {
    const { code, stderr } = await doctor({ args: ['ghcr.io', 'https://ann:geheim@ghcr.io'] })
    expect(code).toBe(2)
    expect(stderr).toContain('error USAGE: the URL of a registry: it contains a user name or password\n')
  })

  test('without arguments: this machine', async () => {
    const { code, all } = await doctor({
      args: [],
      env: {
        PATH: '/nowhere',
        HTTPS_PROXY: 'http://ann:geheim@proxy.example.com',
        REGISTRY_AUTH_FILE: '/dev/null',
      },
    })
    expect(code).toBe(0)
    expect(all.replace(/^.*version .*\n/m, '')).toBe(`Settings
  ok      configuration none; the built-in profiles apply
  ok      profile       prod, the default; pin: always, output: tag-digest
  -       lock file     pinpull.lock.yaml does not exist
  ok      cache         ~/.cache/pinpull/answers-1.json (not written yet); answers are kept for 300 s
  ok      mirrors       none: no flag, configuration, hosts.toml or registries.conf names one

This machine
  ok      last failure  ~/.local/state/pinpull/last-failure.json
  ok      authorities   those that come with Node (Mozilla's list); NODE_OPTIONS=--use-system-ca adds the system's store
  ok      proxy         HTTPS_PROXY: http://proxy.example.com, with credentials
  -       program       helm: not found on PATH
  -       program       kustomize: not found on PATH
  -       program       kubectl: not found on PATH
  ok      credentials   /dev/null: 0 entries
`)
  })

  test('files of credentials that cannot be used are exit 2', async () => {
    const { code, all } = await doctor({
      args: [],
      env: { PATH: '/nowhere' },
      files: { '.docker/config.json': '{' },
    })
    expect(code).toBe(2)
    expect(all).toContain('  FAILED  credentials   ~/.docker/config.json: it is not JSON\n')
  })
})

test('as JSON: one document, with the same steps', async () => {
  const { host } = await start()
  const { code, all } = await doctor({ args: [host, '--output', 'json'], names: { [host]: 'REG' } })
  const { sections, ...rest } = JSON.parse(all)
  expect(code).toBe(0)
  expect(rest).toEqual({ tool: { name: 'pinpull', version: VERSION }, exitCode: 0 })
  expect(sections.map(({ title }: { title: string }) => title)).toEqual(['Settings', 'REG'])
  expect(sections[1].steps.at(-1)).toEqual({
    name: 'result',
    status: 'ok',
    text: 'REG answers without credentials',
  })
  expect(sections[1].steps.at(-2)).toMatchObject({
    name: 'API',
    text: 'GET http://REG/v2/: 200',
    milliseconds: expect.any(Number),
  })
})

test('several subjects: the exit code is that of the worst', async () => {
  const registry = await startRegistry()
  open.push(registry)
  registry.push('app:1')
  const { code, all } = await doctor({
    args: [`${registry.host}/app:1`, `${registry.host}/app:2`, '127.0.0.1:1'],
  })
  expect(code).toBe(3)
  expect(all.match(/^ {2}\S+ +result +/gm)).toHaveLength(3)
}, 30_000)
