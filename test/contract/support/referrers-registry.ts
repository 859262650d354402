import { spawn } from 'node:child_process'

/** A registry that keeps everything in memory. */
export interface MemoryRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts go-containerregistry's registry with the referrers API, which distribution 3 does not have.
 *
 * @param binary its path
 */
export async function startReferrersRegistry(binary: string): Promise<MemoryRegistry> {
  const child = spawn(binary, [], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const host = await new Promise<string>((resolve, reject) => {
    let log = ''
    child.on('error', reject)
    child.on('close', () => reject(new Error(`the registry ended:\n${log}`)))
    child.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-10_000)
      const address = /listening on (127\.0\.0\.1:\d+)\s/.exec(log)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
  return {
    host,
    url: `http://${host}`,
    close: async () => {
      child.kill()
      await ended
    },
  }
}
