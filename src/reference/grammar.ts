/**
 * The grammar of an image reference, in the named pieces of distribution/reference (`regexp.go`, v0.6.0):
 *
 *     reference        := name [ ":" tag ] [ "@" digest ]
 *     name             := [ domain "/" ] path
 *     domain           := host [ ":" port ]
 *     host             := domain-name | "[" ipv6-address "]"
 *     domain-name      := domain-component { "." domain-component }
 *     domain-component := alphanumeric-of-either-case, with "-" allowed inside
 *     port             := digit { digit }
 *     path             := path-component { "/" path-component }
 *     path-component   := alphanumeric { separator alphanumeric }
 *     alphanumeric     := lower-case letter or digit, one or more
 *     separator        := "." | "_" | "__" | "-" { "-" }
 *     tag              := letter, digit or "_", then up to 127 of these, "." and "-"
 *     digest           := algorithm ":" hex digit, 32 or more
 *     algorithm        := algorithm-part { ( "+" | "." | "-" | "_" ) algorithm-part }
 *     algorithm-part   := letter { letter or digit }
 *
 * Each piece is matched on its own, after the text was cut at `@`, `/` and `:`, which no other piece can hold.
 * One expression for the whole would be just as exact, but it backtracks, and it cannot say which part is wrong.
 */

const domainComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const domainName = `${domainComponent}(?:\\.${domainComponent})*`
const ipv6Address = '\\[[a-fA-F0-9:]+\\]'
const port = '[0-9]+'
const alphanumeric = '[a-z0-9]+'
const separator = '(?:[._]|__|[-]+)'
const pathComponent = `${alphanumeric}(?:${separator}${alphanumeric})*`
const algorithmPart = '[A-Za-z][A-Za-z0-9]*'
const algorithm = `${algorithmPart}(?:[-_+.]${algorithmPart})*`

export const DOMAIN: RegExp = anchored(`(?:${domainName}|${ipv6Address})(?::${port})?`)
export const PATH: RegExp = anchored(`${pathComponent}(?:/${pathComponent})*`)
export const PATH_COMPONENT: RegExp = anchored(pathComponent)
export const TAG: RegExp = anchored('\\w[\\w.-]{0,127}')
export const DIGEST: RegExp = anchored(`${algorithm}:[0-9A-Fa-f]{32,}`)

/** The Docker engine reads 64 hex digits as an image ID, so they are not a valid name. */
export const IMAGE_ID_LENGTH = 64
export const IMAGE_ID: RegExp = anchored(`[a-f0-9]{${IMAGE_ID_LENGTH}}`)

/** An image id as the runtime reports it (CRI `ImageStatus`), of any algorithm. It would otherwise parse as a repository and its tag. */
export const PREFIXED_IMAGE_ID: RegExp = anchored('(?:sha256|sha384|sha512|blake3):[0-9a-fA-F]{12,}')

/** In characters; the domain is not counted (since distribution/reference v0.6.0). */
export const MAX_PATH_LENGTH = 255

/**
 * In characters. distribution/reference has no limit for the whole text; this one is far above a host name, path, tag and
 * digest together, and bounds the work for hostile input.
 */
export const MAX_TEXT_LENGTH = 4096

function anchored(expression: string): RegExp {
  return new RegExp(`^${expression}$`)
}
