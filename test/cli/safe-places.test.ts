import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { INDEX } from '../support/ask-registry.ts'
import { reset, statusAnswer, wholeAnswer } from '../support/faults/answers.ts'
import { type RawRequest, type RawServer, rawServer } from '../support/faults/raw-server.ts'
import { type ProgramResult, RUNS_ON_NODE, runProgram } from '../support/program.ts'
import { startProxy } from '../support/proxy.ts'
import { createAuthority } from '../support/registry/certificate.ts'

const lookup = fileURLToPath(new URL('../support/faults/fixed-lookup.cjs', import.meta.url))
const authority = createAuthority()
const open: { close(): Promise<void> }[] = []
let home = ''

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pinpull-places-'))
  writeFileSync(join(home, 'ca.pem'), authority.ca)
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
  rmSync(home, { recursive: true })
})

async function serve(answer: (request: RawRequest) => string, hosts?: readonly string[]): Promise<RawServer> {
  const tls = hosts && authority.issue({ hosts })
  const server = await rawServer({
    ...(tls && { tls }),
    onRequest: (socket, request) => {
      const text = answer(request)
      if (text === '') reset(socket)
      else socket.write(text)
    },
  })
  open.push(server)
  return server
}

function run(
  images: readonly string[],
  names: Readonly<Record<string, readonly string[]>>,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<ProgramResult> {
  const containers = images.map((image, index) => `  - {name: c${index}, image: "${image}"}\n`).join('')
  return runProgram(args, {
    input: `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${containers}`,
    env: {
      NODE_OPTIONS: `--require ${lookup}`,
      TEST_NAMES: JSON.stringify(names),
      SSL_CERT_FILE: join(home, 'ca.pem'),
      ...env,
    },
    cwd: home,
  })
}

const redirect = (location: string): string => statusAnswer(307, '', { location })
const bearer = (realm: string): string =>
  statusAnswer(401, '', { 'www-authenticate': `Bearer realm="${realm}",service="s"` })

describe.skipIf(!RUNS_ON_NODE)('where names lead', () => {
  test.each<[string, (url: string) => string, string]>([
    ['a realm', (url) => bearer(`${url}/token`), 'REGISTRY_UNSAFE_REALM'],
    ['a redirect', (url) => redirect(`${url}/v2/app/manifests/1`), 'REGISTRY_UNSAFE_REDIRECT'],
  ])(
    '%s whose name leads to a metadata service is not asked, even for a registry on this machine',
    async (_, answer, code) => {
      const registry = await serve(() => answer('http://meta.test'))
      const { code: exit, stderr } = await run(
        ['app:1'],
        { 'meta.test': ['169.254.169.254', '::ffff:169.254.169.254', '0.0.0.0'] },
        {},
        ['--mirror', `*=http://127.0.0.1:${registry.port}`],
      )
      expect([exit, stderr]).toEqual([3, expect.stringContaining(`error ${code}: `)])
      expect(registry.requests()).toBe(1)
    },
  )

  test('a name on this machine is asked where the registry is on this machine', async () => {
    const tokens = await serve(() => statusAnswer(200, '{"token":"t"}'))
    const registry = await serve((request) =>
      /authorization: Bearer t/i.test(request.head)
        ? wholeAnswer(request)
        : bearer(`http://auth.test:${tokens.port}/`),
    )
    const { code, stdout } = await run(
      ['app:1'],
      { 'auth.test': ['169.254.169.254', '127.0.0.1'], 'registry.test': ['127.0.0.1'] },
      {},
      ['--mirror', `*=http://registry.test:${registry.port}`],
    )
    expect([code, stdout.toString()]).toEqual([0, expect.stringContaining(`app:1@${INDEX.digest}`)])
    expect(tokens.requests()).toBe(1)
  })

  test.each(['realm', 'redirect'])(
    'a registry on the Internet leads nobody to this machine by a %s, nor over a connection that is kept to it',
    async (way) => {
      const inside = await serve((request) => wholeAnswer(request), ['inside.test'])
      const target = `https://inside.test:${inside.port}`
      const outside = await serve(
        () => (way === 'realm' ? bearer(`${target}/token`) : redirect(`${target}/v2/app/manifests/1`)),
        ['registry.example.com'],
      )
      // Behind a proxy a registry counts as one on the Internet; what NO_PROXY lists is asked directly.
      const proxy = await startProxy({ 'registry.example.com:443': `127.0.0.1:${outside.port}` })
      open.push(proxy)
      const { code, stderr } = await run(
        [`inside.test:${inside.port}/app:1`, 'registry.example.com/app:1'],
        { 'inside.test': ['127.0.0.1'] },
        { HTTPS_PROXY: proxy.url, NO_PROXY: 'inside.test' },
      )
      expect(code).toBe(3)
      expect([...stderr.matchAll(/^\S+: error (\S+): (\S+):/gm)].map(([, ...found]) => found)).toEqual([
        [
          way === 'realm' ? 'REGISTRY_UNSAFE_REALM' : 'REGISTRY_UNSAFE_REDIRECT',
          'registry.example.com/app:1',
        ],
      ])
      // The image that names it, and nothing else.
      expect(inside.requests()).toBe(1)
    },
  )

  test('a registry behind a proxy is judged by literal addresses alone', async () => {
    const outside = await serve(
      () => redirect('https://10.0.0.5/v2/app/manifests/1'),
      ['registry.example.com'],
    )
    const proxy = await startProxy({ 'registry.example.com:443': `127.0.0.1:${outside.port}` })
    open.push(proxy)
    const { code, stderr } = await run(['registry.example.com/app:1'], {}, { HTTPS_PROXY: proxy.url })
    expect([code, stderr]).toEqual([3, expect.stringContaining('error REGISTRY_UNSAFE_REDIRECT: ')])
    expect(proxy.seen).toEqual(['CONNECT registry.example.com:443'])
  })
})
