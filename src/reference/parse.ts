import { PinpullError } from '../diagnostics/errors.ts'
import { invalidDigestReason, parseDigest } from './digest.ts'
import { DOCKER_HUB, splitDockerDomain } from './docker-hub.ts'
import {
  DOMAIN,
  IMAGE_ID,
  IMAGE_ID_LENGTH,
  MAX_PATH_LENGTH,
  MAX_TEXT_LENGTH,
  PATH,
  PATH_COMPONENT,
  PREFIXED_IMAGE_ID,
  TAG,
} from './grammar.ts'
import type { Reference } from './reference.ts'

/** How many characters of a text that is too long are quoted. */
const QUOTED_LENGTH = 100

/**
 * Parses and normalises an image reference as Docker, containerd and the kubelet do
 * (distribution/reference `ParseNormalizedNamed`).
 *
 * Stricter in two cases, which are errors here: if the first component contains a dot or a colon but is not a host name
 * (`my_host.io/app`), distribution/reference returns a name without a domain; and `sha256:…`, which a kubelet reports for an
 * image without a tag, parses as a repository `sha256` with a tag.
 *
 * @param text the original text; it is not trimmed, since the API server does not trim it
 * @throws {PinpullError} REFERENCE_INVALID, with a reason that says which part is wrong
 */
export function parseReference(text: string): Reference {
  if (text.length > MAX_TEXT_LENGTH) {
    throw invalid(`${text.slice(0, QUOTED_LENGTH)}…`, `it is longer than ${MAX_TEXT_LENGTH} characters`)
  }
  const parts = splitReference(text)
  const reason = invalidReason(text, parts)
  if (reason !== undefined) throw invalid(text, reason)
  const { domain, path, tag, digest } = parts
  return {
    text,
    domain,
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: parseDigest(digest) }),
  }
}

/** Whether the text is an image reference. */
export function isReference(text: string): boolean {
  return text.length <= MAX_TEXT_LENGTH && invalidReason(text, splitReference(text)) === undefined
}

/** Parses a reference; returns undefined if the text is not one. */
export function tryParseReference(text: string): Reference | undefined {
  return isReference(text) ? parseReference(text) : undefined
}

interface Parts {
  readonly domain: string
  readonly path: string
  readonly tag?: string
  readonly digest?: string
}

/** Splits at the first `@`, then takes off the domain, then splits the rest at its first `:`. */
function splitReference(text: string): Parts {
  const at = text.indexOf('@')
  const { domain, rest } = splitDockerDomain(at < 0 ? text : text.slice(0, at))
  const colon = rest.indexOf(':')
  return {
    domain,
    path: colon < 0 ? rest : rest.slice(0, colon),
    ...(colon < 0 ? {} : { tag: rest.slice(colon + 1) }),
    ...(at < 0 ? {} : { digest: text.slice(at + 1) }),
  }
}

function invalidReason(text: string, parts: Parts): string | undefined {
  if (isWellFormed(parts) && !isImageId(text)) return undefined
  const { domain, path, tag, digest } = parts
  if (text === '') return 'it is empty'
  if (/\s/.test(text)) return 'it contains white space'
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'it is a URL; a reference has no scheme'
  if (IMAGE_ID.test(text)) return '64 hex digits are an image id, not a name'
  const [id = ''] = text.split('@', 1)
  if (PREFIXED_IMAGE_ID.test(id)) return `"${id}" is an image id, not a name`
  return (
    invalidDomainReason(domain) ??
    invalidPathReason(path) ??
    (tag === undefined ? undefined : invalidTagReason(tag)) ??
    (digest === undefined ? undefined : invalidDigestReason(digest))
  )
}

function isImageId(text: string): boolean {
  if (text.length === IMAGE_ID_LENGTH && IMAGE_ID.test(text)) return true
  if (!text.startsWith('sha') && !text.startsWith('blake3:')) return false
  const at = text.indexOf('@')
  return PREFIXED_IMAGE_ID.test(at < 0 ? text : text.slice(0, at))
}

/** Whether every part is valid. Only image IDs are invalid with valid parts. */
function isWellFormed({ domain, path, tag, digest }: Parts): boolean {
  return (
    (domain === DOCKER_HUB.domain || DOMAIN.test(domain)) &&
    path.length <= MAX_PATH_LENGTH &&
    PATH.test(path) &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || invalidDigestReason(digest) === undefined)
  )
}

function invalidDomainReason(domain: string): string | undefined {
  return DOMAIN.test(domain) ? undefined : `"${domain}" is not a host name with an optional port`
}

function invalidPathReason(path: string): string | undefined {
  if (path === '' || path === 'library/') return 'the name of the repository is empty'
  if (path.toLowerCase() !== path) return 'the name of a repository is lower case'
  if (path.length > MAX_PATH_LENGTH) {
    return `the name of a repository has at most ${MAX_PATH_LENGTH} characters, and this one has ${path.length}`
  }
  const wrong = path.split('/').find((component) => !PATH_COMPONENT.test(component))
  if (wrong === undefined) return undefined
  return wrong === ''
    ? 'a part of the name between slashes is empty'
    : `"${wrong}" cannot be part of a repository's name`
}

function invalidTagReason(tag: string): string | undefined {
  if (tag === '') return 'there is no tag after ":"'
  if (TAG.test(tag)) return undefined
  return tag.length > 128
    ? `a tag has at most 128 characters, and this one has ${tag.length}`
    : `"${tag}" cannot be a tag`
}

function invalid(image: string, reason: string): PinpullError {
  return new PinpullError('REFERENCE_INVALID', { image, reason })
}
