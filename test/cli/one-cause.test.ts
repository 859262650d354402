import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RUNS_ON_NODE, runProgram } from '../support/program.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { failWith, silence } from '../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import type { Rule } from '../support/registry/script.ts'

/** Forty images of one registry that fail for one reason are one message of at most eight lines, with the summary. */

const COUNT = 40

function pods(host: string): string {
  return Array.from(
    { length: COUNT },
    (_, i) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: p${i}}\nspec:\n  containers:\n  - name: c\n    image: ${host}/acme/app${i}:1.${i}.0\n`,
  ).join('---\n')
}

let folder = ''
let open: TestRegistry
let closed: TestRegistry
let tls: TestRegistry
let proxy: TestProxy
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-cause-'))
  open = await startRegistry({ anyName: true })
  closed = await startRegistry({ anyName: true, auth: { kind: 'bearer', users: { ann: 's3cret-word' } } })
  tls = await startRegistry({ anyName: true, tls: {} })
  proxy = await startProxy({}, 403)
})
afterAll(async () => {
  await Promise.all([open.close(), closed.close(), tls.close(), proxy.close()])
  rmSync(folder, { recursive: true })
})

const LOOKUP = fileURLToPath(new URL('../support/faults/counted-lookup.cjs', import.meta.url))

interface Run {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly code?: number
}

/** Runs the program, and compares what it prints with the first line and the hint. */
async function expectOneCause(
  host: string,
  first: string,
  hint: RegExp,
  { args = [], env = {}, code = 3 }: Run,
) {
  const report = join(folder, 'report.json')
  const run = await runProgram([...args, '--report', report], { input: pods(host), env })
  expect([run.code, run.stdout.toString()]).toEqual([code, ''])
  const lines = run.stderr.trimEnd().split('\n')
  expect(lines).toEqual([
    `error ${first}; 40 images are affected:`,
    ...[0, 1, 2, 3].map((i) => `  <stdin>:${7 + 8 * i}:12: ${host}/acme/app${i}:1.${i}.0 (Pod p${i})`),
    `  <stdin>:39:12: ${host}/acme/app4:1.4.0 (Pod p4), and 35 more (--verbose lists all)`,
    expect.stringMatching(hint),
    'pinpull: prod: 1 error in 40 images; nothing was written',
  ])
  expect(JSON.parse(readFileSync(report, 'utf8')).diagnostics).toHaveLength(COUNT)
}

test.runIf(RUNS_ON_NODE)('a name that DNS does not know is looked up once', async () => {
  const asked = join(folder, 'asked')
  writeFileSync(asked, '')
  const env = { NODE_OPTIONS: `--require ${LOOKUP}`, TEST_LOOKUPS: asked, TEST_LOOKUP_ERROR: 'ENOTFOUND' }
  await expectOneCause(
    'registry.invalid',
    'REGISTRY_HOST_UNKNOWN: registry.invalid cannot be resolved (DNS: ENOTFOUND)',
    /^ {2}→ check the spelling, and your network, DNS and proxy settings/,
    { env },
  )
  expect(readFileSync(asked, 'utf8')).toBe('registry.invalid\n')
})

test.runIf(RUNS_ON_NODE)('a name server that does not respond is asked four times', async () => {
  const asked = join(folder, 'asked')
  writeFileSync(asked, '')
  const env = { NODE_OPTIONS: `--require ${LOOKUP}`, TEST_LOOKUPS: asked, TEST_LOOKUP_ERROR: 'EAI_AGAIN' }
  await expectOneCause(
    'registry.invalid',
    'REGISTRY_UNAVAILABLE: registry.invalid could not be reached (after 4 tries): the name server did not respond for registry.invalid (EAI_AGAIN)',
    /^ {2}→ check the host name, the network and the proxy settings/,
    { env },
  )
  expect(readFileSync(asked, 'utf8')).toBe('registry.invalid\n'.repeat(4))
})

test('nothing listens', () =>
  expectOneCause(
    '127.0.0.1:9',
    'REGISTRY_UNAVAILABLE: 127.0.0.1:9 could not be reached (after 4 tries): nothing listens on port 9 of 127.0.0.1 (ECONNREFUSED)',
    /^ {2}→ check the host name, the network/,
    {},
  ))

test('a certificate that is not trusted is seen once', async () => {
  let connections = 0
  const relay = createServer((socket) => {
    connections++
    socket.on('error', () => {})
    const onward = connect(Number(new URL(tls.url).port), '127.0.0.1').on('error', () => {})
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(relay.address() as AddressInfo).port}`
  await expectOneCause(
    host,
    `REGISTRY_TLS_UNTRUSTED: the certificate of ${host} is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE`,
    /^ {2}→ trust its CA/,
    {},
  )
  relay.close()
  expect(connections).toBe(1)
})

test('a proxy that refuses is asked once', async () => {
  await expectOneCause(
    'registry.example.com',
    `REGISTRY_PROXY_FAILED: registry.example.com could not be reached through the proxy ${proxy.url}: it answered with status 403`,
    /^ {2}→ check HTTPS_PROXY and HTTP_PROXY/,
    { env: { HTTPS_PROXY: proxy.url } },
  )
  expect(proxy.seen).toEqual(['CONNECT registry.example.com:443'])
})

test('a login that is missing', () =>
  expectOneCause(
    closed.host,
    `CREDENTIAL_MISSING: access denied, or the repository does not exist; no credentials found for ${closed.host}`,
    /^ {2}→ check the name; if it is private, log in with docker login 127\.0\.0\.1:\d+ /,
    {},
  ))

test.each<[what: string, rules: readonly Rule[], first: (host: string) => string, hint: RegExp, run: Run]>([
  [
    'a pull limit',
    [{ answer: failWith(429, 'TOOMANYREQUESTS', 'limit', { 'ratelimit-remaining': '0;w=21600' }) }],
    (host) => `REGISTRY_PULL_LIMIT: the pull limit of ${host} is reached (credentials from: none)`,
    /^ {2}→ log in/,
    {},
  ],
  [
    'an account that may not pull',
    [{ answer: failWith(403, 'DENIED', 'no access') }],
    (host) =>
      `REGISTRY_DENIED: ${host} refused access to 40 repositories, such as acme/app0: DENIED: no access`,
    /^ {2}→ check that the account in use/,
    {},
  ],
  [
    'a registry that never answers',
    [{ answer: silence }],
    (host) => `DEADLINE_EXCEEDED: timed out after 3 s (--timeout), before ${host} responded`,
    /^ {2}→ raise --timeout/,
    { args: ['--timeout', '3s'] },
  ],
])('%s', async (_, rules, first, hint, run) => {
  open.script(...rules)
  await expectOneCause(open.host, first(open.host), hint, run).finally(() => open.clearScript())
})

test('a token server that fails', async () => {
  closed.script({ when: { path: '/token' }, answer: failWith(500, 'INTERNAL', 'no') })
  const run = await runProgram([], { input: pods(closed.host) })
  closed.clearScript()
  expect([run.code, run.stderr.match(/\berror [A-Z_]+/g)]).toEqual([3, ['error REGISTRY_TOKEN_FAILED']])
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(8)
})
