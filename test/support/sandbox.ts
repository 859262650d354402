import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { PROGRAM_COMMAND } from './program.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string | Uint8Array
  /** Added to the sandbox's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Relative to the sandbox's folder, or absolute. */
  readonly cwd?: string
}

/** An isolated environment for other programs: an empty home, and `pinpull` on the `PATH`. */
export interface Sandbox {
  readonly folder: string
  /** The value of `PATH` in the sandbox. */
  readonly path: string
  /** Makes a command that runs a program with its first arguments. */
  addCommand(name: string, ...words: readonly string[]): void
  /** @param path relative to the sandbox's folder; missing folders are created */
  write(path: string, text: string): void
  read(path: string): string
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Ran>
  /** Runs a script like a CI system: it stops at the first command that fails, also in a pipe. */
  bash(script: string, options?: RunOptions): Promise<Ran>
  remove(): void
}

/**
 * Makes a sandbox in a new folder. From the environment of the tests it only has the `PATH`.
 *
 * @param env variables for all programs in it
 */
export function createSandbox(env: Readonly<Record<string, string>> = {}): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'pinpull-sandbox-'))
  const bin = join(folder, '.bin')
  mkdirSync(bin)
  const path = [bin, process.env['PATH'] ?? ''].join(delimiter)
  // A cached response would hide a change of the registry from a test.
  const base = { PATH: path, HOME: folder, PINPULL_CACHE_TTL: '0' }

  const addCommand: Sandbox['addCommand'] = (name, ...words) => {
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 })
  }
  addCommand('pinpull', ...PROGRAM_COMMAND)

  const run: Sandbox['run'] = (program, args, options = {}) =>
    new Promise((done) => {
      const child = execFile(
        program,
        args,
        {
          cwd: resolve(folder, options.cwd ?? ''),
          env: { ...base, ...env, ...options.env },
          maxBuffer: 1 << 28,
        },
        (error, stdout, stderr) =>
          done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
      )
      child.stdin?.on('error', () => {}) // the program may exit before it has read everything
      child.stdin?.end(options.input ?? '')
    })

  return {
    folder,
    path,
    addCommand,
    write: (file, text) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    },
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    run,
    bash: (script, options) => run('bash', ['--norc', '-euo', 'pipefail', '-c', script], options),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
