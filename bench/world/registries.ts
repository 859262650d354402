import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RegistriesReady, RegistrySetup, Traffic } from './registry-process.ts'

const PROGRAM = fileURLToPath(new URL('registry-process.ts', import.meta.url))

/** A script that asks registries for the images of a stream and does nothing else: the lower limit for any client on Node. */
export const BARE_CLIENT: string = fileURLToPath(new URL('bare-client.cjs', import.meta.url))

/** Registries in a separate process. */
export interface Registries {
  readonly urls: readonly string[]
  /** A PEM file with the certificate authority of the registries, if they use TLS. */
  readonly authorityFile?: string
  /** The public key of the signatures of each registry, as PEM. */
  readonly publicKeys: readonly string[]
  /** Counts the requests since the last call. */
  readonly traffic: () => Promise<Traffic>
  readonly stop: () => void
}

/**
 * Starts registries that have every image, or signed ones.
 * @param folder for the PEM file
 */
export async function startRegistries(setup: RegistrySetup, folder: string): Promise<Registries> {
  const child: ChildProcess = fork(PROGRAM, [JSON.stringify(setup)], { env: {} })
  const [ready] = (await once(child, 'message')) as [RegistriesReady]
  const authorityFile = join(folder, `authorities-${child.pid}.pem`)
  if (setup.secured) writeFileSync(authorityFile, ready.authorities.join('\n'))
  return {
    urls: ready.urls,
    publicKeys: ready.publicKeys,
    ...(setup.secured ? { authorityFile } : {}),
    traffic: async () => {
      child.send('traffic')
      const [traffic] = (await once(child, 'message')) as [Traffic]
      return traffic
    },
    stop: () => child.disconnect(),
  }
}
