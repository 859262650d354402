import { PinpullError } from '../../diagnostics/errors.ts'
import { parseAge, parseGoDuration } from '../../duration.ts'
import type { GuardAction } from '../../guard/guard-options.ts'
import { invalidDigestReason } from '../../reference/digest.ts'
import { DOMAIN } from '../../reference/grammar.ts'
import { isReference, parseReference } from '../../reference/parse.ts'
import { type ImagePattern, parseImagePattern } from '../../reference/pattern.ts'
import type { Digest, Reference } from '../../reference/reference.ts'
import { parseServerUrl } from '../../reference/server-url.ts'
import type { FilePattern } from '../io/manifest-folder.ts'
import { ArgumentError } from './option.ts'

/**
 * Parses a duration as Go writes them: `500ms`, `30s`, `2m`, `1m30s`.
 * @returns milliseconds, more than 0
 * @throws {ArgumentError} for anything else
 */
export function parseDuration(text: string): number {
  const milliseconds = /^(?:\d+(?:\.\d+)?(?:ms|[smh]))+$/.test(text) ? parseGoDuration(text) : undefined
  if (!milliseconds) {
    throw new ArgumentError(`"${text}" is not a duration with a unit: use 30s, 2m or 1m30s`)
  }
  return milliseconds
}

/**
 * Parses a lifetime: a duration, or `0` for none.
 * @returns milliseconds
 * @throws {ArgumentError} for anything else
 */
export function parseLifetime(text: string): number {
  return /^0(?:ms|s|m|h)?$/.test(text) ? 0 : parseDuration(text)
}

/**
 * Parses how old a digest must be: `7d`, `36h`, `2w`, or `0`.
 * @returns milliseconds
 * @throws {ArgumentError} for anything else
 */
export function parseMinAge(text: string): number {
  const age = parseAge(text)
  if (age === undefined) throw new ArgumentError(`"${text}" is not an age: use 7d, 36h, 2w or 0`)
  return age
}

/**
 * Compiles a pattern for paths in the style of `.gitignore`: `*` matches within one name, `**` across folders, `?` one
 * character. A pattern without a slash matches that name in any folder; one with a slash matches the path from its
 * beginning.
 *
 * @param pattern such as `values*.yaml`, `charts/**` or `**\/tests/*.yaml`
 * @returns a predicate for paths with slashes, as diagnostics show them
 */
export function parseFilePattern(pattern: string): FilePattern {
  const trimmed = pattern.replace(/^\.\//, '').replace(/\/+$/, '')
  const expression = new RegExp(`^${toExpression(trimmed)}$`, 's')
  if (trimmed.includes('/')) return (path) => expression.test(path)
  return (path) => expression.test(path.slice(path.lastIndexOf('/') + 1))
}

function toExpression(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|[*?]|[\\^$.|+()[\]{}]/g, (piece) => {
    switch (piece) {
      case '**/':
        return '(?:.*/)?'
      case '**':
        return '.*'
      case '*':
        return '[^/]*'
      case '?':
        return '[^/]'
      default:
        return `\\${piece}`
    }
  })
}

/**
 * Parses an image reference on the command line.
 * @throws {ArgumentError} for anything else
 */
export function parseImage(text: string): Reference {
  try {
    return parseReference(text)
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    throw new ArgumentError(`"${text}" is not an image reference: ${error.args['reason']}`)
  }
}

/**
 * Adds the images of one option, or of the environment variable (separated by spaces), to those before.
 * @throws {ArgumentError} if one is not a reference
 */
export function collectImages(text: string, before: readonly Reference[] = []): readonly Reference[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseImage)]
}

/**
 * Adds the digest of one option to those before.
 * @throws {ArgumentError} for anything else
 */
export function collectDigests(text: string, before: readonly Digest[] = []): readonly Digest[] {
  const reason = invalidDigestReason(text)
  if (reason !== undefined) throw new ArgumentError(`"${text}" is not a digest: ${reason}`)
  return [...before, text as Digest]
}

/** Adds the patterns of one option, or of the environment variable (separated by spaces), to those before. */
export function collectImagePatterns(
  text: string,
  before: readonly ImagePattern[] = [],
): readonly ImagePattern[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseImagePattern)]
}

/** `--from-layout [REFERENCE=]PATH`: an image layout, and the repository of its tags if it does not name one. */
export interface LayoutFlag {
  readonly path: string
  readonly reference?: string
}

/** Adds the layouts of one option, or of the environment variable (separated by spaces), to those before. */
export function collectLayouts(text: string, before: readonly LayoutFlag[] = []): readonly LayoutFlag[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseLayout)]
}

function parseLayout(text: string): LayoutFlag {
  const equals = text.indexOf('=')
  const reference = text.slice(0, Math.max(equals, 0))
  return isReference(reference) ? { reference, path: text.slice(equals + 1) } : { path: text }
}

