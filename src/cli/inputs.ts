import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, normalize, resolve, sep } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { UsageError } from '../diagnostics/errors.ts'
import { systemReason } from '../files/file-system.ts'
import type { FilePattern } from './file-pattern.ts'
import type { Io } from './io.ts'

/** How an input came to be read. */
export type InputOrigin = 'standard input' | 'named' | 'found'

/** One stream of manifests, with the name that its findings carry. */
export interface NamedInput {
  /** As git, patch and code hosts know it: `a.yaml` for `./a.yaml`. Absent for standard input. */
  readonly file?: string
  /** Whether it was named itself, or found in a folder that was. */
  readonly origin: InputOrigin
  readonly bytes: Uint8Array
  /** Whether it may be a ResourceList of KRM functions. */
  readonly krm?: boolean
}

/** What a command names, as far as it is read. */
export interface FoundInputs {
  readonly inputs: readonly NamedInput[]
  /** `FILES_LEFT_OUT`, one for each folder in which something was. */
  readonly leftOut: readonly Diagnostic[]
}

export interface InputFlags {
  readonly krm?: boolean
  /** Files and folders that are not read. */
  readonly exclude?: readonly FilePattern[]
}

/** What `kubectl apply -R -f FOLDER` takes for manifests (cli-runtime, pkg/resource/builder.go `FileExtensions`). */
const MANIFEST = /\.(?:ya?ml|json)$/i

/** Folders that hold no manifest of the folder they are in: what git keeps, of which nothing is said, and what npm installs. */
const GIT = '.git'
const PASSED_OVER: ReadonlySet<string> = new Set([GIT, 'node_modules'])

/**
 * Reads the streams that a command names: files, folders with all that `kubectl apply -R -f` reads below them, `-` for standard
 * input, which is also read where nothing is named. Links to folders are passed over, as kubectl does; a link to
 * nothing is an error.
 *
 * @throws {UsageError} where a path cannot be read, a folder holds no manifest, or nothing is named and standard input
 *   is a terminal
 */
export function readInputs(
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'readInput' | 'isInputTerminal'>,
  { exclude = [], krm = false }: InputFlags = {},
): FoundInputs {
  const { inputs, leftOut } = readPaths(paths, io, exclude)
  return { inputs: krm ? inputs.map((input) => ({ ...input, krm })) : inputs, leftOut }
}

function readPaths(
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'readInput' | 'isInputTerminal'>,
  exclude: readonly FilePattern[],
): FoundInputs {
  if (paths.length === 0) {
    if (!io.isInputTerminal()) return { inputs: [readStandard(io)], leftOut: [] }
    throw new UsageError('USAGE', {
      reason: 'there are no manifests: name files or folders, or pipe them in',
    })
  }
  const all = paths.map((path) => readPath(path, io, exclude))
  return { inputs: all.flatMap(({ inputs }) => inputs), leftOut: all.flatMap(({ leftOut }) => leftOut) }
}

function readStandard(io: Pick<Io, 'readInput'>): NamedInput {
  return { origin: 'standard input', bytes: io.readInput() }
}

function readPath(
  path: string,
  io: Pick<Io, 'cwd' | 'readInput'>,
  exclude: readonly FilePattern[],
): FoundInputs {
  const { cwd } = io
  if (path === '-') return { inputs: [readStandard(io)], leftOut: [] }
  // `check "$FOLDER"`, and the variable is not set: the working directory would be a bad guess.
  if (path === '') throw new UsageError('USAGE', { reason: 'the name of a file or folder is empty' })
  const isFolder = reading(path, cwd, (name) => statSync(name)).isDirectory()
  const left: LeftOut = { others: 0, excluded: 0, folders: [] }
  if (isExcluded(path, exclude)) left.excluded += 1
  else if (!isFolder) return { inputs: [readOne(path, 'named', cwd)], leftOut: [] }
  const files = left.excluded > 0 ? [] : manifestsIn(path, cwd, exclude, left)
  if (files.length === 0 && left.excluded === 0)
    throw new UsageError('USAGE', { reason: `there is no manifest in ${path}` })
  return { inputs: files.map((file) => readOne(file, 'found', cwd)), leftOut: leftOutFindings(path, left) }
}

function readOne(file: string, origin: InputOrigin, cwd: string): NamedInput {
  return { file: normalize(file), origin, bytes: reading(file, cwd, (path) => readFileSync(path)) }
}

/** What was met and not read. */
interface LeftOut {
  /** Files that kubectl leaves out, too. */
  others: number
  /** Files and folders that `--exclude` names. */
  excluded: number
  readonly folders: string[]
}

/** The manifests in a folder and below, in the order of their names. */
function manifestsIn(folder: string, cwd: string, exclude: readonly FilePattern[], left: LeftOut): string[] {
  const entries = reading(folder, cwd, (path) => readdirSync(path, { withFileTypes: true }))
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (isExcluded(path, exclude)) left.excluded += 1
      else if (entry.isDirectory()) {
        if (!PASSED_OVER.has(entry.name)) return manifestsIn(path, cwd, exclude, left)
        if (entry.name !== GIT) left.folders.push(normalize(path))
      } else if (MANIFEST.test(entry.name) && isFile(entry, path, cwd)) return [path]
      else left.others += 1
      return []
    })
}

function isExcluded(path: string, exclude: readonly FilePattern[]): boolean {
  const shown = normalize(path).split(sep).join('/').replace(/\/$/, '')
  // A pattern is about what is in the working directory, and not about that.
  return shown !== '.' && exclude.some((matches) => matches(shown))
}

/** What kubectl leaves out, too, is not worth a word by itself. */
function leftOutFindings(path: string, { others, excluded, folders }: LeftOut): Diagnostic[] {
  if (excluded === 0 && folders.length === 0) return []
  const reasons = [
    ...(others === 0 ? [] : [`${counted(others, 'file')} that kubectl does not read either`]),
    ...(excluded === 0 ? [] : [`${excluded} by --exclude`]),
    ...folders,
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

/** Runs a read of one path; where it fails, it is that path that cannot be read, and not the folder it was found in. */
function reading<T>(path: string, cwd: string, read: (path: string) => T): T {
  try {
    return read(resolve(cwd, path))
  } catch (error) {
    throw new UsageError('FILE_NOT_READ', { file: path, reason: systemReason(error) }, { cause: error })
  }
}
