import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { type ProgramResult, runProgram } from '../support/program.ts'
import { failWith, redirect } from '../support/registry/misbehaviour.ts'
import { type RegistryOptions, startRegistry, type TestRegistry } from '../support/registry/registry.ts'

/** What is planted. Nothing that Pinpull writes may hold it, in any form in which it could be used. */
const SECRET = 'PLANTED-s3cr3t'
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const FORMS: readonly string[] = [
  'PLANTED',
  's3cr3t',
  base64(SECRET),
  base64(`ann:${SECRET}`),
  base64(`${SECRET}:pw`),
  base64(`:${SECRET}`),
]

/** One place in which a secret can stand. */
interface Place {
  readonly where: string
  /** Who may read from the registry; default: everybody. */
  readonly auth?: RegistryOptions['auth']
  /** Makes the registry misbehave. */
  readonly misbehave?: (registry: TestRegistry) => void
  readonly files?: (host: string) => Readonly<Record<string, string>>
  readonly env?: (host: string) => Readonly<Record<string, string>>
  readonly args?: (host: string) => readonly string[]
  /** What is added to the manifest. */
  readonly spec?: (host: string) => string
  readonly image?: string
}

const ANN: RegistryOptions['auth'] = { kind: 'basic', users: { ann: SECRET } }
const TOKENS: RegistryOptions['auth'] = {
  kind: 'bearer',
  users: { ann: SECRET },
  refreshTokens: { [SECRET]: 'ann' },
}
const OTHERS: RegistryOptions['auth'] = { kind: 'basic', users: { ann: 'another' } }
const login = (host: string, entry: object = { auth: base64(`ann:${SECRET}`) }) => ({
  '.docker/config.json': JSON.stringify({ auths: { [host]: entry } }),
})
const config = (body: string): string =>
  `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  registries:\n${body}`
const away = 'registry.example.com/app:1.0.0'
const echo =
  (status: number): NonNullable<Place['misbehave']> =>
  (registry) =>
    registry.script({
      when: { authorized: true },
      answer: (answer, request) => {
        const { authorization = '' } = request.headers
        const decoded = Buffer.from(authorization.split(' ')[1] ?? '', 'base64').toString()
        return failWith(status, 'DENIED', `${authorization} is ${decoded}`)(answer, request)
      },
    })

