import { type Dirent, readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { join, normalize, resolve, sep } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { errorReason } from '../../files/file-system.ts'
import { tryParseReference } from '../../reference/parse.ts'
import { redactUserInfo } from '../../reference/server-url.ts'
import type { Io } from './io.ts'

/** Where an input comes from: a file was named itself, found in a folder that was, or is one of these and has changed. */
export type InputOrigin = 'standard input' | 'named' | 'found' | 'changed'

/** The bytes of one stream of manifests. */
export interface NamedInput {
  /** Its name in diagnostics, as git, patch and code hosts have it: `a.yaml` for `./a.yaml`. Absent for standard input. */
  readonly file?: string
  readonly origin: InputOrigin
  readonly bytes: Uint8Array
  /** Whether it may be a ResourceList of KRM functions. */
  readonly krm?: boolean
}

/** The inputs that a command names. */
export interface NamedInputs {
  readonly inputs: readonly NamedInput[]
  /** `FILES_LEFT_OUT`, one for each folder in which something was skipped. */
  readonly skipped: readonly Diagnostic[]
}

/** Tells whether the path of a file, or of a folder with everything below it, matches. */
export type FilePattern = (path: string) => boolean

export interface InputFlags {
  readonly krm?: boolean | undefined
  /** Files and folders that are not read. */
  readonly exclude?: readonly FilePattern[] | undefined
  /** Names of files that are read in folders besides those that kubectl reads. */
  readonly moreNames?: ReadonlySet<string> | undefined
  /** The only files that are read. */
  readonly changed?: ChangedFiles | undefined
}

/** The files that have changed since a revision. */
export interface ChangedFiles {
  /** As the user named it. */
  readonly revision: string
  /** How many they are, manifests or not. */
  readonly count: number
  /** @param path of a file that exists, absolute */
  readonly includes: (path: string) => boolean
}

/** Which files of folders are read. */
type Selection = Pick<InputFlags, 'exclude' | 'moreNames'>

/** The name that stands for standard input, as with kubectl. */
const STANDARD_INPUT = '-'

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
 * Reads the inputs that a command names: files, folders with everything below them that `kubectl apply -R -f` reads, and
 * standard input for `-` or if nothing is named. Links to folders are skipped, as kubectl does; a link to nothing is an error.
 * If only changed files are wanted, the working directory is read if nothing is named.
 *
 * @throws {UsageError} FILE_MISSING, FILE_NOT_READ; USAGE if a folder holds no manifest, or if nothing is named and standard input is a
 *   terminal
 */
export function readInputs(
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'readInput' | 'isInputTerminal'>,
  { krm = false, changed, ...selection }: InputFlags = {},
): NamedInputs {
  const { listed, skipped } =
    changed === undefined ? list(paths, io, selection) : listChanged(paths, io.cwd, selection, changed)
  const inputs = listed.map((one) => readOne(one, io))
  return { inputs: krm ? inputs.map((input) => ({ ...input, krm })) : inputs, skipped }
}

/** An input that is not read yet. Without a file it is standard input. */
interface ListedInput {
  readonly file?: string
  readonly origin: InputOrigin
}

interface ListedInputs {
  readonly listed: readonly ListedInput[]
  readonly skipped: readonly Diagnostic[]
}

function list(
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'isInputTerminal'>,
  selection: Selection,
): ListedInputs {
  if (paths.length === 0) {
    if (!io.isInputTerminal()) return { listed: [STANDARD], skipped: [] }
    throw new UsageError('USAGE', {
      reason: 'there are no manifests: name files or folders, or pipe them in',
    })
  }
  const all = paths.map((path): ListedInputs => {
    if (path === STANDARD_INPUT) return { listed: [STANDARD], skipped: [] }
    const found = listPath(path, io.cwd, selection)
    if (found.listed.length === 0 && !found.hasExcluded)
      throw new UsageError('USAGE', { reason: `no manifest found in ${path}` })
    return found
  })
  return { listed: all.flatMap(({ listed }) => listed), skipped: all.flatMap(({ skipped }) => skipped) }
}

/** Lists the files among those that are named, or in the working directory, that have changed. */
function listChanged(
  paths: readonly string[],
  cwd: string,
  selection: Selection,
  { revision, count, includes }: ChangedFiles,
): ListedInputs {
  const all = changedPaths(paths).map((path) => listPath(path, cwd, selection))
  const listed = all
    .flatMap((found) => found.listed)
    .filter(({ file = '' }) => includes(resolve(cwd, file)))
    .map((one): ListedInput => ({ ...one, origin: 'changed' }))
  const skipped = all.flatMap((found) => found.skipped)
  if (listed.length > 0) return { listed, skipped }
  const others = ` (${counted(count, 'other file')} of the repository did)`
  const args = count === 0 ? { what: 'files', revision, others: '' } : { what: 'manifests', revision, others }
  return { listed, skipped: [...skipped, { code: 'FILES_UNCHANGED', severity: 'info', args }] }
}

/**
 * The files and folders among which changed files are looked for: the working directory if nothing is named.
 * @throws {UsageError} USAGE if standard input is one of them
 */
export function changedPaths(paths: readonly string[]): readonly string[] {
  if (!paths.includes(STANDARD_INPUT)) return paths.length === 0 ? ['.'] : paths
  const reason = 'standard input is no file that git knows: leave out -, or --changed-since'
  throw new UsageError('USAGE', { reason })
}

const STANDARD: ListedInput = { origin: 'standard input' }

function listPath(
  path: string,
  cwd: string,
  selection: Selection,
): ListedInputs & { readonly hasExcluded: boolean } {
  const isFolder = statusOf(path, cwd).isDirectory()
  const skipped: Skipped = { others: 0, excluded: 0, folders: [], jsonnet: 0, special: [] }
  if (isExcluded(path, selection)) skipped.excluded += 1
  else if (!isFolder) return { listed: [{ file: path, origin: 'named' }], skipped: [], hasExcluded: false }
  const files = skipped.excluded > 0 ? [] : manifestsIn(path, cwd, selection, skipped)
  return {
    listed: files.map((file) => ({ file, origin: 'found' })),
    skipped: skippedDiagnostics(path, skipped),
    hasExcluded: skipped.excluded > 0,
  }
}

/**
 * Checks that the files and folders that a command names exist, before anything is read.
 * @throws {UsageError} FILE_MISSING, FILE_NOT_READ; USAGE for an empty name
 */
export function requireFiles(paths: readonly string[], cwd: string): void {
  for (const path of paths) if (path !== STANDARD_INPUT) statusOf(path, cwd)
}

function statusOf(path: string, cwd: string): Stats {
  // `check "$FOLDER"` with an unset variable: the working directory would be a bad guess.
  if (path === '') throw new UsageError('USAGE', { reason: 'an argument is empty: is a variable unset?' })
  const status = reading(path, cwd, (name) => statSync(name, { throwIfNoEntry: false }))
  if (status === undefined) throw new UsageError('FILE_MISSING', describeMissing(path))
  return status
}

/** What a name that no file has may be meant for, as the arguments of `FILE_MISSING`. */
function describeMissing(path: string): { file: string; note: string; advice: string } {
  const file = redactUserInfo(path)
  if (/^https?:\/\//i.test(path)) {
    return { file, note: '', advice: 'a URL is not read; download it: curl -fsSL URL | pinpull' }
  }
  if (/[*?]/.test(path)) {
    return { file, note: ': the shell found nothing for the pattern', advice: 'check it, or name the folder' }
  }
  if (looksLikeImage(path)) {
    const advice = `name the manifests that use it; to print its digest: pinpull inventory --image ${file}`
    return { file, note: ', which looks like an image', advice }
  }
  return { file, note: '', advice: 'check its path, which is relative to the working directory' }
}

/** `nginx:1.27`, `ghcr.io/acme/web@sha256:…`; not `web.yaml`, `a:b.yaml` or `manifests/web`. */
function looksLikeImage(path: string): boolean {
  if (MANIFEST.test(path)) return false
  const reference = tryParseReference(path)
  if (reference === undefined) return false
  return reference.tag !== undefined || reference.digest !== undefined || /^[^/]+\.[^/]+\//.test(path)
}

function readOne({ file, origin }: ListedInput, io: Pick<Io, 'cwd' | 'readInput'>): NamedInput {
  if (file === undefined) return { origin, bytes: io.readInput() }
  return { file: normalize(file), origin, bytes: reading(file, io.cwd, (path) => readFileSync(path)) }
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
function manifestsIn(folder: string, cwd: string, selection: Selection, skipped: Skipped): string[] {
  const entries = reading(folder, cwd, (path) => readdirSync(path, { withFileTypes: true }))
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (isExcluded(path, selection)) skipped.excluded += 1
      else if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) return manifestsIn(path, cwd, selection, skipped)
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

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function isFile(entry: Dirent, path: string, cwd: string): boolean {
  return entry.isFile() || (entry.isSymbolicLink() && reading(path, cwd, (name) => statSync(name)).isFile())
}

/** Calls `read` with an absolute path. Its error names the path itself, not the folder in which it was found. */
function reading<T>(path: string, cwd: string, read: (path: string) => T): T {
  try {
    return read(resolve(cwd, path))
  } catch (error) {
    throw new UsageError('FILE_NOT_READ', { file: path, reason: errorReason(error) }, { cause: error })
  }
}
