import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { buildImage, type Image } from '../support/registry/image.ts'
import { dockerRegistry, type RunningRegistry, startDockerRegistry } from './support/docker-registry.ts'
import { GO_TOOLS, goTool } from './support/go-tool.ts'
import { CACHE, describeWith, findProgram } from './support/need.ts'
import { pushImage } from './support/push.ts'
import { startTokenServer, type TokenServer } from './support/token-server.ts'
import { startZot } from './support/zot.ts'

const run = promisify(execFile)
const crane = await goTool(GO_TOOLS.crane)
const distribution = await goTool(GO_TOOLS.distribution)
const zot = findProgram(
  'zot',
  'the Go module proxy may not have zot: put it on the PATH',
  join(CACHE, 'go', 'zot-v2.1.20'),
)

const PASSWORD = 's3cret-ann'
const LOGIN = Buffer.from(`ann:${PASSWORD}`).toString('base64')
/** bcrypt, the only hash that registries take. */
const HTPASSWD = 'ann:$2b$05$abcdefghijklmnopqrstuuCuTMgOcZmNoLqByX73LluxmwHX5UhkW\n'
const BASIC = 'auth: {htpasswd: {realm: test, path: "{folder}/htpasswd"}}'

const IMAGES: Readonly<Record<string, Image>> = Object.fromEntries(
  (['oci', 'docker'] as const).flatMap((types) =>
    [true, false].map((index) => {
      const name = `team/${types}-${index ? 'index' : 'manifest'}:1.0.0`
      return [name, buildImage({ types, index, seed: name })]
    }),
  ),
)

