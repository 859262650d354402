import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, normalize, resolve } from 'node:path'
import { UsageError } from '../diagnostics/errors.ts'
import { systemReason } from '../files/file-system.ts'
import type { Io } from './io.ts'

/** One stream of manifests, with the name that its findings carry. */
export interface NamedInput {
  /** As git, patch and code hosts know it: `a.yaml` for `./a.yaml`. Absent for standard input. */
  readonly file?: string
  readonly bytes: Uint8Array
  /** Whether it may be a ResourceList of KRM functions. */
  readonly krm?: boolean
}

export interface InputFlags {
  readonly krm?: boolean
}

/** What `kubectl apply -R -f FOLDER` takes for manifests. */
const MANIFEST = /\.(?:ya?ml|json)$/i

/**
 * Reads the streams that a command names: files, folders with all that is below them, `-` for standard input, which
 * is also read where nothing is named. Hidden files, `node_modules` and links to folders are passed over; a link to nothing is an error.
 *
 * @throws {UsageError} where a path cannot be read, a folder holds no manifest, or nothing is named and standard input
 *   is a terminal
 */
export function readInputs(
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'readInput' | 'isInputTerminal'>,
  { krm = false }: InputFlags = {},
): NamedInput[] {
  return readPaths(paths, io).map((input) => (krm ? { ...input, krm } : input))
}

function readPaths(
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'readInput' | 'isInputTerminal'>,
): NamedInput[] {
  if (paths.length === 0) {
    if (!io.isInputTerminal()) return [{ bytes: io.readInput() }]
    throw new UsageError('USAGE', {
      reason: 'there are no manifests: name files or folders, or pipe them in',
    })
  }
  return paths.flatMap((path) => (path === '-' ? [{ bytes: io.readInput() }] : readPath(path, io.cwd)))
}

function readPath(path: string, cwd: string): NamedInput[] {
  // `check "$FOLDER"`, and the variable is not set: the working directory would be a bad guess.
  if (path === '') throw new UsageError('USAGE', { reason: 'the name of a file or folder is empty' })
  if (!reading(path, cwd, (name) => statSync(name)).isDirectory()) return [readOne(path, cwd)]
  const files = manifestsIn(path, cwd)
  if (files.length === 0) throw new UsageError('USAGE', { reason: `there is no manifest in ${path}` })
  return files.map((file) => readOne(file, cwd))
}

function readOne(file: string, cwd: string): NamedInput {
  return { file: normalize(file), bytes: reading(file, cwd, (path) => readFileSync(path)) }
}

/** The manifests in a folder and below, in the order of their names. */
function manifestsIn(folder: string, cwd: string): string[] {
  const entries = reading(folder, cwd, (path) => readdirSync(path, { withFileTypes: true }))
  return entries
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return manifestsIn(path, cwd)
      return MANIFEST.test(entry.name) && isFile(entry, path, cwd) ? [path] : []
    })
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
