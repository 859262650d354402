import { posix } from 'node:path'
import { errorCode } from '../../files/file-system.ts'
import type { TextFiles } from '../../files/text-files.ts'
import { redactUserInfo } from '../../reference/server-url.ts'
import { RegistryError } from '../errors/registry-error.ts'
import type { TlsSettings } from '../http/tls.ts'

/** How strict the owner of a folder of certificates is about what lies in it. */
export interface CertificatesFolderRules {
  /** Whether the key may stand in the certificate's own file, and nothing else counts. */
  readonly isLenient: boolean
}

/** dockerd's and containers' tools' folders: certificates and keys come in pairs, and a folder among them is an error. */
export const DOCKER_FOLDER: CertificatesFolderRules = { isLenient: false }

/** containerd's: a folder among them is passed over, and so is a key without a certificate (`loadCertFiles`). */
export const CONTAINERD_FOLDER: CertificatesFolderRules = { isLenient: true }

/**
 * Reads the TLS settings that docker and containers' tools keep for a registry (dockerd's `certs.d`,
 * containers-certs.d(5)): in the folder named `host:port`, each `*.crt` is an authority, and `*.cert` with the
 * `*.key` of the same name is what the client shows.
 *
 * @param folders where such folders lie, the most specific first; the first that has one for the host counts
 * @returns undefined where there is none
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
    if (names !== undefined) return await readCertificatesFolder(path, names, files, DOCKER_FOLDER)
  }
  return undefined
}

/**
 * The settings in one such folder. Files of other names count for nothing, and so does a link to nothing.
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
  return { ...(ca.length === 0 ? {} : { ca }), ...(pairs.length === 0 ? {} : { clients: pairs }) }
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
 * Reads something about registries.
 *
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID where it exists and cannot be read: passing over it would ask
 * another place than the one that was meant
 */
export async function readSettingsFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw invalidSettingsFile(file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`)
  }
}

/** The failure of a file that says something about registries and cannot be used. */
export function invalidSettingsFile(file: string, reason: string): RegistryError {
  return new RegistryError('REGISTRY_HOSTS_INVALID', { file, reason: redactUserInfo(reason) })
}

function keyOf(certificate: string): string {
  return certificate.replace(/\.cert$/, '.key')
}

/** Of what stands in PEM files, this is a certificate; Go passes over everything else. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The authorities that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, as Go's programs take them (crypto/x509 `root_unix.go`): of the folders,
 * which stand there with colons between them, every file counts whatever it is called, and what cannot be read or is no certificate is
 * passed over. OpenSSL's folders have them under the hash of their names, as `5ad8a5d6.0`. Node reads neither variable by itself;
 * it does read `NODE_EXTRA_CA_CERTS`.
 *
 * @returns certificates in PEM, each once
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID where the one file exists and cannot be read
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
  return [...new Set(texts.flatMap((text) => text?.match(CERTIFICATE) ?? []))]
}

async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch {
    return undefined
  }
}
