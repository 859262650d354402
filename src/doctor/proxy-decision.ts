import { bareHostname, effectivePort } from '../reference/server-url.ts'
import { isLocalhost, matchesNoProxy, proxyFromEnvironment } from '../registry/http/proxy.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Says which proxy a URL is requested through and why, as the client decides it. The credentials of the proxy are left out.
 *
 * @throws {RegistryError} REGISTRY_PROXY_FAILED, like the client, if the variable is not the URL of an HTTP proxy
 */
export function describeProxy(url: URL, env: Env): string {
  const proxy = proxyFromEnvironment(url, env)
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const variable = env[name] ? name : name.toLowerCase()
  if (proxy !== undefined) {
    const login = proxy.authorization === undefined ? '' : ', with credentials'
    return `${proxy.url.origin}, from ${variable}${login}`
  }
  if (!env[variable]) return `none: ${name} is not set`
  const host = bareHostname(url).toLowerCase()
  if (isLocalhost(host)) return `none: ${host} is this machine (${variable} is set)`
  const list = env['NO_PROXY'] ? 'NO_PROXY' : 'no_proxy'
  const port = effectivePort(url)
  const entry = (env[list] ?? '').split(',').find((one) => matchesNoProxy({ host, port }, one))
  return `none: ${list} has ${entry?.trim() ?? host} (${variable} is set)`
}