function pod(image: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\nspec:\n  imagePullSecrets:\n    - name: pull\n  containers:\n    - name: app\n      image: ${image}\n`
}

/** Compares Pinpull with crane at one registry after another. */
function comparison(crane: string) {
  const home = mkdtempSync(join(tmpdir(), 'pinpull-contract-'))
  afterAll(() => rmSync(home, { recursive: true }))

  const logIn = (host: string | undefined): void => {
    const auths = host === undefined ? {} : { [host]: { auth: LOGIN } }
    writeFileSync(join(home, 'config.json'), JSON.stringify({ auths }))
  }
  const pin = async (image: string, args: readonly string[] = []) => {
    const report = join(home, 'report.json')
    const { code, stdout, stderr } = await runProgram(['--verbose', '--report', report, ...args], {
      input: pod(image),
      env: { DOCKER_CONFIG: home, PINPULL_CACHE_TTL: '0' },
    })
    const printed = `${stdout}${stderr}${readFileSync(report, 'utf8')}`
    expect(printed).not.toContain(PASSWORD)
    expect(printed).not.toContain(LOGIN)
    return { code, image: /image: (.*)/.exec(stdout.toString())?.[1], stderr }
  }
  const digestByCrane = async (image: string): Promise<string> => {
    const env = { PATH: process.env['PATH'], HOME: home, DOCKER_CONFIG: home }
    return (await run(crane, ['digest', image], { env })).stdout.trim()
  }

  /** Every image is pinned to what crane says, and what it is made of. */
  const agrees = (registry: () => RunningRegistry): void => {
    test.each(Object.keys(IMAGES))('%s has the digest that crane names', async (name) => {
      const image = `${registry().host}/${name}`
      const digest = await digestByCrane(image)
      expect(digest).toBe(IMAGES[name]?.top.digest)
      expect(await pin(image)).toMatchObject({ code: 0, image: `${image}@${digest}` })
    })

    test('one platform of an index is what crane names for it', async () => {
      const image = `${registry().host}/team/oci-index:1.0.0`
      const env = { PATH: process.env['PATH'], HOME: home, DOCKER_CONFIG: home }
      const { stdout } = await run(crane, ['digest', '--platform', 'linux/arm64', image], { env })
      expect((await pin(image, ['--platform', 'linux/arm64'])).image).toBe(`${image}@${stdout.trim()}`)
    })

    test('a tag and a repository that are not there', async () => {
      const tag = await pin(`${registry().host}/team/oci-index:2.0.0`)
      expect([tag.code, tag.image]).toEqual([1, undefined])
      expect(tag.stderr).toMatch(/error (MANIFEST|REPOSITORY)_UNKNOWN/)
      const repository = await pin(`${registry().host}/team/nothing:1.0.0`)
      expect(repository.code).toBe(1)
      expect(repository.stderr).toMatch(/error (MANIFEST_UNKNOWN|REPOSITORY_UNKNOWN)/)
    })
  }

  return { home, logIn, pin, agrees }
}

describeWith({ crane, dockerRegistry, distribution }, 'the distribution project', (paths) => {
  const { crane, dockerRegistry, distribution } = paths
  const { home, logIn, pin, agrees } = comparison(crane)

  describe.each([
    ["Debian's docker-registry 2.8", dockerRegistry],
    ['distribution 3', distribution],
  ])('%s with htpasswd', (_, binary) => {
    let registry: RunningRegistry
    beforeAll(async () => {
      registry = await startDockerRegistry(binary, BASIC, { htpasswd: HTPASSWD })
      for (const [name, image] of Object.entries(IMAGES)) {
        await pushImage(registry.url, name, image, { authorization: `Basic ${LOGIN}` })
      }
      logIn(registry.host)
    })
    afterAll(() => registry.close())

    agrees(() => registry)

    test('without a login, and with a wrong one', async () => {
      const image = `${registry.host}/team/oci-index:1.0.0`
      logIn(undefined)
      expect((await pin(image)).stderr).toContain('error CREDENTIAL_MISSING')
      const auth = Buffer.from('ann:wrong').toString('base64')
      writeFileSync(join(home, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }))
      expect((await pin(image)).stderr).toContain('error CREDENTIAL_REJECTED')
      logIn(registry.host)
    })
  })

  describe.each([
    ["Debian's docker-registry 2.8", dockerRegistry],
    ['distribution 3', distribution],
  ])('%s with tokens', (_, binary) => {
    let registry: RunningRegistry
    let tokens: TokenServer
    beforeAll(async () => {
      const isOpen = (name: string): boolean => name === 'team/oci-manifest'
      tokens = await startTokenServer(
        { ann: PASSWORD, bob: 'pw' },
        (user, name) => user === 'ann' || isOpen(name),
      )
      const { realm, service, issuer, authority } = tokens
      const auth = `auth: {token: {realm: "${realm}", service: "${service}", issuer: "${issuer}", rootcertbundle: "{folder}/ca.pem"}}`
      registry = await startDockerRegistry(binary, auth, { 'ca.pem': authority })
      for (const [name, image] of Object.entries(IMAGES)) {
        const scope = `repository:${name.split(':')[0]}:pull,push`
        const url = `${realm}?${new URLSearchParams({ service, scope })}`
        const answer = await fetch(url, { headers: { authorization: `Basic ${LOGIN}` } })
        const { token } = (await answer.json()) as { token: string }
        await pushImage(registry.url, name, image, { authorization: `Bearer ${token}` })
      }
      logIn(registry.host)
    })
    afterAll(async () => {
      await registry.close()
      await tokens.close()
    })

    agrees(() => registry)

    test('an open image without a login; a closed one with another login, and with a wrong one', async () => {
      logIn(undefined)
      const open = `${registry.host}/team/oci-manifest:1.0.0`
      expect((await pin(open)).image).toBe(`${open}@${IMAGES['team/oci-manifest:1.0.0']?.top.digest}`)
      const closed = `${registry.host}/team/oci-index:1.0.0`
      expect((await pin(closed)).stderr).toContain('error CREDENTIAL_MISSING')
      const logInAs = (login: string): void => {
        const auth = Buffer.from(login).toString('base64')
        writeFileSync(join(home, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }))
      }
      logInAs('bob:pw')
      expect((await pin(closed)).stderr).toContain('error CREDENTIAL_INSUFFICIENT')
      logInAs('bob:wrong')
      expect((await pin(closed)).stderr).toContain('error CREDENTIAL_REJECTED')
      logIn(registry.host)
    })

    test('several tags of a repository cost one token', async () => {
      const before = tokens.given.length
      const image = `${registry.host}/team/docker-index`
      const { code } = await runProgram([], {
        input: ['1.0.0', '1.0.0', '1.0'].map((tag) => pod(`${image}:${tag}`)).join('---\n'),
        env: { DOCKER_CONFIG: home, PINPULL_CACHE_TTL: '0', PINPULL_PROFILE: 'staging' },
      })
      expect(code).toBe(0)
      expect(tokens.given.slice(before)).toEqual(['ann: team/docker-index'])
    })
  })
})

describeWith(
  { crane, zot: zot.kind === 'missing' ? { ...zot, optional: true } : zot },
  'zot',
  ({ crane, zot }) => {
    const { logIn, pin, agrees } = comparison(crane)

    describe('zot with htpasswd, open to all for one repository', () => {
      let registry: RunningRegistry
      beforeAll(async () => {
        registry = await startZot(zot, HTPASSWD, { 'team/oci-manifest': { anonymousPolicy: ['read'] } })
        for (const [name, image] of Object.entries(IMAGES)) {
          await pushImage(registry.url, name, image, { authorization: `Basic ${LOGIN}` })
        }
        logIn(registry.host)
      })
      afterAll(() => registry.close())

      agrees(() => registry)

      test('the open repository needs no login, the others do', async () => {
        logIn(undefined)
        const open = `${registry.host}/team/oci-manifest:1.0.0`
        expect((await pin(open)).code).toBe(0)
        expect((await pin(`${registry.host}/team/oci-index:1.0.0`)).stderr).toContain(
          'error CREDENTIAL_MISSING',
        )
        logIn(registry.host)
      })
    })
  },
)
