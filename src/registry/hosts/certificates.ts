import { posix } from 'node:path'
import { errorCode } from '../../files/file-system.ts'
import type { TextFiles } from '../../files/text-files.ts'
import { redactUserInfo } from '../../reference/server-url.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { PEM_CERTIFICATE, type TlsSettings } from '../http/tls.ts'

/** What a folder of certificates in Docker's layout may contain. */
export interface CertificatesFolderRules {
  /**
   * If false, a `*.cert` without a `*.key`, a `*.key` without a `*.cert`, and a folder named `*.crt`, `*.cert` or
   * `*.key` are errors. If true, such a `*.cert` is used and holds its key itself; such a `*.key` and such folders are
   * ignored. Folders with other names are always ignored.
   */
  readonly isLenient: boolean
}

/** The strict rules, of dockerd, podman and skopeo: each `*.cert` needs a `*.key` and vice versa. */
export const DOCKER_FOLDER_RULES: CertificatesFolderRules = { isLenient: false }

/**
 * The lenient rules, of containerd (`loadCertFiles`): a `*.cert` may hold its key itself, and a `*.key` without a
 * `*.cert` and folders are ignored.
 */
export const CONTAINERD_FOLDER_RULES: CertificatesFolderRules = { isLenient: true }

/**
 * Reads the certificates that dockerd, podman and skopeo use for a registry (dockerd's `certs.d`,
 * containers-certs.d(5)): in the folder named `host`, each `*.crt` is a CA certificate, and each `*.cert` with the
 * `*.key` of the same name is a client certificate.
 *
 * @param host host and port as in image references; also the folder's name
 * @param folders the `certs.d` folders; only the first that has a folder for the host is used
 * @param files reads the files
 * @returns undefined if no folder for the host exists, or the first one has no certificates
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID if the folder or a file cannot be read, or a `*.cert` or `*.key` has
 *   no counterpart
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
 * Reads the CA certificates (`*.crt`) and client certificates (`*.cert` and `*.key`) in one folder. Files with other
 * names and dangling links are ignored. The contents are not checked.
 *
 * @param path the folder
 * @param names the names of all its entries
 * @param files reads the files
 * @param rules how to treat unpaired files and folders
 * @returns the contents of the files; undefined if the folder has neither CA nor client certificates
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID if a file cannot be read or breaks the rules
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
 * Reads a file or folder with settings of registries, and turns any error into one that names it. Settings that
 * cannot be read are not ignored, since Pinpull would then contact another host than intended.
 *
 * @param file its path, for the error
 * @param read reads it; a missing file is its result, not an error
 * @returns the result of `read`
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID if `read` rejects
 */
export async function readSettingsFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw invalidSettingsFile(file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`)
  }
}

/**
 * Creates the error REGISTRY_HOSTS_INVALID for a file with settings of registries.
 *
 * @param reason what is wrong with the file; user information in URLs is redacted
 */
export function invalidSettingsFile(file: string, reason: string): RegistryError {
  return new RegistryError('REGISTRY_HOSTS_INVALID', { file, reason: redactUserInfo(reason) })
}

function keyOf(certificate: string): string {
  return certificate.replace(/\.cert$/, '.key')
}

/**
 * Reads the CA certificates that the environment variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name, like Go
 * (crypto/x509 `root_unix.go`). `SSL_CERT_DIR` is a list of folders, separated by colons. Every file in them is read,
 * whatever its name (OpenSSL uses hashes, as in `5ad8a5d6.0`); files that cannot be read, and text that is not a
 * certificate, are ignored. Node itself reads only `NODE_EXTRA_CA_CERTS`.
 *
 * @param env the environment variables
 * @param files reads the files
 * @returns certificates in PEM, without duplicates
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID if the file in `SSL_CERT_FILE` exists but cannot be read
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
