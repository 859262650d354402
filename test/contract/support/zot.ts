import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningRegistry } from './docker-registry.ts'
import { freePorts } from './free-ports.ts'

/**
 * Starts zot on a free loopback port, with an empty store, taking docker's media types beside those of the OCI.
 *
 * @param binary its path
 * @param htpasswd who may log in; they may do everything
 * @param repositories more access rules, by repository
 */
export async function startZot(
  binary: string,
  htpasswd: string,
  repositories: Readonly<Record<string, { readonly anonymousPolicy: readonly string[] }>>,
): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'pinpull-zot-'))
  const [port] = await freePorts(1)
  const everything = { users: ['ann'], actions: ['read', 'create', 'update', 'delete'] }
  const rules = Object.entries({ '**': { anonymousPolicy: [] }, ...repositories }).map(([name, rule]) => [
    name,
    { ...rule, policies: [everything] },
  ])
  const config = {
    storage: { rootDirectory: join(folder, 'store') },
    http: {
      address: '127.0.0.1',
      port: String(port),
      compat: ['docker2s2'],
      auth: { htpasswd: { path: join(folder, 'htpasswd') } },
      accessControl: { repositories: Object.fromEntries(rules) },
    },
    log: { level: 'warn' },
  }
  await writeFile(join(folder, 'htpasswd'), htpasswd)
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  const child = spawn(binary, ['serve', join(folder, 'config.json')], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  }
  let hasEnded = false
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      hasEnded = true
      resolve()
    })
  })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    if (hasEnded || tries > 6000) throw new Error(`zot does not answer:\n${log}`)
    if (await isUp(url)) break
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
  return {
    host: `127.0.0.1:${port}`,
    url,
    folder,
    close: async () => {
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/v2/`)).status < 500
  } catch {
    return false
  }
}
