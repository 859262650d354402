import { DOCKER_HUB, normalizeHost } from '../reference/docker-hub.ts'
import { redactUserInfo } from '../reference/server-url.ts'
import { invalidCredentialFile } from './credential-file.ts'
import { fieldValues, type GoJsonObject, type GoJsonValue, isGoJsonObject, parseGoJson } from './go-json.ts'
import type { Credential } from './keychain.ts'

/** docker's `config.json`, containers' `auth.json`, or a pull secret's data, as far as credentials go. */
export interface AuthFile {
  /** Where it was read, for messages. */
  readonly file: string
  readonly format: AuthFormat
  /** The entries under the keys they were written with. */
  readonly auths: ReadonlyMap<string, AuthEntry>
  /** Helper names by registry; an empty one says that the registry has none. */
  readonly credHelpers: ReadonlyMap<string, string>
  /** The helper for every other registry. */
  readonly credsStore?: string
}

/**
 * Whose file it is: docker's `config.json`; the `auth.json` of podman, skopeo and buildah; the bare map of
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
 * Parses a file of credentials by the rules of Go's encoding/json, which all of its owners use: names in any case, objects
 * that stand there twice are one, null is nothing, and a value of another type spoils the file. An empty file holds nothing.
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID. The parser's own words are left out: they quote the file
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
    // Containers' tools do not know it.
    ...(store && format === 'docker' ? { credsStore: store } : {}),
  }
}

function readRoot(text: string, file: string, format: AuthFormat): GoJsonObject {
  if (text.trim() === '') return { entries: [] }
  let json: GoJsonValue
  try {
    json = parseGoJson(text, format === 'docker' ? 'unread' : 'refused')
  } catch {
    const reason = text.startsWith('\uFEFF') ? 'it begins with a byte order mark' : 'it is not JSON'
    throw invalidCredentialFile(file, reason)
  }
  if (json === null) return { entries: [] }
  if (!isGoJsonObject(json)) throw invalidCredentialFile(file, 'it is not a JSON object')
  return json
}

/**
 * The entry that fits a repository: by whole path segments, longest first (containers-auth.json(5)), with docker's keys
 * that are URLs read as their host (docker/cli `ConvertToHostname`). A helper leaves an entry behind that holds nothing:
 * it ends the search in this file.
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
 * The helper for a registry: its own, else the one for all; an empty name takes the registry out of the latter
 * (docker/cli `GetCredentialsStore`).
 */
export function findHelper({ credHelpers, credsStore, format }: AuthFile, host: string): string | undefined {
  const wanted = normalizeHost(host)
  const own = preferredKey(wanted, format)
  const key = credHelpers.has(own) ? own : [...credHelpers.keys()].find((one) => normalizeKey(one) === wanted)
  const helper = key === undefined ? credsStore : credHelpers.get(key)
  return helper === '' ? undefined : helper
}

/**
 * The credential in an entry.
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID where `auth` does not hold `user:password`
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

/** A key with its scheme and docker's API version dropped; a URL's path says nothing, a bare key's does. */
function normalizeKey(key: string): string {
  const url = /^https?:\/\//i.test(key)
  const [host = '', ...path] = key.replace(/^https?:\/\//i, '').split('/')
  const rest = path.filter((segment) => segment !== '')
  const legacy = rest.length === 1 && /^v[12]$/.test(rest[0] ?? '')
  return [normalizeHost(host), ...(url || legacy ? [] : rest)].join('/')
}

/** Of several keys that mean the same, the one that the file's owner writes. */
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

/** The entries of a map, which is one however often it stands there; of equal keys the last one counts. */
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

/** A text; the last one where the field stands there several times. */
function stringField(object: GoJsonObject, field: string, where: string, file: string): string | undefined {
  const values = fieldValues(object, field)
  if (values.some((value) => typeof value !== 'string')) {
    throw invalidCredentialFile(file, `${where}${field} is not a string`)
  }
  return values.at(-1) as string | undefined
}

/** Standard base64, padded or not, with line breaks as Go's decoder passes over them; undefined where it is neither. */
function decodeBase64(text: string): string | undefined {
  const joined = text.replace(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(joined)) return undefined
  return Buffer.from(joined, 'base64').toString('utf8')
}
