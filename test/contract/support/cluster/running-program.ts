import { spawn } from 'node:child_process'

/** A server that was started for tests. */
export interface RunningProgram {
  readonly pid: number
  /** Standard output and standard error so far. */
  log(): string
  hasEnded(): boolean
  /** Ends it at once; resolves when it has ended. */
  kill(): Promise<void>
}

/** Starts a program in the background. */
export function startProgram(path: string, args: readonly string[]): RunningProgram {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  let hasEnded = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  }
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      log += String(error)
    })
    child.on('close', () => {
      hasEnded = true
      resolve()
    })
  })
  return {
    pid: child.pid ?? 0,
    log: () => log,
    hasEnded: () => hasEnded,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/**
 * Ends programs and removes their folder as soon as this process has ended, however it ends: a shell waits at a pipe that the
 * kernel closes then.
 *
 * @returns `release` lets the shell go, for when the programs have ended otherwise
 */
export function stopWithParent(
  programs: readonly RunningProgram[],
  folder: string,
): { readonly release: () => void } {
  const script = 'read -r line; folder=$1; shift; kill -9 "$@"; sleep 1; rm -rf "$folder"'
  const pids = programs.map(({ pid }) => String(pid)).filter((pid) => pid !== '0')
  // In a session of its own, so that it outlives an interrupt at the terminal.
  const shell = spawn('sh', ['-c', script, 'sh', folder, ...pids], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  return { release: () => shell.kill('SIGKILL') }
}
