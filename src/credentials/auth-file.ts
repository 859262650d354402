import { PinpullError } from '../diagnostics/errors.ts'
import { DOCKER_HUB, isDockerHub } from '../reference/normalize.ts'
import type { Credential } from './credential.ts'

/** docker's `config.json`, containers' `auth.json`, or a pull secret's data, as far as credentials go. */
export interface AuthFile {
  /** Where it was read, for messages. */
  readonly file: string
  /** The entries under the keys they were written with. */
  readonly auths: ReadonlyMap<string, AuthEntry>
  /** Helper names by registry. */
  readonly credHelpers: ReadonlyMap<string, string>
  /** The helper for every other registry. */
  readonly credsStore?: string
}

/** One entry of `auths` (docker/cli `types.AuthConfig`). */
export interface AuthEntry {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
}

/**
 * Parses a file of credentials.
 *
 * @param flat whether the text is the bare map of `~/.dockercfg` and `kubernetes.io/dockercfg`, without `auths`
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID. The parser's own words are left out: they quote the file
 */
export function parseAuthFile(text: string, file: string, flat = false): AuthFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new PinpullError('CREDENTIAL_FILE_INVALID', { file, reason: 'it is not JSON' })
  }
  if (!isRecord(json)) {
    throw new PinpullError('CREDENTIAL_FILE_INVALID', { file, reason: 'it is not a JSON object' })
  }
  const auths = flat ? json : json['auths']
  const helpers = flat ? undefined : json['credHelpers']
  const store = flat ? undefined : json['credsStore']
  return {
    file,
    auths: new Map(recordEntries(auths, 'auths', file).map(([key, value]) => [key, parseEntry(value)])),
    credHelpers: new Map(
      recordEntries(helpers, 'credHelpers', file).flatMap(([key, value]) =>
        typeof value === 'string' && value !== '' ? [[key, value] as const] : [],
      ),
    ),
    ...(typeof store === 'string' && store !== '' ? { credsStore: store } : {}),
  }
}

/**
 * The entry that fits a repository best: by whole path segments, longest first (containers-auth.json(5)), with
 * docker's keys that are URLs read as their host (docker/cli `ConvertToHostname`).
 */
export function findAuth(
  file: AuthFile,
  host: string,
  repository: string,
): { readonly key: string; readonly entry: AuthEntry } | undefined {
  const byName = new Map<string, { key: string; entry: AuthEntry }>()
  for (const [key, entry] of file.auths) {
    const name = normalizeKey(key)
    if (!byName.has(name) || key === DOCKER_HUB.credentialsKey) byName.set(name, { key, entry })
  }
  const segments = [normalizeHost(host), ...repository.split('/')]
  for (let length = segments.length; length > 0; length--) {
    const found = byName.get(segments.slice(0, length).join('/'))
    if (found !== undefined && !isMarker(found.entry)) return found
  }
  return undefined
}

/** The helper for a registry: its own, else the one for all (docker/cli `GetCredentialsStore`). */
export function findHelper(file: AuthFile, host: string): string | undefined {
  const wanted = normalizeHost(host)
  for (const [key, helper] of file.credHelpers) if (normalizeKey(key) === wanted) return helper
  return file.credsStore
}

/**
 * The credential in an entry.
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID where `auth` does not hold `user:password`
 */
export function credentialOf(entry: AuthEntry, file: string, key: string): Credential {
  const source = `${file} (${key})`
  if (entry.registrytoken) {
    if (/^[!-~]+$/.test(entry.registrytoken)) {
      return { kind: 'registry-token', token: entry.registrytoken, source }
    }
    const reason = `the "registrytoken" of "${key}" holds what no token may`
    throw new PinpullError('CREDENTIAL_FILE_INVALID', { file, reason })
  }
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken, source }
  if (!entry.auth) {
    return { kind: 'basic', username: entry.username ?? '', password: entry.password ?? '', source }
  }
  const decoded = decodeBase64(entry.auth)
  const colon = decoded?.indexOf(':') ?? -1
  if (decoded === undefined || colon <= 0) {
    const reason = `the "auth" of "${key}" is not base64 of user:password`
    throw new PinpullError('CREDENTIAL_FILE_INVALID', { file, reason })
  }
  // docker pads with NUL bytes when it writes (docker/cli `decodeAuth`).
  const password = decoded.slice(colon + 1).replace(/\0+$/, '')
  return { kind: 'basic', username: decoded.slice(0, colon), password, source }
}

/** The one name of a registry's host: every name of Docker Hub is `docker.io`. */
export function normalizeHost(host: string): string {
  const lower = host.toLowerCase()
  return isDockerHub(lower) ? DOCKER_HUB.domain : lower
}

/** A key with its scheme and docker's API version dropped; a URL's path says nothing, a bare key's does. */
function normalizeKey(key: string): string {
  const url = /^https?:\/\//i.test(key)
  const [host = '', ...path] = key.replace(/^https?:\/\//i, '').split('/')
  const rest = path.filter((segment) => segment !== '')
  const legacy = rest.length === 1 && /^v[12]$/.test(rest[0] ?? '')
  return [normalizeHost(host), ...(url || legacy ? [] : rest)].join('/')
}

/** Helpers leave `"host": {}` behind: it says that something is stored, and holds nothing. */
function isMarker(entry: AuthEntry): boolean {
  return !entry.auth && !entry.username && !entry.password && !entry.identitytoken && !entry.registrytoken
}

function parseEntry(value: unknown): AuthEntry {
  if (!isRecord(value)) return {}
  const entry: Record<string, string> = {}
  for (const field of ['auth', 'username', 'password', 'identitytoken', 'registrytoken']) {
    const content = value[field]
    if (typeof content === 'string') entry[field] = content
  }
  return entry
}

/** Standard base64, padded or not; undefined where it is neither. */
function decodeBase64(text: string): string | undefined {
  const trimmed = text.trim()
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(trimmed)) return undefined
  return Buffer.from(trimmed, 'base64').toString('utf8')
}

function recordEntries(value: unknown, name: string, file: string): [string, unknown][] {
  if (value === undefined || value === null) return []
  if (isRecord(value)) return Object.entries(value)
  throw new PinpullError('CREDENTIAL_FILE_INVALID', { file, reason: `"${name}" is not an object` })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
