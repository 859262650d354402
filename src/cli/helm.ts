import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Run } from '../credentials/program.ts'
import type { Io } from './io.ts'

/** A Helm that was asked. */
export interface Helm {
  /** Absolute, or a name on the `PATH`. */
  readonly program: string
  readonly major: number
  /** Where it looks for plugins, in order. */
  readonly pluginFolders: readonly string[]
}

/**
 * Asks a Helm who it is and where it looks for plugins, rather than working out for ourselves what it would.
 *
 * @returns absent where there is no such program, or it does not answer as Helm does
 */
export async function askHelm(program: string, env: Io['env'], run: Run): Promise<Helm | undefined> {
  const ask = async (...args: readonly string[]): Promise<string | undefined> => {
    const result = await run({ program, args, env, input: '', timeout: 30_000, maxOutput: 65_536 })
    return result.kind === 'exited' && result.code === 0 ? result.stdout.trim() : undefined
  }
  const major = /^v(\d+)\./.exec((await ask('version', '--template', '{{.Version}}')) ?? '')?.[1]
  const folders = major === undefined ? undefined : await ask('env', 'HELM_PLUGINS')
  if (major === undefined || folders === undefined) return undefined
  return {
    program,
    major: Number(major),
    pluginFolders: folders.split(delimiter).filter((one) => one !== ''),
  }
}

/** The names that people give a second Helm. */
const NAMES = ['helm', 'helm3', 'helm-3', 'helm-v3']

/** Every Helm of the third major on the `PATH`, whatever it is called. */
export async function findHelm3(env: Io['env'], run: Run): Promise<readonly Helm[]> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  const programs = [...new Set(folders.flatMap((folder) => NAMES.map((name) => join(folder, name))))]
  const found = await Promise.all(
    programs.filter((path) => existsSync(path)).map((program) => askHelm(program, env, run)),
  )
  return found.filter((helm) => helm !== undefined).filter(({ major }) => major === 3)
}
