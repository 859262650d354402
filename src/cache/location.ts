import { isAbsolute, join } from 'node:path'

/** The environment as a plain record. */
type Environment = Readonly<Record<string, string | undefined>>

/** A new form of the file gets a new name, so that two versions of Pinpull never spoil each other's. */
const FILE_NAME = 'answers-1.json'

/**
 * Where the cache's file lies: in `pinpull` under `XDG_CACHE_HOME`, else under `~/.cache` (XDG Base Directory
 * Specification 0.8; a relative path in the variable is to be ignored), or under `LOCALAPPDATA` on Windows.
 *
 * @param isThere whether a path exists: containers name homes that do not, and none is made for them
 * @returns undefined where the environment names no home: then there is no cache
 */
export function cachePath(env: Environment, isThere: (path: string) => boolean): string | undefined {
  const given = [env['XDG_CACHE_HOME'], env['LOCALAPPDATA']].find((path) => path && isAbsolute(path))
  if (given !== undefined) return join(given, 'pinpull', FILE_NAME)
  const home = env['HOME']
  return home && isAbsolute(home) && isThere(home) ? join(home, '.cache', 'pinpull', FILE_NAME) : undefined
}

/** What continuous integration systems set. A pipeline is asked for what is true now, and its machine is often shared. */
const CI_VARIABLES = ['CI', 'BUILD_NUMBER', 'TF_BUILD', 'TEAMCITY_VERSION']

/** How long an answer is kept unless the user says otherwise, in milliseconds: five minutes, and not at all in CI. */
export function defaultLifetime(env: Environment): number {
  return isContinuousIntegration(env) ? 0 : 5 * 60 * 1000
}

/** Whether this is a continuous integration run, where nothing is cached unless it is asked for. */
export function isContinuousIntegration(env: Environment): boolean {
  return CI_VARIABLES.some((name) => !['', '0', 'false'].includes(env[name]?.toLowerCase() ?? ''))
}
