import { accessSync, constants, statSync } from 'node:fs'
import { posix, win32 } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** A value of Node's `process.platform`. */
export type Platform = string

/** Extensions that Windows can start without a shell. */
const WINDOWS_SUFFIXES = ['', '.exe', '.com']

/**
 * Finds a program by its name in the absolute entries of `PATH`. An empty or relative entry means the working
 * directory, whose files may come from a checkout: it is skipped, as in Go's os/exec since 1.19.
 *
 * @returns its absolute path, or undefined if it is not found
 */
export function findOnPath(name: string, env: Env, platform: Platform): string | undefined {
  const { join } = rulesOf(platform)
  for (const folder of absoluteEntries(pathOf(env, platform) ?? '', platform)) {
    const found = findExecutable(join(folder, name), platform)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Finds the file of a program by its path. On Windows the path may omit `.exe`.
 *
 * @returns its path, or undefined if it is not an executable regular file
 */
export function findExecutable(path: string, platform: Platform): string | undefined {
  const suffixes = platform === 'win32' ? WINDOWS_SUFFIXES : ['']
  return suffixes.map((suffix) => `${path}${suffix}`).find(isExecutable)
}

/**
 * Returns an environment whose `PATH` has only absolute entries, so that programs started by name do not come from the
 * working directory either. If no entry is left, `PATH` is removed, since an empty one means the working directory.
 */
export function withAbsolutePath(env: Env, platform: Platform): Env {
  const path = pathOf(env, platform)
  if (path === undefined) return env
  const entries = absoluteEntries(path, platform)
  const others = Object.entries(env).filter(([name]) => !isPathVariable(name, platform))
  return {
    ...Object.fromEntries(others),
    ...(entries.length === 0 ? {} : { PATH: entries.join(rulesOf(platform).delimiter) }),
  }
}

function absoluteEntries(path: string, platform: Platform): string[] {
  const { delimiter } = rulesOf(platform)
  return path.split(delimiter).filter((entry) => isAbsolute(entry, platform))
}

/** On Windows `\tools` and `C:tools` depend on the current drive and folder. */
function isAbsolute(entry: string, platform: Platform): boolean {
  return platform === 'win32' ? /^(?:[A-Za-z]:[\\/]|\\\\)/.test(entry) : entry.startsWith('/')
}

function pathOf(env: Env, platform: Platform): string | undefined {
  return Object.entries(env).find(([name]) => isPathVariable(name, platform))?.[1]
}

/** Names of variables are case-insensitive on Windows. */
function isPathVariable(name: string, platform: Platform): boolean {
  return platform === 'win32' ? name.toUpperCase() === 'PATH' : name === 'PATH'
}

function rulesOf(platform: Platform): typeof posix {
  return platform === 'win32' ? win32 : posix
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