const PLACES: readonly Place[] = [
  { where: 'a stored password that works', auth: ANN, files: login },
  { where: 'a stored password that is refused', auth: OTHERS, files: login },
  {
    where: 'a stored password that the registry sends back with 403',
    auth: ANN,
    files: login,
    misbehave: echo(403),
  },
  {
    where: 'a stored password that the registry sends back with 500',
    auth: ANN,
    files: login,
    misbehave: echo(500),
  },
  {
    where: 'a stored password that the token server sends back',
    auth: TOKENS,
    files: login,
    misbehave: (registry) =>
      registry.script({
        when: { path: '/token' },
        answer: (answer, request) =>
          failWith(404, 'NO', `${request.headers.authorization} ${SECRET}`)(answer, request),
      }),
  },
  { where: 'a token that the registry sends back', auth: TOKENS, files: login, misbehave: echo(403) },
  {
    where: 'an identity token',
    auth: TOKENS,
    files: (host) => login(host, { identitytoken: SECRET }),
    misbehave: (registry) =>
      registry.script({
        when: { path: '/token' },
        answer: (answer, request) => failWith(500, 'NO', `${request.body}`)(answer, request),
      }),
  },
  {
    where: 'a registry token that the registry sends back',
    auth: OTHERS,
    files: (host) => login(host, { registrytoken: SECRET }),
    misbehave: echo(403),
  },
  {
    where: 'a user name that the registry sends back',
    auth: { kind: 'basic', users: { [SECRET]: 'pw' } },
    files: (host) => login(host, { auth: base64(`${SECRET}:pw`) }),
    misbehave: echo(403),
  },
  {
    where: 'a password in the challenge of a registry',
    auth: ANN,
    files: login,
    misbehave: (registry) =>
      registry.script({
        when: { authorized: true },
        answer: () => ({
          status: 401,
          headers: { 'www-authenticate': `Negotiate ${base64(SECRET)}` },
          body: Buffer.from(SECRET),
        }),
      }),
  },
  {
    where: 'a signed redirect that fails',
    misbehave: (registry) =>
      registry.script({ answer: redirect(`http://localhost:1/${SECRET}/x?X-Amz-Signature=${SECRET}`) }),
  },
  {
    where: 'a signed redirect that works',
    misbehave: (registry) =>
      registry.script({
        when: { path: '/v2/app/manifests/1.0.0' },
        times: 1,
        answer: redirect(`/v2/app/manifests/latest?sig=${SECRET}`),
      }),
  },
  {
    where: 'a redirect with user information',
    misbehave: (registry) => registry.script({ answer: redirect(`http://ann:${SECRET}@localhost:1/`) }),
  },
  {
    where: 'a redirect that is no URL',
    misbehave: (registry) => registry.script({ answer: redirect(`http://ann:${SECRET}@localhost:99999/`) }),
  },
  {
    where: 'a realm with a query',
    misbehave: (registry) =>
      registry.script({
        answer: () => ({
          status: 401,
          headers: { 'www-authenticate': `Bearer realm="http://localhost:1/token?key=${SECRET}"` },
          body: Buffer.from(''),
        }),
      }),
  },
  {
    where: 'a realm with user information',
    misbehave: (registry) =>
      registry.script({
        answer: () => ({
          status: 401,
          headers: { 'www-authenticate': `Bearer realm="http://ann:${SECRET}@localhost:1/token"` },
          body: Buffer.from(''),
        }),
      }),
  },
  {
    where: 'a realm with a backslash',
    misbehave: (registry) =>
      registry.script({
        answer: () => ({
          status: 401,
          headers: {
            'www-authenticate': `Bearer realm="http://corp${'\\\\'}ann:${SECRET}@localhost:1/token"`,
          },
          body: Buffer.from(''),
        }),
      }),
  },
  {
    where: 'a variable that a configuration names',
    auth: OTHERS,
    env: () => ({ REG_USER: 'ann', REG_PASS: SECRET }),
    files: (host) => ({
      'named.yaml': config(
        `    - host: ${host}\n      credentials: {source: environment, usernameVariable: REG_USER, passwordVariable: REG_PASS}\n`,
      ),
    }),
    args: () => ['--config', 'named.yaml'],
  },
  {
    where: 'DOCKER_AUTH_CONFIG, broken',
    auth: ANN,
    env: (host) => ({ DOCKER_AUTH_CONFIG: `{"auths":{"${host}":{"auth":"${SECRET}"` }),
  },
  {
    where: 'a file of credentials, broken',
    auth: ANN,
    files: (host) => ({ '.docker/config.json': `{"auths":{"${host}":{"auth":"${SECRET}"` }),
  },
  {
    where: 'a file of credentials whose auth is no base64',
    auth: ANN,
    files: (host) => login(host, { auth: `ann:${SECRET}` }),
  },
  {
    where: 'the output of a helper',
    auth: ANN,
    files: () => ({
      '.docker/config.json': '{"credsStore":"test"}',
      'bin/docker-credential-test': `#!/bin/sh\necho ${SECRET}\n`,
    }),
  },
  {
    where: 'the errors of a helper, which say what it has shown',
    auth: ANN,
    files: () => ({
      '.docker/config.json': '{"credsStore":"test"}',
      'bin/docker-credential-test': `#!/bin/sh\necho 'login with https://ann:${SECRET}@h failed' >&2\nexit 1\n`,
    }),
  },
  {
    where: 'half of the output of a helper',
    auth: ANN,
    files: () => ({
      '.docker/config.json': '{"credsStore":"test"}',
      'bin/docker-credential-test': `#!/bin/sh\necho '{"Username":"ann","Secret":"${SECRET}"'\n`,
    }),
  },
  {
    where: 'a credential of a helper that is refused',
    auth: OTHERS,
    files: () => ({
      '.docker/config.json': '{"credsStore":"test"}',
      'bin/docker-credential-test': `#!/bin/sh\necho '{"Username":"ann","Secret":"${SECRET}"}'\n`,
    }),
  },
  {
    where: 'a pull secret',
    auth: OTHERS,
    args: () => ['--pull-secrets'],
    spec: (host) => pullSecret(JSON.stringify({ auths: { [host]: { auth: base64(`ann:${SECRET}`) } } })),
  },
  {
    where: 'a pull secret, broken',
    auth: ANN,
    args: () => ['--pull-secrets'],
    spec: (host) => pullSecret(`{"auths":{"${host}":{"auth":"${SECRET}"`),
  },
  { where: 'HTTPS_PROXY', image: away, env: () => ({ HTTPS_PROXY: `http://ann:${SECRET}@127.0.0.1:1` }) },
  ...['CORP\\ann:PW@', 'ann:1/PW@', 'ann:1?PW@', 'ann:1#PW@', 'ann:%PW@', 'ann:P\tPW@'].map(
    (user): Place => ({
      where: `HTTPS_PROXY with ${JSON.stringify(user)}`,
      image: away,
      env: () => ({ HTTPS_PROXY: `http://${user.replace('PW', SECRET)}127.0.0.1:1` }),
    }),
  ),
  {
    where: 'HTTPS_PROXY without a scheme',
    image: away,
    env: () => ({ HTTPS_PROXY: `ann:${SECRET}@127.0.0.1:1` }),
  },
  {
    where: 'HTTPS_PROXY of another kind',
    image: away,
    env: () => ({ HTTPS_PROXY: `socks5://ann:${SECRET}@127.0.0.1:1` }),
  },
  {
    where: 'HTTP_PROXY',
    image: away,
    env: () => ({ HTTP_PROXY: `http://ann:${SECRET}@127.0.0.1:1` }),
    args: () => ['--mirror', 'registry.example.com=http://registry.example.com'],
  },
  {
    where: 'HTTP_PROXY with a backslash',
    image: away,
    env: () => ({ HTTP_PROXY: `http://CORP\\ann:${SECRET}@127.0.0.1:1` }),
    args: () => ['--mirror', 'registry.example.com=http://registry.example.com'],
  },
  ...[
    '//ann:PW@',
    '\\\\ann:PW@',
    '//corp\\ann:PW@',
    '//ann:1/PW@',
    '//ann:1?PW@',
    '//ann:P PW@',
    '//annPW%40',
  ].flatMap((user): Place[] => {
    const url = (host: string): string => `http:${user.replace('PW', SECRET)}${host}`
    const shown = JSON.stringify(user)
    return [
      { where: `--mirror with ${shown}`, args: (host) => ['--mirror', `*=${url(host)}`] },
      { where: `PINPULL_MIRROR with ${shown}`, env: (host) => ({ PINPULL_MIRROR: `*=${url(host)}` }) },
      {
        where: `a mirror in the configuration with ${shown}`,
        files: (host) => ({
          'named.yaml': config(`    - host: ${host}\n      mirrors: [{url: '${url(host)}'}]\n`),
        }),
        args: () => ['--config', 'named.yaml'],
      },
    ]
  }),
  { where: 'the path of a mirror that fails', args: () => ['--mirror', `*=http://localhost:1/${SECRET}`] },
  { where: 'an option that does not exist', args: (host) => [`--mirrors=*=http://ann:${SECRET}@${host}`] },
  { where: 'a word that is no option', args: (host) => [`http://ann:${SECRET}@${host}`] },
  { where: 'a duration', args: (host) => ['--timeout', `http://ann:${SECRET}@${host}`] },
]

