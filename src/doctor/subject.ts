import { PinpullError, UsageError } from '../diagnostics/errors.ts'
import { DOMAIN } from '../reference/grammar.ts'
import { parseReference } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import { parseServerUrl } from '../reference/server-url.ts'

/** What is to be checked: an image, or a registry. */
export interface Subject {
  readonly kind: 'image' | 'registry'
  /** The image, or the registry's host. */
  readonly title: string
  /** Of a registry, some repository in it. */
  readonly reference: Reference
}

/** No top-level domain is called so, and hardly any image. */
const MANIFESTS = /\.(?:ya?ml|json)$/i

/** The repository that stands for a whole registry. It is never requested. */
const ANY_REPOSITORY = 'pinpull'

/**
 * Tells images from registries: a word with a slash or a digest is an image, as `nginx` and `nginx:1.27` are; a host has a
 * dot or a port behind a dot, as `ghcr.io` and `registry.example.com:5000`, or is `localhost`. Any host can be written with
 * `https://` or a slash at its end.
 *
 * @throws {UsageError} USAGE for anything else; a URL is not quoted, since it may hold a password
 */
export function parseSubject(text: string): Subject {
  if (MANIFESTS.test(text)) {
    throw usageError(
      `"${text}" is a file, and neither an image nor a registry; to list its images: pinpull images FILE`,
    )
  }
  const host = hostOf(text)
  if (host !== undefined) {
    if (!DOMAIN.test(host)) throw usageError(`"${host}" is not the host of a registry, such as ghcr.io`)
    return { kind: 'registry', title: host, reference: parse(`${host}/${ANY_REPOSITORY}`) }
  }
  return { kind: 'image', title: text, reference: parse(text) }
}

/** The host that a word names; undefined if it is an image. */
function hostOf(text: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:[\\/]/i.test(text)) {
    const read = parseServerUrl(text)
    if (read.kind === 'invalid') throw usageError(`the URL of a registry: ${read.reason}`)
    return read.url.host
  }
  if (/^[^/]+\/$/.test(text)) return text.slice(0, -1)
  if (/[/@]/.test(text)) return undefined
  const name = text.replace(/:\d+$/, '')
  return name === 'localhost' || /^\[.*\]$/.test(name) || (name.includes('.') && !name.includes(':'))
    ? text
    : undefined
}

function parse(text: string): Reference {
  try {
    return parseReference(text)
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    throw usageError(`"${text}" is neither an image nor the host of a registry: ${error.args['reason']}`)
  }
}

function usageError(reason: string): UsageError {
  return new UsageError('USAGE', { reason })
}
