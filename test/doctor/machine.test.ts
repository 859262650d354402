import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { processRunner } from '../../src/credentials/program.ts'
import { describeCredentialFiles } from '../../src/doctor/credential-files.ts'
import { describeAuthorities, describeProxyVariables, describeRuntime } from '../../src/doctor/machine.ts'
import { describePrograms } from '../../src/doctor/programs.ts'
import type { Step } from '../../src/doctor/step.ts'
import { realTextFiles } from '../../src/files/text-files.ts'
import { createAuthority } from '../support/registry/certificate.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Steps as `status name: text`, with hints after an arrow. */
function collect(): { readonly add: (step: Step) => void; readonly lines: readonly string[] } {
  const lines: string[] = []
  return {
    lines,
    add: ({ name, status, text, hint }) =>
      lines.push(`${status} ${name}: ${text}${hint === undefined ? '' : ` → ${hint}`}`),
  }
}

test.each([
  [{ node: '24.1.0', openssl: '3.5.0' }, 'node 24.1.0, OpenSSL 3.5.0, linux/x64'],
  [{ node: '24.1.0', bun: '1.3.0' }, 'bun 1.3.0, linux/x64'],
])('the runtime of %j', (versions, text) => {
  const step = describeRuntime({ versions, platform: 'linux', arch: 'x64', execArgv: [] })
  expect(step.text.replace(/^pinpull [^,]+, /, '')).toBe(text)
})

