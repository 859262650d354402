import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { homeFolder } from '../../files/home.ts'
import { readPrivateFile, writePrivateFile } from '../../files/private-file.ts'
import type { Io } from './io.ts'

const FILE_NAME = 'last-failure.json'

/** A larger file is not ours: the messages about ten thousand images take a tenth of it. */
const MAX_BYTES = 64 * 1024 * 1024

/** The escape sequences with which `src/report` switches a colour on and off. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence is what is looked for
const COLOR = /\u001b\[\d+m/g

/** The messages of the last run that failed. */
export interface LastFailure {
  /** ISO 8601, UTC. */
  readonly time: string
  /** Its working directory. */
  readonly cwd: string
  readonly exitCode: number
  /** The program that had started it, as far as it was known. */
  readonly host: string
  readonly text: string
}

/**
 * Saves the messages of a failed run for `pinpull last`, since Helm 4 hides them. Saves nothing if it cannot (no home, a
 * read-only file system, a folder that other users can change).
 *
 * @param text as it went to standard error; colours are removed
 * @param now for tests
 */
export function saveLastFailure(text: string, exitCode: number, io: Io, now: Date = new Date()): void {
  const path = lastFailurePath(io.env)
  if (path === undefined) return
  const host = io.env['HELM_PLUGIN_NAME'] ? `helm plugin ${io.env['HELM_PLUGIN_NAME']}` : 'a pipe'
  const failure = { time: now.toISOString(), cwd: io.cwd, exitCode, host, text: text.replace(COLOR, '') }
  try {
    writePrivateFile(path, Buffer.from(`${JSON.stringify(failure)}\n`))
  } catch {
    // The failure itself has been reported.
  }
}

/** @returns undefined if no run has failed, or none could be saved */
export function readLastFailure({ env }: Pick<Io, 'env'>): LastFailure | undefined {
  const path = lastFailurePath(env)
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
 * The path of the saved messages, in the folder for state of the XDG Base Directory Specification; undefined if the
 * environment names no home. A home that does not exist is not created: containers name such homes.
 */
export function lastFailurePath(env: Io['env']): string | undefined {
  const state = [env['XDG_STATE_HOME'], env['LOCALAPPDATA']].find((path) => path && isAbsolute(path))
  if (state !== undefined) return join(state, 'pinpull', FILE_NAME)
  const home = homeFolder(env)
  return home !== undefined && isAbsolute(home) && existsSync(home)
    ? join(home, '.local', 'state', 'pinpull', FILE_NAME)
    : undefined
}