function pullSecret(text: string): string {
  const data = text.includes('"}}}')
    ? `data:\n  .dockerconfigjson: ${base64(text)}`
    : `stringData:\n  .dockerconfigjson: '${text}'`
  return `  imagePullSecrets: [{name: pull}]\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: pull}\ntype: kubernetes.io/dockerconfigjson\n${data}\n`
}

/** Stands for the image in an argument. */
const IMAGE = '{image}'

/** Every command that may ask a registry, and every format of a report. */
const COMMANDS: readonly (readonly string[])[] = [
  ...['json', 'sarif', 'xml', 'md', 'html', 'txt'].map((kind) => ['--verbose', '--report', `report.${kind}`]),
  ['check', '--resolve', '--format', 'github'],
  ['check', '--resolve', '--format', 'json', '--verbose'],
  ['diff', '--verbose'],
  ['doctor'],
  ['doctor', IMAGE],
  ['doctor', '--output', 'json', IMAGE],
  ['explain', '--resolve'],
  ['images'],
  ['inventory'],
  ['lock', '--verbose'],
  ['prepull'],
]

const root = mkdtempSync(join(tmpdir(), 'pinpull-planted-'))
const open: TestRegistry[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()))
})
afterAll(() => rmSync(root, { recursive: true }))

/** Runs every command with a home of its own, and gives what each has written, wherever that was. */
async function everything(place: Place): Promise<readonly (readonly [command: string, written: string])[]> {
  const registry = await startRegistry(place.auth === undefined ? {} : { auth: place.auth })
  open.push(registry)
  registry.push('app:1.0.0')
  registry.push('app:latest')
  place.misbehave?.(registry)
  const { host } = registry
  const outcomes = COMMANDS.map(async (command, index): Promise<readonly [string, string]> => {
    const home = mkdtempSync(join(root, `${index}-`))
    const files: Record<string, string> = { ...place.files?.(host) }
    for (const [name, text] of Object.entries(files)) {
      const path = join(home, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
      if (text.startsWith('#!')) chmodSync(path, 0o755)
    }
    const input = `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: app\n    image: ${place.image ?? `${host}/app:1.0.0`}\n${place.spec?.(host) ?? ''}`
    const env = {
      HOME: home,
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CACHE_HOME: join(home, 'cache'),
      PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
      PINPULL_CACHE_TTL: '5m',
      PINPULL_TIMEOUT: '3s',
      PINPULL_PROFILE: 'prod',
      ...place.env?.(host),
    }
    const run = (args: readonly string[]): Promise<ProgramResult> =>
      runProgram(args, { input, env, cwd: home })
    const image = place.image ?? `${host}/app:1.0.0`
    const words = command.map((word) => (word === IMAGE ? image : word))
    const ran = await run([...words, ...(place.args?.(host) ?? [])])
    const last = await run(['last'])
    const said = [ran, last].map(({ stdout, stderr }) => `${stdout.toString()}\n${stderr}`).join('\n')
    const own = new Set(Object.keys(files))
    const kept = filesBelow(home).filter((name) => !own.has(name))
    return [
      command.join(' '),
      [said, ...kept.map((name) => `${name}: ${readFileSync(join(home, name), 'utf8')}`)]
        .join('\n')
        .replaceAll(place.spec?.(host) ?? '\0', ''),
    ]
  })
  return await Promise.all(outcomes)
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

describe('no secret is ever written', () => {
  test.each(PLACES.map((place) => [place.where, place] as const))(
    '%s',
    async (_, place) => {
      const written = await everything(place)
      const found = written.filter(([, text]) => FORMS.some((form) => text.includes(form)))
      expect(
        found.map(
          ([command, text]) =>
            `${command}: ${text.split('\n').find((line) => FORMS.some((form) => line.includes(form)))}`,
        ),
      ).toEqual([])
      // Otherwise nothing would have been searched.
      expect(written.every(([, text]) => text.trim() !== '')).toBe(true)
    },
    120_000,
  )
})
