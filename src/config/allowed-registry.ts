import { splitDockerDomain } from '../reference/docker-hub.ts'
import { parseImagePattern } from '../reference/pattern.ts'
import { type Reference, repositoryName } from '../reference/reference.ts'

/** A compiled entry of `allowedRegistries` in a profile. */
export interface AllowedRegistry {
  /** The entry as it is in the configuration. */
  readonly text: string
  /** Whether the entry matches the registry and repository of a reference. */
  allows(reference: Reference): boolean
}

/**
 * Compiles an entry of `allowedRegistries`: a registry's host (`ghcr.io`, `registry.example.com:5000`), a host with
 * the first segments of a repository (`ghcr.io/acme`), both including everything below, or a pattern of image names.
 *
 * @returns undefined for a single word, which could be a host or an organisation of Docker Hub
 */
export function parseAllowedRegistry(text: string): AllowedRegistry | undefined {
  if (/[*?]/.test(text)) {
    const pattern = parseImagePattern(text)
    return { text, allows: (reference) => pattern.matches(reference) }
  }
  if (!text.includes('/')) {
    if (text !== 'localhost' && !/[.:]/.test(text)) return undefined
    return { text, allows: ({ domain }) => domain === text }
  }
  const prefix = allowedPrefix(text)
  return { text, allows: (reference) => `${repositoryName(reference)}/`.startsWith(`${prefix}/`) }
}

/**
 * The names that an entry with a slash allows: this one, and everything below. With a domain, its segments are taken
 * literally, so that `docker.io/acme` is the organisation and not the official image of that name.
 */
export function allowedPrefix(text: string): string {
  const name = text.replace(/\/+$/, '')
  // With a segment more, no name is a single word, which is where the library/ of official images would be added.
  const { domain, rest } = splitDockerDomain(`${name}/`)
  return `${domain}/${rest}`.slice(0, -1)
}
