import { DOCKER_HUB, normalizeHost } from '../reference/docker-hub.ts'
import { redactUserInfo } from '../reference/server-url.ts'
import { invalidCredentialFile } from './credential-file.ts'
import { fieldValues, type GoJsonObject, type GoJsonValue, isGoJsonObject, parseGoJson } from './go-json.ts'
import type { Credential } from './keychain.ts'

/** The credentials in docker's `config.json`, containers' `auth.json`, or the data of a pull secret. */
export interface AuthFile {
  /** The path or source, for messages. */
  readonly file: string
  readonly format: AuthFormat
  /** Entries by key, unchanged. */
  readonly auths: ReadonlyMap<string, AuthEntry>
  /** Helper names by registry; an empty name disables the helper for it. */
  readonly credHelpers: ReadonlyMap<string, string>
  /** The helper for all other registries. */
  readonly credsStore?: string
}

/**
 * The tool that owns the file: docker's `config.json`; the `auth.json` of podman, skopeo and buildah; the bare map of
 * `~/.dockercfg` and `kubernetes.io/dockercfg`.
 */
export type AuthFormat = 'docker' | 'containers' | 'dockercfg'

/** One entry of `auths` (docker/cli `types.AuthConfig`). */
export interface AuthEntry {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly registrytoken?: string
}

const ENTRY_FIELDS = ['auth', 'username', 'password', 'identitytoken', 'registrytoken'] as const

/**
 * Parses a credentials file as Go's encoding/json does, which docker, podman and Kubernetes use: field names match in any
 * case, repeated objects are merged, null counts as absent, and a value of the wrong type is an error. An empty file has
 * no entries.
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID, without the parser's message, which quotes the file
 */
export function parseAuthFile(text: string, file: string, format: AuthFormat = 'docker'): AuthFile {
  const root = readRoot(text, file, format)
  if (format === 'dockercfg') {
    return { file, format, auths: parseMap([root], 'the file', file, parseEntry), credHelpers: new Map() }
  }
  const store = stringField(root, 'credsStore', '', file)
  return {
    file,
    format,
    auths: parseMap(fieldValues(root, 'auths'), 'auths', file, parseEntry),
    credHelpers: parseMap(fieldValues(root, 'credHelpers'), 'credHelpers', file, parseHelper),
    // podman, skopeo and buildah do not read it.
    ...(store && format === 'docker' ? { credsStore: store } : {}),
  }
}

function readRoot(text: string, file: string, format: AuthFormat): GoJsonObject {
  if (text.trim() === '') return { entries: [] }
  let json: GoJsonValue
  try {
    json = parseGoJson(text, format === 'docker' ? 'unread' : 'refused')
  } catch {
    throw invalidCredentialFile(file, notJsonReason(text))
  }
  if (json === null) return { entries: [] }
  if (!isGoJsonObject(json)) throw invalidCredentialFile(file, 'it is not a JSON object')
  return json
}