/** Adds a path to those before. The environment variable holds one, since a path may contain spaces. */
export function collectPaths(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** `--mirror HOST=URL`: the registry that images of a host are resolved through. `*` stands for every host. */
export interface MirrorFlag {
  readonly host: string
  readonly url: string
}

/**
 * Adds the mirrors of one option, or of the environment variable (separated by spaces), to those before.
 * @throws {ArgumentError} if one is not `HOST=URL` with an http or https URL. A host that no image can have is rejected as
 *   well: the mirror would silently be unused. The URL is never quoted, since it may hold a password.
 */
export function collectMirrors(text: string, before: readonly MirrorFlag[] = []): readonly MirrorFlag[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseMirror)]
}

function parseMirror(text: string): MirrorFlag {
  const [, host, url] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (host === undefined || url === undefined || /[@\\]|%40/.test(host)) {
    throw new ArgumentError('a mirror must be HOST=URL, such as docker.io=https://mirror.example.com')
  }
  if (host !== '*' && !DOMAIN.test(host)) {
    throw new ArgumentError(
      `"${host}" is not the host of a registry, as docker.io or registry.example.com:5000`,
    )
  }
  const read = parseServerUrl(url, { path: true })
  if (read.kind === 'url') return { host, url: read.url.href.replace(/\/$/, '') }
  const reason = `the URL of the mirror for ${host}: ${read.reason}`
  throw new ArgumentError(
    read.reason === 'it contains a user name or password'
      ? `${reason}; log in to it, or use --auth-file`
      : reason,
  )
}

/**
 * Parses the destination of copied images: a registry's host, with or without the first parts of a repository.
 * @throws {ArgumentError} for anything else
 */
export function parseDestination(text: string): string {
  if (isReference(`${text}/docker.io/library/nginx`) && !text.endsWith('/')) return text
  throw new ArgumentError(`"${text}" is not a registry such as registry.example.com/mirror`)
}

/**
 * Parses the name of a DaemonSet: a DNS label that leaves room for a suffix, since it becomes the value of a label, too.
 * @throws {ArgumentError} for anything else
 */
export function parseDaemonSetName(text: string): string {
  if (/^[a-z0-9](?:[-a-z0-9]{0,52}[a-z0-9])?$/.test(text)) return text
  throw new ArgumentError(`"${text}" is not a name of at most 54 lower-case letters, digits and dashes`)
}

/**
 * Adds the actions of one option (`warn,audit` or `deny`) to those before.
 * @throws {ArgumentError} for an unknown action, and for `warn` beside `deny`, which the API server refuses
 */
export function collectActions(text: string, before: readonly GuardAction[] = []): readonly GuardAction[] {
  const names = { warn: 'Warn', audit: 'Audit', deny: 'Deny' } as const
  const actions = [...before]
  for (const name of text.split(',')) {
    if (name !== 'warn' && name !== 'audit' && name !== 'deny') {
      throw new ArgumentError(`"${name}" is not one of warn, audit, deny`)
    }
    if (!actions.includes(names[name])) actions.push(names[name])
  }
  if (actions.includes('Warn') && actions.includes('Deny')) {
    throw new ArgumentError('warn and deny exclude each other: a request that is denied has no warnings')
  }
  return actions
}

/**
 * Adds a namespace to those before.
 * @throws {ArgumentError} if it is not a DNS label
 */
export function collectNamespaces(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, parseNamespace(text)]
}

/**
 * Parses the name of a namespace.
 * @throws {ArgumentError} if it is not a DNS label
 */
export function parseNamespace(text: string): string {
  if (/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text
  throw new ArgumentError(`"${text}" is not the name of a namespace`)
}

/**
 * Parses the name of a guard: the name of its policies, with room for the suffixes `-warnings` and `-lock`, and the value of a label.
 * @throws {ArgumentError} for anything else
 */
export function parseGuardName(text: string): string {
  if (/^[a-z0-9](?:[-a-z0-9]{0,52}[a-z0-9])?$/.test(text)) return text
  throw new ArgumentError(`"${text}" is not a name of at most 54 lower-case letters, digits and dashes`)
}

/** A minor version of Kubernetes, as a number: 36 for 1.36. */
export type KubernetesVersion = number

/**
 * Parses a version of Kubernetes, such as `1.36`, `v1.36.2` or `v1.36.2-eks-1a2b3c`.
 * @throws {ArgumentError} for anything else
 */
export function parseKubernetesVersion(text: string): KubernetesVersion {
  const [, minor] = /^v?1\.(\d{1,3})(?:\.\d+(?:[-+][\w.+-]*)?)?\+?$/.exec(text) ?? []
  if (minor === undefined) throw new ArgumentError(`"${text}" is not a version of Kubernetes such as 1.36`)
  return Number(minor)
}
