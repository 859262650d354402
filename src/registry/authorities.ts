import { posix } from 'node:path'
import type { TextFiles } from '../files/text-files.ts'
import { readOrFail } from './certs-folder.ts'

/**
 * The authorities that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, as Go's and OpenSSL's programs take them. Node reads
 * neither by itself; it does read `NODE_EXTRA_CA_CERTS`.
 *
 * @returns the files' PEM text; one that does not exist counts as empty, as it does for Go
 * @throws {RegistryFailure} REGISTRY_HOSTS_INVALID where one cannot be read
 */
export async function readAuthorities(
  env: Readonly<Record<string, string | undefined>>,
  files: TextFiles,
): Promise<readonly string[]> {
  const paths: string[] = []
  if (env['SSL_CERT_FILE']) paths.push(env['SSL_CERT_FILE'])
  for (const folder of (env['SSL_CERT_DIR'] ?? '').split(':').filter(Boolean)) {
    const names = (await readOrFail(folder, () => files.list(folder))) ?? []
    paths.push(
      ...names.filter((name) => /\.(?:pem|crt|cer)$/.test(name)).map((name) => posix.join(folder, name)),
    )
  }
  const texts = await Promise.all(paths.map((path) => readOrFail(path, () => files.readText(path))))
  return texts.filter((text) => text?.includes('-----BEGIN') === true) as string[]
}
