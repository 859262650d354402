import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { readPrivateFile, writePrivateFile } from '../../files/private-file.ts'
import type { Io } from './io.ts'
import { homeFolder } from './process.ts'

const FILE_NAME = 'last-failure.json'

/** A larger file is not ours: what a run says of ten thousand images is a tenth of it. */
const MAX_BYTES = 64 * 1024 * 1024

/** How `src/report` switches a colour on and off. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence is what is looked for
const COLOR = /\u001b\[\d+m/g

/** What the last run that failed had to say. */
export interface LastFailure {
  /** ISO 8601, UTC. */
  readonly time: string
  /** The folder it ran in. */
  readonly cwd: string
  readonly exitCode: number
  /** Who had started it, where that could be told. */
  readonly host: string
  readonly text: string
}

/**
 * Keeps what a failed run said, for `pinpull last`: Helm 4 shows nothing of it. Where nothing can be written (no home, a
 * read-only file system, a folder that other users can change), nothing is; the failure itself has been reported.
 *
 * @param text as it went to standard error; the colours are left out
 * @param now for tests
 */
export function saveLastFailure(text: string, exitCode: number, io: Io, now: Date = new Date()): void {
  const path = pathOf(io.env)
  if (path === undefined) return
  const host = io.env['HELM_PLUGIN_NAME'] ? `helm plugin ${io.env['HELM_PLUGIN_NAME']}` : 'a pipe'
  const failure = { time: now.toISOString(), cwd: io.cwd, exitCode, host, text: text.replace(COLOR, '') }
  try {
    writePrivateFile(path, Buffer.from(`${JSON.stringify(failure)}\n`))
  } catch {
    // It was reported where it should be; this is only a second place.
  }
}

/** @returns absent where no run has failed, or none could be remembered */
export function readLastFailure({ env }: Pick<Io, 'env'>): LastFailure | undefined {
  const path = pathOf(env)
  if (path === undefined) return undefined
  try {
    const bytes = readPrivateFile(path, MAX_BYTES)
    const failure: unknown = bytes && JSON.parse(new TextDecoder().decode(bytes))
    return isFailure(failure) ? failure : undefined
  } catch {
    return undefined
  }
}

function isFailure(value: unknown): value is LastFailure {
  const failure = value as Partial<LastFailure> | null
  return (
    typeof failure?.text === 'string' &&
    typeof failure.time === 'string' &&
    typeof failure.cwd === 'string' &&
    typeof failure.host === 'string' &&
    typeof failure.exitCode === 'number'
  )
}

/**
 * XDG Base Directory Specification, "state": kept, but of no value on another machine. A home that is not there is not
 * made: containers name such homes.
 */
function pathOf(env: Io['env']): string | undefined {
  const state = [env['XDG_STATE_HOME'], env['LOCALAPPDATA']].find((path) => path && isAbsolute(path))
  if (state !== undefined) return join(state, 'pinpull', FILE_NAME)
  const home = homeFolder({ env })
  return home !== undefined && isAbsolute(home) && existsSync(home)
    ? join(home, '.local', 'state', 'pinpull', FILE_NAME)
    : undefined
}
