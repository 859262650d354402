import { posix } from 'node:path'
import type { TextFiles } from '../files/text-files.ts'
import { RegistryFailure } from './failure.ts'
import type { TlsSettings } from './tls.ts'

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
    if (names !== undefined) return await readFolder(path, names, files)
  }
  return undefined
}

/** The settings in one such folder. */
export async function readFolder(
  path: string,
  names: readonly string[],
  files: TextFiles,
): Promise<TlsSettings | undefined> {
  const read = async (name: string): Promise<string> => {
    const file = posix.join(path, name)
    return (await readOrFail(file, () => files.readText(file))) ?? ''
  }
  const ca = await Promise.all(names.filter((name) => name.endsWith('.crt')).map(read))
  const certificates = names.filter((name) => name.endsWith('.cert'))
  const keyless = certificates.find((name) => !names.includes(keyOf(name)))
  if (keyless !== undefined) {
    throw invalid(posix.join(path, keyless), `there is no ${keyOf(keyless)} beside it`)
  }
  const clients = await Promise.all(
    certificates.map(async (name) => ({ certificate: await read(name), key: await read(keyOf(name)) })),
  )
  if (ca.length === 0 && clients.length === 0) return undefined
  return { ...(ca.length === 0 ? {} : { ca }), ...(clients.length === 0 ? {} : { clients }) }
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
  return new RegistryFailure('REGISTRY_HOSTS_INVALID', { file, reason })
}

function keyOf(certificate: string): string {
  return certificate.replace(/\.cert$/, '.key')
}
