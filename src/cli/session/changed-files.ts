import { lstatSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Run } from '../../credentials/program.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { errorCode, errorReason } from '../../files/file-system.ts'
import { isWithin } from '../../files/trusted-path.ts'
import { type ChangedFiles, changedPaths, requireFiles } from '../io/inputs.ts'
import { isManifestName } from '../io/manifest-folder.ts'
import { runProcess } from '../io/process.ts'
import type { Flags } from '../options/flags.ts'
import { createChangeCheck } from './changed-paths.ts'
import { type Git, gitIn, lastWords, usage, withoutFilters, withoutLineEnd } from './git.ts'
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
  const untracked = ['-C', root, 'ls-files', '--others', '--exclude-standard', '-z']
  const answers = await Promise.all([
    disarmed([
      'diff',
      '--name-only',
      '-z',
      '--no-renames',
      '--no-ext-diff',
      '--no-textconv',
      '--no-relative',
      // No file of the configuration gives an order.
      '-O/dev/null',
      // What git looks at is the commit of a submodule. To look at its files it would start itself there, with that configuration.
      '--ignore-submodules=dirty',
      '--diff-filter=d',
      base,
      '--',
    ]),
    disarmed(untracked),
    disarmed([...untracked, '--ignored', '--directory']),
  ])
  for (const one of answers) {
    if (one.code !== 0) throw usage(`git cannot tell what has changed since ${revision}: ${lastWords(one)}`)
  }
  const [differing, added, ignored] = answers.map(({ stdout }) => pathsIn(stdout, root))
  const changed = new Set([...(differing ?? []), ...(added ?? [])])
  for (const path of changed) if (wanted.some((one) => isWithin(path, one))) requirePresent(path)
  const includes = createChangeCheck({ root, changed, ignored: new Set(ignored) })
  return { revision, count: changed.size, includes }
}

/** @param list relative paths, with a NUL behind each; folders have a slash, too */
function pathsIn(list: string, root: string): readonly string[] {
  return list.split('\0').flatMap((path) => (path === '' ? [] : resolve(root, path)))
}

/** The exit code of `git check-ignore` for that. Others are failures. */
const NONE_IGNORED = 1

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
  if (ignored.code === NONE_IGNORED) return real
  if (ignored.code !== 0)
    throw usage(
      `git does not look at all of the named files: ${lastWords(ignored)}; omit --changed-since, or run pinpull in the submodule`,
    )
  const index = real.indexOf(ignored.stdout.split('\0')[0] ?? '')
  throw usage(`git ignores ${files[index]}, so that it names no changes in it: omit --changed-since`)
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
