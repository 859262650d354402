import { posix } from 'node:path'
import { systemCode } from '../files/file-system.ts'
import type { TextFiles } from '../files/text-files.ts'
import { withoutUserInformation } from '../reference/server-url.ts'
import { RegistryFailure } from './failure.ts'
import type { TlsSettings } from './tls.ts'

/** How strict the owner of a folder of certificates is about what lies in it. */
export interface FolderRules {
  /** Whether the key may stand in the certificate's own file, and nothing else counts. */
  readonly isLenient: boolean
}

/** dockerd's and containers' tools' folders: certificates and keys come in pairs, and a folder among them is an error. */
export const DOCKER_FOLDER: FolderRules = { isLenient: false }

/** containerd's: a folder among them is passed over, and so is a key without a certificate (`loadCertFiles`). */
export const CONTAINERD_FOLDER: FolderRules = { isLenient: true }

/**
 * Reads the TLS settings that docker and containers' tools keep for a registry (dockerd's `certs.d`,
 * containers-certs.d(5)): in the folder named `host:port`, each `*.crt` is an authority, and `*.cert` with the
 * `*.key` of the same name is what the client shows.
 *
 * @param folders where such folders lie, the most specific first; the first that has one for the host counts
 * @returns undefined where there is none
 * @throws {RegistryFailure} REGISTRY_HOSTS_INVALID
 */
export async function readCertificates(
  host: string,
  folders: readonly string[],
  files: TextFiles,
): Promise<TlsSettings | undefined> {
  for (const folder of folders) {
    const path = posix.join(folder, host)
    const names = await readOrFail(path, () => files.list(path))
    if (names !== undefined) return await readFolder(path, names, files, DOCKER_FOLDER)
  }
  return undefined
}

/**
 * The settings in one such folder. Files of other names count for nothing, and so does a link to nothing.
 *
 * @throws {RegistryFailure} REGISTRY_HOSTS_INVALID
 */
export async function readFolder(
  path: string,
  names: readonly string[],
  files: TextFiles,
  { isLenient }: FolderRules,
): Promise<TlsSettings | undefined> {
  const read = async (name: string): Promise<string | undefined> => {
    const file = posix.join(path, name)
    return await readOrFail(file, () =>
      files.readText(file).catch((error: unknown) => {
        if (isLenient && systemCode(error) === 'EISDIR') return undefined
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
      throw invalid(posix.join(path, name), `there is no ${other} beside it`)
    }
  }
}

/**
 * Reads something about registries.
 *
 * @throws {RegistryFailure} REGISTRY_HOSTS_INVALID where it exists and cannot be read: passing over it would ask
 * another place than the one that was meant
 */
export async function readOrFail<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw invalid(file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`)
  }
}

/** The failure of a file that says something about registries and cannot be used. */
export function invalid(file: string, reason: string): RegistryFailure {
  return new RegistryFailure('REGISTRY_HOSTS_INVALID', { file, reason: withoutUserInformation(reason) })
}

function keyOf(certificate: string): string {
  return certificate.replace(/\.cert$/, '.key')
}