describe('authorities', () => {
  const authoritiesOf = async (env: Record<string, string>): Promise<readonly string[]> => {
    const { add, lines } = collect()
    await describeAuthorities(
      env,
      { versions: {}, platform: 'linux', arch: 'x64', execArgv: [] },
      realTextFiles,
      add,
    )
    return lines
  }
  const OWN =
    "ok authorities: those that come with Node (Mozilla's list); NODE_OPTIONS=--use-system-ca adds the system's store"

  test('by default', async () => {
    expect(await authoritiesOf({})).toEqual([OWN])
  })

  test('with the store of the system', async () => {
    const lines = ["ok authorities: those that come with Node, and the system's store"]
    expect(await authoritiesOf({ NODE_OPTIONS: '--max-http-header-size=1 --use-system-ca' })).toEqual(lines)
    expect(await authoritiesOf({ NODE_USE_SYSTEM_CA: '1' })).toEqual(lines)
  })

  test('files and folders that variables name', async () => {
    const folder = temporaryFolder()
    const [good, bad] = [join(folder, 'good.pem'), join(folder, 'bad.pem')] as const
    writeFileSync(good, createAuthority().ca + createAuthority().ca)
    writeFileSync(bad, 'no certificate')
    const { HOME: _, ...env } = {
      NODE_EXTRA_CA_CERTS: bad,
      SSL_CERT_FILE: good,
      SSL_CERT_DIR: `${folder}:/none`,
      HOME: '',
    }
    expect((await authoritiesOf(env)).slice(1)).toEqual([
      `warning authorities: NODE_EXTRA_CA_CERTS: ${bad}, it contains no certificate → correct or unset NODE_EXTRA_CA_CERTS`,
      `ok authorities: SSL_CERT_FILE: ${good}, 2 certificates`,
      `ok authorities: SSL_CERT_DIR: ${folder}, 2 files`,
      'warning authorities: SSL_CERT_DIR: /none, a folder that cannot be read, and is ignored',
    ])
    expect(await authoritiesOf({ SSL_CERT_FILE: folder })).toEqual([
      OWN,
      `warning authorities: SSL_CERT_FILE: ${folder}, it cannot be read (EISDIR) → correct or unset SSL_CERT_FILE`,
    ])
  })

  test('a verification that is turned off', async () => {
    expect((await authoritiesOf({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).at(-1)).toBe(
      'warning verification: NODE_TLS_REJECT_UNAUTHORIZED=0 turns the verification of every certificate off → unset it, and name the authority with ca in the configuration or SSL_CERT_FILE',
    )
  })
})

test('variables for proxies, without credentials', () => {
  const { add, lines } = collect()
  describeProxyVariables(
    {
      HTTPS_PROXY: 'http://ann:geheim@proxy.example.com:3128',
      https_proxy: 'proxy.example.com',
      HTTP_PROXY: 'http://corp\\ann:geheim@proxy.example.com',
      NO_PROXY: 'localhost,.example.com',
    },
    add,
  )
  expect(lines).toEqual([
    'ok proxy: HTTPS_PROXY: http://proxy.example.com:3128, with credentials',
    'ok proxy: https_proxy: http://proxy.example.com (not used, since HTTPS_PROXY is set)',
    'warning proxy: HTTP_PROXY: not usable: it is not a URL → correct or unset HTTP_PROXY: requests that it is for fail',
    'ok proxy: NO_PROXY: localhost,.example.com',
  ])
})

describe('programs', () => {
  const run = processRunner(process)

  /** Programs that print a text, on a `PATH` of their own. */
  async function programs(
    scripts: Readonly<Record<string, string>>,
    timeout = 60_000,
  ): Promise<readonly string[]> {
    const folder = temporaryFolder()
    for (const [name, script] of Object.entries(scripts)) {
      const path = join(folder, name)
      writeFileSync(path, `#!/bin/sh\n${script.replaceAll('FOLDER', folder)}\n`)
      chmodSync(path, 0o755)
    }
    mkdirSync(join(folder, 'plugins/pinpull'), { recursive: true })
    writeFileSync(join(folder, 'plugins/pinpull/plugin.yaml'), 'name: pinpull\n')
    const { add, lines } = collect()
    await describePrograms(
      { env: { PATH: folder }, platform: process.platform, run, delimiter: ':', timeout },
      add,
    )
    return lines.map((line) => line.replaceAll(folder, 'BIN'))
  }

  test('none', async () => {
    expect(await programs({})).toEqual([
      'info program: helm: not found on PATH',
      'info program: kustomize: not found on PATH',
      'info program: kubectl: not found on PATH',
    ])
  })

  test('versions, and the plugin of Helm 4', async () => {
    expect(
      await programs({
        helm: 'case $1 in version) echo v4.0.1;; env) echo FOLDER/other:FOLDER/plugins;; esac',
        helm3: 'case $1 in version) echo v3.19.2;; env) echo FOLDER/plugins;; esac',
        helm4: 'case $1 in version) echo v4.1.0;; env) echo FOLDER/other;; esac',
        kustomize: 'echo v5.8.1',
        kubectl: 'echo "Client Version: v1.36.1"; echo "Kustomize Version: v5.8.1"',
      }),
    ).toEqual([
      'ok program: helm: v4.0.1, BIN/helm',
      'ok plugin: helm 4 finds the plugin in BIN/plugins/pinpull',
      'ok program: helm3: v3.19.2, BIN/helm3',
      'ok plugin: helm3 3 needs no plugin: --post-renderer pinpull',
      'ok program: helm4: v4.1.0, BIN/helm4',
      'info plugin: helm4 4 has no plugin pinpull → to use it as a post-renderer: pinpull helm install-plugin',
      'ok program: kustomize: v5.8.1, BIN/kustomize',
      'ok program: kubectl: v1.36.1, BIN/kubectl',
    ])
  })

  test('what a program prints besides its version is not quoted', async () => {
    expect(
      (await programs({ kustomize: 'echo geheim', kubectl: 'echo geheim >&2; exit 3' })).slice(1),
    ).toEqual([
      'warning program: kustomize: it printed no version, BIN/kustomize',
      'warning program: kubectl: exit code 3, BIN/kubectl',
    ])
  })

  test('a program that hangs is ended', async () => {
    const lines = await programs({ helm: 'exec /bin/sleep 60' }, 300)
    expect(lines[0]).toBe('warning program: helm: no response within 0.3 s, BIN/helm')
  })
})

describe('files of credentials', () => {
  test('which exist, what they have, and which helpers are missing', async () => {
    const folder = temporaryFolder()
    const at = (name: string, text: string): string => {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    }
    const docker = at(
      'config.json',
      JSON.stringify({
        auths: { 'secret-host.example.com': { auth: Buffer.from('ann:geheim').toString('base64') } },
        credHelpers: { 'other.example.com': 'ecr-login' },
        credsStore: 'desktop',
      }),
    )
    const broken = at('auth.json', '{"auths":{"x":{"auth":"geheim"')
    const conf = at('registries.conf', 'credential-helpers = []')
    const helper = at('docker-credential-ecr-login', '#!/bin/sh\n')
    chmodSync(helper, 0o755)
    const { add, lines } = collect()
    const failures = await describeCredentialFiles(
      ['DOCKER_AUTH_CONFIG', docker, broken, join(folder, 'absent.json'), folder, conf],
      {
        env: { PATH: folder, DOCKER_AUTH_CONFIG: '' },
        files: realTextFiles,
        platform: process.platform,
        others: [conf],
      },
      add,
    )
    expect(lines.map((line) => line.replaceAll(folder, 'DIR'))).toEqual([
      'ok credentials: DOCKER_AUTH_CONFIG: 0 entries',
      'ok credentials: DIR/config.json: 1 entry; helpers of single registries: ecr-login; helper of all others: desktop',
      'ok helper: docker-credential-ecr-login: DIR/docker-credential-ecr-login',
      'warning helper: docker-credential-desktop was not found on PATH → install it, or remove it from DIR/config.json; relative and empty entries of PATH are not searched',
      'failed credentials: DIR/auth.json: it is not JSON → correct the file, or log in again with docker, podman or skopeo',
      'info credentials: DIR/absent.json: does not exist',
      'failed credentials: DIR: it is a folder (EISDIR); docker makes one where it mounts a file that does not exist → correct the file, or log in again with docker, podman or skopeo',
      'ok credentials: DIR/registries.conf: readable',
    ])
    expect(failures.map(({ code }) => code)).toEqual(['CREDENTIAL_FILE_INVALID', 'CREDENTIAL_FILE_INVALID'])
  })
})
