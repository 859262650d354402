import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CACHE, findProgram, type Need } from './need.ts'

/** The registry of the distribution project, as Debian packages it (2.8). */
export const dockerRegistry: Need = findProgram(
  'docker-registry',
  "install Debian's docker-registry, or let .ci/run unpack it under .cache",
  join(CACHE, 'debian/usr/bin'),
)

export interface RunningRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  readonly url: string
  /** A folder of its own, removed on close. */
  readonly folder: string
  close(): Promise<void>
}

/**
 * Starts the real registry on a free loopback port, with an empty store.
 *
 * @param binary its path
 * @param extra more YAML for its configuration, such as an `auth:` section; `{folder}` in it is the folder's path
 * @param files more files for that folder, by name, such as an htpasswd
 */
export async function startDockerRegistry(
  binary: string,
  extra = '',
  files: Readonly<Record<string, string>> = {},
): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'pinpull-registry-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const config = `version: 0.1
log: {level: info}
storage: {filesystem: {rootdirectory: ${folder}/store}}
http: {addr: "127.0.0.1:0"}
${extra.replaceAll('{folder}', folder)}`
  await writeFile(join(folder, 'config.yml'), config)
  const child = spawn(binary, ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const host = await new Promise<string>((resolve, reject) => {
    let log = ''
    child.on('error', reject)
    child.on('close', () => reject(new Error(`docker-registry ended:\n${log}`)))
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString()
      const address = /listening on (127\.0\.0\.1:\d+)\D/.exec(log)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
  return {
    host,
    url: `http://${host}`,
    folder,
    close: async () => {
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
