import type { Command, CommandResult, Run } from '../../credentials/program.ts'
import { describeEnding } from '../../credentials/program.ts'
import { UsageError } from '../../diagnostics/errors.ts'

/** What git answered. */
export type Exited = Extract<CommandResult, { kind: 'exited' }>
/** Runs git with these arguments, in one folder. */
export type Git = (args: readonly string[], input?: string) => Promise<Exited>

/** In milliseconds. A large repository on a cold disk takes a minute. */
const TIMEOUT = 300_000
/** In bytes: the names of some two million files. */
const MAX_OUTPUT = 1 << 28

/**
 * The configuration of a checkout may have come with it, in an archive or an image, and may name programs. So git starts none
 * while it looks: no file system monitor, no hook, no external diff, no transport for objects that are missing.
 */
const CONFIG = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'diff.external=', 'protocol.allow=never']
const ENV = {
  LC_ALL: 'C',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // Paths are paths. `check-ignore` refuses to work with either of these.
  GIT_LITERAL_PATHSPECS: '0',
  GIT_ICASE_PATHSPECS: '0',
}

/**
 * @param cwd the folder
 * @returns what runs git there; it throws USAGE if git is missing, or does not end
 */
export function gitIn({ cwd, env }: { cwd: string; env: Command['env'] }, run: Run): Git {
  const options = ['-C', cwd, '--no-pager', ...CONFIG.flatMap((line) => ['-c', line])]
  return async (args, input = '') => {
    const command: Command = {
      program: 'git',
      args: [...options, ...args],
      input,
      env: { ...env, ...ENV },
      timeout: TIMEOUT,
      maxOutput: MAX_OUTPUT,
    }
    const result = await run(command)
    if (result.kind === 'exited') return result
    if (result.kind === 'not-found')
      throw usage(
        '--changed-since needs git, which is not on the PATH; install it, or name the changed files',
      )
    throw usage(`git: ${describeEnding(result, command)}`)
  }
}

/**
 * To compare a file whose time has changed, git runs the `clean` filter that .gitattributes names for it. Without filters it may
 * name a file that has not changed, and never leaves one out.
 */
export async function withoutFilters(git: Git): Promise<Git> {
  const keys = await git(['config', '--null', '--name-only', '--get-regexp', '^filter\\.'])
  const drivers = new Set(
    keys.stdout
      .split('\0')
      .filter((key) => key !== '')
      .map((key) => key.slice(0, key.lastIndexOf('.'))),
  )
  // The name of a driver ends at the first equals sign of -c, so that such a one cannot be turned off.
  const odd = [...drivers].find((driver) => driver.includes('='))
  if (odd !== undefined) throw usage(`git has a filter whose name holds an equals sign: ${odd}; remove it`)
  const off = [...drivers].flatMap((driver) => [
    ...['-c', `${driver}.clean=`, '-c', `${driver}.process=`, '-c', `${driver}.required=false`],
  ])
  return (args, input) => git([...off, ...args], input)
}

/** What git says of a failure: its first line that begins so, since advice may follow. */
export function lastWords({ stderr }: Exited): string {
  const lines = stderr.trim().split('\n')
  const line = lines.find((one) => one.startsWith('fatal: ')) ?? lines.at(-1) ?? ''
  const advice = line.includes('dubious ownership')
    ? '; if you trust it, add it to safe.directory of git'
    : ''
  return (line.replace(/^fatal: /, '') || 'git gives no reason') + advice
}

export function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

export function usage(reason: string): UsageError {
  return new UsageError('USAGE', { reason })
}
