import { normalizeHost } from '../credentials/auth-file.ts'
import type { Server } from './http.ts'

/** How messages name who was spoken to. */
export interface ServerDescription {
  /** The registry or mirror that was asked first. */
  readonly registry: string
  /** The host that was spoken to. */
  readonly server: string
  /** That host with what it is, to stand in the middle of a sentence: `auth.example.com, the token server of ghcr.io,`. */
  readonly who: string
  /** The same, to stand at the end of one. */
  readonly where: string
}

/**
 * Describes who was spoken to when something failed: a token server's certificate is not its registry's.
 *
 * @param server undefined where nobody was spoken to
 * @param host the registry or mirror that was asked
 * @param domain the registry that the image names
 */
export function describeServer(server: Server | undefined, host: string, domain: string): ServerDescription {
  const registry = normalizeHost(host)
  const spoken = server === undefined ? registry : normalizeHost(server.host)
  const describe = (what: string): ServerDescription => ({
    registry,
    server: spoken,
    who: `${spoken}, ${what},`,
    where: `${spoken}, ${what}`,
  })
  const plain = { registry, server: registry, who: registry, where: registry }
  if (spoken === registry) {
    const origin = normalizeHost(domain)
    if (server?.role !== 'mirror' || origin === registry) return plain
    return describe(`a mirror of ${origin}`)
  }
  switch (server?.role) {
    case 'token server':
      return describe(`the token server of ${registry}`)
    case 'redirect target':
      return describe(`to which ${registry} redirects`)
    default:
      return plain
  }
}