/** What a text is that does not parse as JSON. docker refuses these, too. */
function notJsonReason(text: string): string {
  if (text.startsWith('\uFEFF')) return 'it begins with a byte order mark'
  const isWide = /\{\0|\0\{/.test(text)
  return isWide ? 'it is UTF-16, which > of Windows PowerShell writes: save it as UTF-8' : 'it is not JSON'
}

/**
 * Finds the entry for a repository: the key with the longest matching path (containers-auth.json(5)); keys that are URLs
 * match by host (docker/cli `ConvertToHostname`). An empty entry, which a credential helper leaves behind, ends the
 * search in this file.
 */
export function findAuth(
  { auths, format }: AuthFile,
  host: string,
  repository: string,
): { readonly key: string; readonly entry: AuthEntry } | undefined {
  const names = new Map<string, string>()
  for (const key of auths.keys()) {
    const name = normalizeKey(key)
    if (key === preferredKey(name, format) || !names.has(name)) names.set(name, key)
  }
  const segments = [normalizeHost(host), ...repository.split('/')]
  for (let length = segments.length; length > 0; length--) {
    const key = names.get(segments.slice(0, length).join('/'))
    const entry = key === undefined ? undefined : auths.get(key)
    if (key === undefined || entry === undefined) continue
    return isHelperMarker(entry) ? undefined : { key, entry }
  }
  return undefined
}

/**
 * Finds the helper for a registry: the one in `credHelpers`, or `credsStore`. An empty name in `credHelpers` means no
 * helper (docker/cli `GetCredentialsStore`).
 */
export function findHelper({ credHelpers, credsStore, format }: AuthFile, host: string): string | undefined {
  const wanted = normalizeHost(host)
  const own = preferredKey(wanted, format)
  const key = credHelpers.has(own) ? own : [...credHelpers.keys()].find((one) => normalizeKey(one) === wanted)
  const helper = key === undefined ? credsStore : credHelpers.get(key)
  return helper === '' ? undefined : helper
}

/**
 * Returns the credential in an entry.
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID if `auth` is not base64 of `user:password`, or a token has invalid characters
 */
export function credentialOf(entry: AuthEntry, file: string, key: string): Credential {
  const source = `${file} (${redactUserInfo(key)})`
  if (entry.registrytoken) {
    if (/^[!-~]+$/.test(entry.registrytoken)) {
      return { kind: 'registry-token', token: entry.registrytoken, source }
    }
    throw invalidCredentialFile(
      file,
      `the "registrytoken" of "${key}" contains characters that no token may contain`,
    )
  }
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken, source }
  if (!entry.auth) {
    return { kind: 'basic', username: entry.username ?? '', password: entry.password ?? '', source }
  }
  const decoded = decodeBase64(entry.auth)
  const colon = decoded?.indexOf(':') ?? -1
  if (decoded === undefined || colon <= 0) {
    throw invalidCredentialFile(file, `the "auth" of "${key}" is not base64 of user:password`)
  }
  // docker pads with NUL bytes when it writes (docker/cli `decodeAuth`).
  const password = decoded.slice(colon + 1).replace(/^\0+|\0+$/g, '')
  return { kind: 'basic', username: decoded.slice(0, colon), password, source }
}

/** Returns a key without scheme and API version. The path of a URL is dropped, that of a bare key is kept. */
function normalizeKey(key: string): string {
  const url = /^https?:\/\//i.test(key)
  const [host = '', ...path] = key.replace(/^https?:\/\//i, '').split('/')
  const rest = path.filter((segment) => segment !== '')
  const legacy = rest.length === 1 && /^v[12]$/.test(rest[0] ?? '')
  return [normalizeHost(host), ...(url || legacy ? [] : rest)].join('/')
}

/** The key that the file's owner writes for a registry, if several keys name it. */
function preferredKey(name: string, format: AuthFormat): string {
  return format === 'docker' && name === DOCKER_HUB.domain ? DOCKER_HUB.credentialsKey : name
}

function isHelperMarker(entry: AuthEntry): boolean {
  return ENTRY_FIELDS.every((field) => !entry[field])
}

function parseEntry(value: GoJsonValue, where: string, file: string): AuthEntry {
  if (value === null) return {}
  if (!isGoJsonObject(value)) throw invalidCredentialFile(file, `${where} is not an object`)
  const fields = ENTRY_FIELDS.map((field) => [field, stringField(value, field, `${where}.`, file)] as const)
  return Object.fromEntries(fields.filter(([, text]) => text !== undefined))
}

function parseHelper(value: GoJsonValue, where: string, file: string): string {
  if (typeof value === 'string' || value === null) return value ?? ''
  throw invalidCredentialFile(file, `${where} is not a string`)
}

/** Merges repeated objects into one map; the last of equal keys wins. */
function parseMap<T>(
  values: readonly GoJsonValue[],
  name: string,
  file: string,
  parse: (value: GoJsonValue, where: string, file: string) => T,
): ReadonlyMap<string, T> {
  const map = new Map<string, T>()
  for (const value of values) {
    if (!isGoJsonObject(value)) throw invalidCredentialFile(file, `"${name}" is not an object`)
    for (const [key, item] of value.entries) {
      map.set(key, parse(item, `${name}["${key}"]`, file))
    }
  }
  return map
}

/** Returns a string field; the last one if it is repeated. */
function stringField(object: GoJsonObject, field: string, where: string, file: string): string | undefined {
  const values = fieldValues(object, field)
  if (values.some((value) => typeof value !== 'string')) {
    throw invalidCredentialFile(file, `${where}${field} is not a string`)
  }
  return values.at(-1) as string | undefined
}

/** Decodes standard base64, padded or not, ignoring line breaks as Go does. Returns undefined if it is invalid. */
function decodeBase64(text: string): string | undefined {
  const joined = text.replace(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(joined)) return undefined
  return Buffer.from(joined, 'base64').toString('utf8')
}
