import { posix } from 'node:path'
import type { TextFiles } from '../files/text-files.ts'
import { readOrFail } from './certs-folder.ts'

/** Of what stands in PEM files, this is a certificate; Go passes over everything else. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The authorities that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, as Go's programs take them (crypto/x509 `root_unix.go`): of the folders,
 * which stand there with colons between them, every file counts whatever it is called, and what cannot be read or is no certificate is
 * passed over. OpenSSL's folders have them under the hash of their names, as `5ad8a5d6.0`. Node reads neither variable by itself;
 * it does read `NODE_EXTRA_CA_CERTS`.
 *
 * @returns certificates in PEM, each once
 * @throws {RegistryFailure} REGISTRY_HOSTS_INVALID where the one file exists and cannot be read
 */
export async function readAuthorities(
  env: Readonly<Record<string, string | undefined>>,
  files: TextFiles,
): Promise<readonly string[]> {
  const file = env['SSL_CERT_FILE']
  const texts = [file ? await readOrFail(file, () => files.readText(file)) : undefined]
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
