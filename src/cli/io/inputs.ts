import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, normalize, resolve, sep } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { PinpullError, UsageError } from '../../diagnostics/errors.ts'
import { errorReason } from '../../files/file-system.ts'
import {
  documentFindings,
  foreignFinding,
  isForeign,
  objectlessFindings,
} from '../../kube/diagnostics/non-kubernetes.ts'
import { isOpaqueType } from '../../kube/tables/lookup.ts'
import { type Input, readInput } from '../../transform.ts'
import type { ReadOptions } from '../../yaml/documents.ts'
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

/** Whether a path, of a file or of a folder with everything below it, matches. */
export type FilePattern = (path: string) => boolean

interface InputFlags {
  readonly krm?: boolean | undefined
  /** Files and folders that are not read. */
  readonly exclude?: readonly FilePattern[] | undefined
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
    throw new UsageError('FILE_NOT_READ', { file: path, reason: errorReason(error) }, { cause: error })
  }
}

/** One of several inputs, read; or why it cannot be, which must not hide what is wrong with the others. */
export type ReadInput =
  | { readonly kind: 'read'; readonly origin: InputOrigin; readonly input: Input }
  | { readonly kind: 'unreadable'; readonly origin: InputOrigin; readonly diagnostic: Diagnostic }

/** Reads what has to be read of an input. */
export function readNamed(input: NamedInput): ReadInput {
  return readBy(input, { isUnparsed: isOpaqueType })
}

/** Reads every document of an input, for who asks what is wrong with it before anything is looked for. */
export function readWhole(input: NamedInput): ReadInput {
  return readBy(input, {})
}

function readBy({ bytes, file, origin, krm = false }: NamedInput, options: ReadOptions): ReadInput {
  try {
    return { kind: 'read', origin, input: readInput(bytes, file, { ...options, krm }) }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args } = error
    const at = file === undefined ? {} : { at: { file } }
    return { kind: 'unreadable', origin, diagnostic: { code, severity: 'error', args, ...at } }
  }
}

/** Every input of a run, as far as it can be read. */
export interface AllInputs {
  readonly inputs: readonly Input[]
  /** What is wrong: with inputs that cannot be read, and with the YAML of the others. */
  readonly diagnostics: readonly Diagnostic[]
  /** What is odd about them all, and what was left out. */
  readonly remarks: readonly Diagnostic[]
}

/** Reads the inputs that a command names. */
export function readAll(files: readonly string[], io: Io, flags: InputFlags): AllInputs {
  const { inputs, leftOut } = readInputs(files, io, flags)
  const read = inputs.map(readWhole)
  const demands = { isStrict: false, requirePinned: false }
  const diagnostics = read.flatMap((one) => (one.kind === 'read' ? one.input.diagnostics : [one.diagnostic]))
  const odd =
    diagnostics.length > 0 ? [] : readable(read).flatMap((input) => documentFindings(input, demands))
  return {
    inputs: readable(read),
    diagnostics,
    remarks: [...leftOut, ...remarksAbout(read), ...odd],
  }
}

export interface RemarkOptions {
  /** Whether a file that was named and holds no object is an error: it was to be proved. */
  readonly requirePinned?: boolean
  /** Whether such a file is passed over, as one of a folder is. */
  readonly ignoreOtherFiles?: boolean
}

/**
 * Says which inputs hold something, but no manifest: each that was named, and how many of those that were found in folders. One
 * that cannot be read may be a manifest.
 */
export function remarksAbout(
  all: readonly ReadInput[],
  { requirePinned = false, ignoreOtherFiles = false }: RemarkOptions = {},
): readonly Diagnostic[] {
  const foreign = all.filter((one) => one.kind === 'read' && isForeign(one.input))
  const isJudged = ({ origin }: ReadInput): boolean => origin === 'named' && !ignoreOtherFiles
  const named = readable(foreign.filter(isJudged)).map((input) =>
    foreignFinding(input, requirePinned ? 'error' : 'warning'),
  )
  const others = readable(foreign.filter((one) => !isJudged(one) && one.origin !== 'standard input'))
  const inputs = readable(all)
  const isSaid = named.length > 0 || inputs.length < all.length || (ignoreOtherFiles && others.length > 0)
  const whole = isSaid ? [] : objectlessFindings(inputs)
  return [...passedOver(others), ...named, ...whole]
}

const SHOWN = 3

/** Which files hold no object and were not asked to. */
function passedOver(inputs: readonly Input[]): Diagnostic[] {
  const [first] = inputs
  if (first === undefined) return []
  const names = inputs.slice(0, SHOWN).flatMap(({ source }) => source.file ?? [])
  const more = inputs.length > SHOWN ? ', …' : ''
  const left = `${inputs.length} without a Kubernetes object: ${names.join(', ')}${more}`
  return [{ code: 'FILES_LEFT_OUT', severity: 'info', args: { left } }]
}

/** Those of several inputs that could be read. */
export function readable(all: readonly ReadInput[]): Input[] {
  return all.flatMap((one) => (one.kind === 'read' ? [one.input] : []))
}
