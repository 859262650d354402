import { DOCKER_HUB, isDockerHub } from '../reference/docker-hub.ts'
import { type AuthEntry, credentialOf, parseAuthFile } from './auth-file.ts'
import type { Keychain } from './keychain.ts'
import { lookUpKeyring } from './keyring.ts'

/** A Secret with registry credentials, from the manifests. */
export interface PullSecret {
  /** `Secret namespace/name`, for messages. */
  readonly name: string
  readonly type: 'kubernetes.io/dockerconfigjson' | 'kubernetes.io/dockercfg'
  /** The decoded text of its `.dockerconfigjson` or `.dockercfg`. */
  readonly text: string
}

/** The pull secrets of the workloads that use an image, in their order, by the image's full name without tag. */
export type SecretsByImage = ReadonlyMap<string, readonly PullSecret[]>

/**
 * A keychain of the Secrets that workloads name, with the kubelet's rules: every matching entry is tried, in the order of
 * the keys.
 */
export function pullSecretKeychain(secrets: SecretsByImage): Keychain {
  return {
    searched: secrets.size === 0 ? [] : ['imagePullSecrets'],
    async *resolve(host, repository) {
      const domain = isDockerHub(host) ? DOCKER_HUB.domain : host
      const image = `${domain}/${repository}`
      const entries = (secrets.get(image) ?? []).flatMap(entriesOf)
      for (const { key, entry, name } of lookUpKeyring(entries, image)) yield credentialOf(entry, name, key)
    },
  }
}

interface SecretEntry {
  /** Unchanged. */
  readonly key: string
  readonly entry: AuthEntry
  readonly name: string
}

function entriesOf({ name, type, text }: PullSecret): SecretEntry[] {
  const { auths } = parseAuthFile(text, name, type === 'kubernetes.io/dockercfg' ? 'dockercfg' : 'containers')
  return [...auths].flatMap(([key, { auth, username, password }]) => {
    // The kubelet reads user names, passwords and `auth`, but no tokens.
    if (!auth && !username && !password) return []
    const known = { ...(auth && { auth }), ...(username && { username }), ...(password && { password }) }
    return [{ key, entry: known, name }]
  })
}
