import { lstatSync, realpathSync } from 'node:fs'
import { basename, dirname, resolve, sep } from 'node:path'
import type { Command, CommandResult, Run } from '../../credentials/program.ts'
import { describeEnding } from '../../credentials/program.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { errorCode, errorReason } from '../../files/file-system.ts'
import { type ChangedFiles, changedPaths, requireFiles } from '../io/inputs.ts'
import { isManifestName } from '../io/manifest-folder.ts'
import { runProcess } from '../io/process.ts'
import type { Flags } from '../options/flags.ts'
import type { Session } from './session.ts'

/**
 * With `--changed-since`, asks git which files have changed, so that only these are read. Without the option the session stays as
 * it is.
 *
 * @param files the files and folders that the command names
 * @throws {UsageError} USAGE if git is missing, the working directory is in no checkout, the revision is not known to it, or git
 *   does not look at one of the files; FILE_NOT_READ if a changed manifest is not checked out; FILE_MISSING
 */
export async function withChangedFiles<F extends Flags>(
  session: Session<F>,
  files: readonly string[],
): Promise<Session<F>> {
  const { flags, io } = session
  if (flags.changedSince === undefined) return session
  requireFiles(files, io.cwd)
  const changed = await findChangedFiles(flags.changedSince, changedPaths(files), io)
  return { ...session, flags: { ...flags, changed } }
}

/**
 * Asks git for the files that differ from a revision: committed, staged, in the working directory, or new and not ignored. A
 * deleted file is not one of them; a renamed one is, under its new name. If HEAD has diverged from the revision, what counts is
 * where it did, as in a pull request.
 *
 * @param revision a commit, or what names one: a branch, a tag
 * @param files existing files and folders that the answer is wanted for
 * @throws {UsageError} as `withChangedFiles` does
 */
export async function findChangedFiles(
  revision: string,
  files: readonly string[],
  io: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
  run: Run = runProcess,
): Promise<ChangedFiles> {
  // git takes it for an option otherwise, and so would its older versions behind --end-of-options.
  if (revision.startsWith('-'))
    throw usage(`--changed-since wants a revision, and "${revision}" is an option`)
  const git = gitIn(io, run)
  const top = await git(['rev-parse', '--show-toplevel'])
  if (top.code !== 0) throw usage(`--changed-since needs a git checkout: ${lastWords(top)}`)
  const root = withoutLineEnd(top.stdout)
  const wanted = await requireVisible(files, root, io.cwd, git)
  const disarmed = await withoutFilters(git)
  const base = await branchingPoint(revision, disarmed)
  const differing = await disarmed([
    'diff',
    '--name-only',
    '-z',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--no-relative',
    // What git looks at is the commit of a submodule. To look at its files it would start itself there, with that configuration.
    '--ignore-submodules=dirty',
    '--diff-filter=d',
    base,
    '--',
  ])
  const untracked = await disarmed(['-C', root, 'ls-files', '--others', '--exclude-standard', '-z'])
  for (const one of [differing, untracked]) {
    if (one.code !== 0) throw usage(`git cannot tell what has changed since ${revision}: ${lastWords(one)}`)
  }
  const paths = [differing, untracked].flatMap(({ stdout }) =>
    stdout.split('\0').filter((path) => path !== ''),
  )
  const changed = new Set(paths.map((path) => resolve(root, path)))
  for (const path of changed) if (wanted.some((one) => isWithin(path, one))) requirePresent(path)
  return { revision, count: changed.size, includes: isAmong(changed) }
}

/**
 * Checks that git looks at all that a command names. What it ignores or does not contain never changes in its eyes: to say so
 * would pass it unread.
 * @returns the paths without links, absolute
 */
async function requireVisible(
  files: readonly string[],
  root: string,
  cwd: string,
  git: Git,
): Promise<readonly string[]> {
  const real = files.map((file) => realpathSync(resolve(cwd, file)))
  const outside = files.find((_, index) => !isWithin(real[index] ?? '', root))
  if (outside !== undefined) throw usage(`${outside} is not in the git checkout ${root}`)
  const ignored = await git(['check-ignore', '-z', '--stdin'], real.map((path) => `${path}\0`).join(''))
  if (ignored.code !== 0) return real
  const index = real.indexOf(ignored.stdout.split('\0')[0] ?? '')
  throw usage(`git ignores ${files[index]}, so that it names no changes in it: omit --changed-since`)
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/**
 * Tells whether a file is among those that have changed, or in a folder that is: of a submodule, and of a repository inside this
 * one, git names the folder.
 */
function isAmong(changed: ReadonlySet<string>): ChangedFiles['includes'] {
  const folders = new Map<string, string>()
  return (path) => {
    const folder = dirname(path)
    const real = folders.get(folder) ?? realpathSync(folder)
    folders.set(folder, real)
    for (let one = resolve(real, basename(path)); ; one = dirname(one)) {
      if (changed.has(one)) return true
      if (one === dirname(one)) return false
    }
  }
}

/** A sparse checkout leaves files out, and git names them nevertheless. To skip one would be to pass it unread. */
function requirePresent(path: string): void {
  if (!isManifestName(path)) return
  try {
    lstatSync(path)
  } catch (error) {
    const reason =
      errorCode(error) === 'ENOENT'
        ? 'it has changed, but it is not checked out, or its name is not UTF-8'
        : errorReason(error)
    throw new UsageError('FILE_NOT_READ', { file: path, reason }, { cause: error })
  }
}

/** @returns the commit since which HEAD has changed on its own */
async function branchingPoint(revision: string, git: Git): Promise<string> {
  const commit = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
  if (commit.code !== 0) {
    const range = revision.includes('..') ? '; name one revision, and no range' : ''
    throw usage(`git knows no commit ${revision} here${range || (await howToFetch(git, revision))}`)
  }
  const base = await git(['merge-base', withoutLineEnd(commit.stdout), 'HEAD'])
  if (base.code === 0) return withoutLineEnd(base.stdout)
  throw usage(`HEAD and ${revision} have no common history here${await howToFetch(git, revision)}`)
}

async function howToFetch(git: Git, revision: string): Promise<string> {
  const shallow = await git(['rev-parse', '--is-shallow-repository'])
  return withoutLineEnd(shallow.stdout) === 'true'
    ? ': the checkout is shallow; fetch its history (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)'
    : `; if ${revision} is on a server, fetch it first, and name it as origin/BRANCH`
}

type Exited = Extract<CommandResult, { kind: 'exited' }>
type Git = (args: readonly string[], input?: string) => Promise<Exited>

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
}

function gitIn({ cwd, env }: { cwd: string; env: Command['env'] }, run: Run): Git {
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
async function withoutFilters(git: Git): Promise<Git> {
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
function lastWords({ stderr }: Exited): string {
  const lines = stderr.trim().split('\n')
  const line = lines.find((one) => one.startsWith('fatal: ')) ?? lines.at(-1) ?? ''
  const advice = line.includes('dubious ownership')
    ? '; if you trust it, add it to safe.directory of git'
    : ''
  return (line.replace(/^fatal: /, '') || 'git gives no reason') + advice
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

function usage(reason: string): UsageError {
  return new UsageError('USAGE', { reason })
}
