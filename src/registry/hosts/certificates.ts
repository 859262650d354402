import { posix } from 'node:path'
import { errorCode } from '../../files/file-system.ts'
import type { TextFiles } from '../../files/text-files.ts'
import { redactUserInfo } from '../../reference/server-url.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { PEM_CERTIFICATE, type TlsSettings } from '../http/tls.ts'

/** The rules for a folder of certificates. */
export interface CertificatesFolderRules {
  /** Whether a key may be in the certificate's own file, and other entries are ignored. */
  readonly isLenient: boolean
}

/** For dockerd and containers' tools: certificates and keys come in pairs, and a folder inside is an error. */
export const DOCKER_FOLDER_RULES: CertificatesFolderRules = { isLenient: false }

/** For containerd (`loadCertFiles`): a folder inside is ignored, and so is a key without a certificate. */
export const CONTAINERD_FOLDER_RULES: CertificatesFolderRules = { isLenient: true }

/**
 * Reads the TLS settings that docker and containers' tools keep for a registry (dockerd's `certs.d`,
 * containers-certs.d(5)): in the folder `host:port`, each `*.crt` is a CA certificate, and `*.cert` with the
 * `*.key` of the same name is a client certificate.
 *
 * @param folders the parent folders, most specific first; the first that has one for the host counts
 * @returns undefined if there is none
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID
 */
export async function readCertificates(
  host: string,
  folders: readonly string[],
  files: TextFiles,
): Promise<TlsSettings | undefined> {
  for (const folder of folders) {
    const path = posix.join(folder, host)
    const names = await readSettingsFile(path, () => files.list(path))
    if (names !== undefined) return await readCertificatesFolder(path, names, files, DOCKER_FOLDER_RULES)
  }
  return undefined
}

/**
 * Reads the settings in one such folder. Files with other names and dangling links are ignored.
 *
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID
 */
export async function readCertificatesFolder(
  path: string,
  names: readonly string[],
  files: TextFiles,
  { isLenient }: CertificatesFolderRules,
): Promise<TlsSettings | undefined> {
  const read = async (name: string): Promise<string | undefined> => {
    const file = posix.join(path, name)
    return await readSettingsFile(file, () =>
      files.readText(file).catch((error: unknown) => {
        if (isLenient && errorCode(error) === 'EISDIR') return undefined
        throw error
      }),
    )
  }
  if (!isLenient) checkPairs(path, names)
  const authorities = await Promise.all(names.filter((name) => name.endsWith('.crt')).map(read))
  const ca = authorities.filter((text) => text !== undefined)
  const clients = await Promise.all(
    names
      .filter((name) => name.endsWith('.cert'))
      .map(async (name) => {
        const certificate = await read(name)
        const key = names.includes(keyOf(name)) ? await read(keyOf(name)) : undefined
        return certificate === undefined ? [] : [{ certificate, key: key ?? certificate }]
      }),
  )
  const pairs = clients.flat()
  if (ca.length === 0 && pairs.length === 0) return undefined
  return { ca: ca.length === 0 ? undefined : ca, clients: pairs.length === 0 ? undefined : pairs }
}

function checkPairs(path: string, names: readonly string[]): void {
  for (const name of names) {
    const other = name.endsWith('.cert') ? keyOf(name) : name.replace(/\.key$/, '.cert')
    const isPaired = /\.(?:cert|key)$/.test(name)
    if (isPaired && !names.includes(other)) {
      throw invalidSettingsFile(posix.join(path, name), `there is no ${other} beside it`)
    }
  }
}

/**
 * Reads a file or folder with settings of registries.
 *
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID if it exists but cannot be read: ignoring it would contact another
 *   host than intended
 */
export async function readSettingsFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw invalidSettingsFile(file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`)
  }
}

/** The error for a file with settings of registries that is invalid. */
export function invalidSettingsFile(file: string, reason: string): RegistryError {
  return new RegistryError('REGISTRY_HOSTS_INVALID', { file, reason: redactUserInfo(reason) })
}

function keyOf(certificate: string): string {
  return certificate.replace(/\.cert$/, '.key')
}

/**
 * The CA certificates that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, read like Go does (crypto/x509 `root_unix.go`):
 * in the folders, separated by colons, every file counts whatever its name (OpenSSL uses hashes, as in
 * `5ad8a5d6.0`), and what cannot be read or is not a certificate is ignored. Node reads neither variable itself,
 * only `NODE_EXTRA_CA_CERTS`.
 *
 * @returns certificates in PEM, without duplicates
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID if the file exists but cannot be read
 */
export async function readCaCertificates(
  env: Readonly<Record<string, string | undefined>>,
  files: TextFiles,
): Promise<readonly string[]> {
  const file = env['SSL_CERT_FILE']
  const texts = [file ? await readSettingsFile(file, () => files.readText(file)) : undefined]
  for (const folder of (env['SSL_CERT_DIR'] ?? '').split(':').filter(Boolean)) {
    for (const name of (await unlessUnreadable(() => files.list(folder))) ?? []) {
      texts.push(await unlessUnreadable(() => files.readText(posix.join(folder, name))))
    }
  }
  return [...new Set(texts.flatMap((text) => text?.match(PEM_CERTIFICATE) ?? []))]
}

async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch {
    return undefined
  }
}
