import { homedir } from 'node:os'

/**
 * The part of the environment that npm needs to get packages as it is configured on this machine: its own settings and cache,
 * proxies, and the authorities that Node trusts.
 */
export function npmEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) =>
    /^(?:npm_config_(?!prefix$|user_agent$)\w+|NODE_EXTRA_CA_CERTS|\w+_proxy)$/i.test(name),
  )
  return { ...(Object.fromEntries(own) as Record<string, string>), HOME: homedir() }
}
