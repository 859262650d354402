import { type Stats, statSync } from 'node:fs'
import { normalize, resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { tryParseReference } from '../../reference/parse.ts'
import { redactUserInfo } from '../../reference/server-url.ts'
import type { Io } from './io.ts'
import { counted, findManifests, isManifestName, reading, type Selection } from './manifest-folder.ts'
import { readWhole } from './read-buffer.ts'

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

export interface InputFlags extends Selection {
  readonly krm?: boolean | undefined
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

/** The name that stands for standard input, as with kubectl. */
const STANDARD_INPUT = '-'

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
  flags: InputFlags = {},
): NamedInputs {
  const { listed, skipped } = listInputs(paths, io, flags)
  return { inputs: listed.map((one) => readOne(one, io)), skipped }
}

/** An input that is not read yet. Without a file it is standard input. */
export interface ListedInput {
  readonly file?: string
  readonly origin: InputOrigin
  /** As for `NamedInput`. */
  readonly krm?: boolean
}

export interface ListedInputs {
  readonly listed: readonly ListedInput[]
  readonly skipped: readonly Diagnostic[]
}

/**
 * Lists what `readInputs` reads.
 * @throws {UsageError} as `readInputs` does
 */
export function listInputs(
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'isInputTerminal'>,
  { krm = false, changed, ...selection }: InputFlags = {},
): ListedInputs {
  const { listed, skipped } =
    changed === undefined ? list(paths, io, selection) : listChanged(paths, io.cwd, selection, changed)
  return { listed: krm ? listed.map((one) => ({ ...one, krm })) : listed, skipped }
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
  const { files, ...rest } = findManifests(path, isFolder, cwd, selection)
  const origin = isFolder ? 'found' : 'named'
  return { listed: files.map((file) => ({ file, origin })), ...rest }
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
    const advice = `name the manifests that use it; to print its digest: pinpull inventory --image ${file}; to verify its signature: pinpull verify --image ${file}`
    return { file, note: ', which looks like an image', advice }
  }
  return { file, note: '', advice: 'check its path, which is relative to the working directory' }
}

/** `nginx:1.27`, `ghcr.io/acme/web@sha256:…`; not `web.yaml`, `a:b.yaml` or `manifests/web`. */
function looksLikeImage(path: string): boolean {
  if (isManifestName(path)) return false
  const reference = tryParseReference(path)
  if (reference === undefined) return false
  return reference.tag !== undefined || reference.digest !== undefined || /^[^/]+\.[^/]+\//.test(path)
}

function readOne({ file, ...rest }: ListedInput, io: Pick<Io, 'cwd' | 'readInput'>): NamedInput {
  if (file === undefined) return { ...rest, bytes: io.readInput() }
  return { ...rest, file: normalize(file), bytes: reading(file, io.cwd, readWhole) }
}
