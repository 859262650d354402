import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join, normalize, resolve, sep } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { errorCode, errorReason } from '../../files/file-system.ts'

/** Tells whether the path of a file, or of a folder with everything below it, matches. */
export type FilePattern = (path: string) => boolean

/** Which files of folders are read. */
export interface Selection {
  /** Files and folders that are not read. */
  readonly exclude?: readonly FilePattern[] | undefined
  /** Names of files that are read in folders besides those that kubectl reads. */
  readonly moreNames?: ReadonlySet<string> | undefined
}

/** The manifests that a path stands for. */
export interface FoundManifests {
  /** Sorted by name. */
  readonly files: readonly string[]
  /** `FILES_LEFT_OUT`, if something was skipped. */
  readonly skipped: readonly Diagnostic[]
  /** Whether `--exclude` has left out any of them. */
  readonly hasExcluded: boolean
}

/** The names that `kubectl apply -R -f FOLDER` reads (cli-runtime, pkg/resource/builder.go `FileExtensions`). */
const MANIFEST = /\.(?:ya?ml|json)$/i

/** Whether a file of this name is read in a folder. */
export function isManifestName(path: string): boolean {
  return MANIFEST.test(path)
}

/** What Argo CD's directory source reads besides (argo-cd, reposerver/repository `manifestFile`), and nobody can without evaluating it. */
const JSONNET = /\.jsonnet$/

/** Folders that are never searched: what git keeps, which is not reported, and what npm installs. */
const GIT = '.git'
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([GIT, 'node_modules'])

/**
 * Finds the manifests of a folder and of all folders in it: the files that `kubectl apply -R -f` reads. Links to folders are
 * skipped, as kubectl does.
 * @param isFolder whether the path is one; a file stands for itself
 * @throws {UsageError} FILE_NOT_READ
 */
export function findManifests(
  path: string,
  isFolder: boolean,
  cwd: string,
  selection: Selection,
): FoundManifests {
  const skipped: Skipped = { others: 0, excluded: 0, folders: [], jsonnet: 0, special: [] }
  if (isExcluded(path, selection)) skipped.excluded += 1
  else if (!isFolder) return { files: [path], skipped: [], hasExcluded: false }
  const files = skipped.excluded > 0 ? [] : pathsIn(path, cwd, selection, skipped)
  return { files, skipped: skippedDiagnostics(path, skipped), hasExcluded: skipped.excluded > 0 }
}

/** What was found and not read. */
interface Skipped {
  /** The number of files that kubectl does not read either. */
  others: number
  /** The number of files and folders that `--exclude` names. */
  excluded: number
  readonly folders: string[]
  /** The number of Jsonnet files. */
  jsonnet: number
  /** Entries that are named like manifests and are no files: pipes, links to folders. */
  readonly special: string[]
}

/** @returns the paths of the manifests in a folder and below, sorted by name; counts the others in `skipped` */
function pathsIn(folder: string, cwd: string, selection: Selection, skipped: Skipped): string[] {
  const entries = reading(folder, cwd, (path) => readdirSync(path, { withFileTypes: true }))
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (isExcluded(path, selection)) skipped.excluded += 1
      else if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) return pathsIn(path, cwd, selection, skipped)
        if (entry.name !== GIT) skipped.folders.push(normalize(path))
      } else if (isSelected(entry.name, selection) && isFile(entry, path, cwd)) return [path]
      else if (JSONNET.test(entry.name)) skipped.jsonnet += 1
      else if (MANIFEST.test(entry.name)) skipped.special.push(normalize(path))
      else skipped.others += 1
      return []
    })
}

function isSelected(name: string, { moreNames }: Selection): boolean {
  return MANIFEST.test(name) || moreNames?.has(name) === true
}

/** Whether `--exclude` names a file or folder. */
function isExcluded(path: string, { exclude = [] }: Selection): boolean {
  const shown = normalize(path).split(sep).join('/').replace(/\/$/, '')
  // Patterns are about the contents of the working directory, and not about itself.
  return shown !== '.' && exclude.some((matches) => matches(shown))
}

/** What kubectl does not read either is reported only along with something else. */
function skippedDiagnostics(path: string, skipped: Skipped): Diagnostic[] {
  const { others, excluded, folders, jsonnet, special } = skipped
  if (excluded === 0 && folders.length === 0 && jsonnet === 0 && special.length === 0) return []
  const reasons = [
    ...(others === 0 ? [] : [`${counted(others, 'file')} that kubectl does not read either`]),
    ...(excluded === 0 ? [] : [`${excluded} by --exclude`]),
    ...(jsonnet === 0 ? [] : [`${counted(jsonnet, 'Jsonnet file')}, which Argo CD evaluates`]),
    ...folders,
    ...special.map((name) => `${name}, which is no file`),
  ]
  const args = { left: reasons.join(', ') }
  return [{ code: 'FILES_LEFT_OUT', severity: 'info', args, at: { file: normalize(path) } }]
}

/** `1 file`, `2 files`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function isFile(entry: Dirent, path: string, cwd: string): boolean {
  return entry.isFile() || (entry.isSymbolicLink() && reading(path, cwd, (name) => statSync(name)).isFile())
}

/**
 * Calls `read` with an absolute path. Its error names the path itself, not the folder in which it was found.
 * @throws {UsageError} FILE_NOT_READ
 */
export function reading<T>(path: string, cwd: string, read: (path: string) => T): T {
  try {
    return read(resolve(cwd, path))
  } catch (error) {
    throw new UsageError('FILE_NOT_READ', { file: path, reason: reasonOf(error, path) }, { cause: error })
  }
}

/** Node puts U+FFFD into a name that is not UTF-8, and finds no such file then. */
function reasonOf(error: unknown, path: string): string {
  return errorCode(error) === 'ENOENT' && path.includes('\ufffd')
    ? 'its name is not UTF-8: rename it'
    : errorReason(error)
}
