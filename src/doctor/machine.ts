import type { TextFiles } from '../files/text-files.ts'
import { redactUrls } from '../reference/server-url.ts'
import { RegistryError } from '../registry/errors/registry-error.ts'
import { proxyFromEnvironment } from '../registry/http/proxy.ts'
import { PEM_CERTIFICATE } from '../registry/http/tls.ts'
import { VERSION } from '../version.ts'
import type { AddStep, Step } from './step.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The process that runs Pinpull: the parts of Node's `process` that are looked at. */
export interface Runtime {
  readonly versions: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly arch: string
  readonly execArgv: readonly string[]
}

/** Versions of Pinpull and of what runs it. */
export function describeRuntime({ versions, platform, arch }: Runtime): Step {
  const { bun, node, openssl } = versions
  const engine = bun === undefined ? `node ${node}` : `bun ${bun}`
  const tls = openssl === undefined ? '' : `, OpenSSL ${openssl}`
  return { name: 'version', status: 'ok', text: `pinpull ${VERSION}, ${engine}${tls}, ${platform}/${arch}` }
}

/** Which certificate authorities are trusted, and what adds to them. */
export async function describeAuthorities(
  env: Env,
  { execArgv }: Runtime,
  files: TextFiles,
  add: AddStep,
): Promise<void> {
  const options = `${env['NODE_OPTIONS'] ?? ''} ${execArgv.join(' ')}`
  const usesSystem = /(?:^|\s)--use-system-ca(?:\s|$)/.test(options) || env['NODE_USE_SYSTEM_CA'] === '1'
  const usesOpenSsl = /(?:^|\s)--use-openssl-ca(?:\s|$)/.test(options)
  add({
    name: 'authorities',
    status: 'ok',
    text: usesSystem
      ? "those that come with Node, and the system's store"
      : usesOpenSsl
        ? "those of OpenSSL's store (--use-openssl-ca)"
        : "those that come with Node (Mozilla's list); NODE_OPTIONS=--use-system-ca adds the system's store",
  })
  for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']) {
    const path = env[name]
    if (path) add(await describeCertificateFile(name, path, files))
  }
  const folders = env['SSL_CERT_DIR']
  if (folders) {
    for (const folder of folders.split(':').filter(Boolean)) {
      const names = await files.list(folder).catch(() => undefined)
      const found =
        names === undefined ? 'a folder that cannot be read, and is ignored' : `${names.length} files`
      const status = names === undefined ? 'warning' : 'ok'
      add({ name: 'authorities', status, text: `SSL_CERT_DIR: ${folder}, ${found}` })
    }
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    add({
      name: 'verification',
      status: 'warning',
      text: 'NODE_TLS_REJECT_UNAUTHORIZED=0 turns the verification of every certificate off',
      hint: 'unset it, and name the authority with ca in the configuration or SSL_CERT_FILE',
    })
  }
}

async function describeCertificateFile(name: string, path: string, files: TextFiles): Promise<Step> {
  const warning = (problem: string): Step => ({
    name: 'authorities',
    status: 'warning',
    text: `${name}: ${path}, ${problem}`,
    hint: `correct or unset ${name}`,
  })
  try {
    const text = await files.readText(path)
    const count = text?.match(PEM_CERTIFICATE)?.length ?? 0
    if (count > 0)
      return { name: 'authorities', status: 'ok', text: `${name}: ${path}, ${count} certificates` }
    const problem =
      text === undefined ? 'the file does not exist, and is ignored' : 'it contains no certificate'
    return {
      name: 'authorities',
      status: 'warning',
      text: `${name}: ${path}, ${problem}`,
      hint: `correct or unset ${name}`,
    }
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException
    return warning(`it cannot be read (${code})`)
  }
}

/** The variables for proxies that are set, without credentials. */
export function describeProxyVariables(env: Env, add: AddStep): void {
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()])
  const set = names.filter((name) => env[name])
  if (set.length === 0) add({ name: 'proxy', status: 'ok', text: 'no variable for a proxy is set' })
  for (const name of set) {
    const value = env[name] ?? ''
    const upper = name.toUpperCase()
    const text = upper === 'NO_PROXY' ? redactUrls(value) : describeProxyValue(upper, value)
    const isOverridden = name !== upper && Boolean(env[upper])
    const isBad = text.startsWith('not usable')
    add({
      name: 'proxy',
      status: isBad ? 'warning' : 'ok',
      text: `${name}: ${text}${isOverridden ? ` (not used, since ${upper} is set)` : ''}`,
      ...(isBad ? { hint: `correct or unset ${name}: requests that it is for fail` } : {}),
    })
  }
}

function describeProxyValue(name: string, value: string): string {
  const url = new URL(`${name === 'HTTPS_PROXY' ? 'https' : 'http'}://registry.invalid`)
  try {
    const proxy = proxyFromEnvironment(url, { [name]: value })
    return `${proxy?.url.origin}${proxy?.authorization === undefined ? '' : ', with credentials'}`
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    return `not usable: ${error.args['reason']}`
  }
}
