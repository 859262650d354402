import { realpathSync } from 'node:fs'
import { dirname, normalize, resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { isWithin, isWithinFolder } from '../../files/trusted-path.ts'
import type { SourceFile } from '../../sources/source-edit.ts'
import { type NamedInput, readInputs } from './inputs.ts'
import type { Io } from './io.ts'
import type { FilePattern } from './manifest-folder.ts'

/** A file to edit. */
export interface EditableFile extends SourceFile {
  /** Absolute and without links: what is replaced. */
  readonly realPath: string
  readonly isNamed: boolean
}

/** The files to edit, and what was skipped. */
export interface EditableFiles {
  readonly files: readonly EditableFile[]
  /** `FILES_LEFT_OUT`. */
  readonly skipped: readonly Diagnostic[]
}

/** A kustomization may also have this name, which kubectl does not read in a folder. */
const MORE_NAMES: ReadonlySet<string> = new Set(['Kustomization'])

/**
 * Reads the files that `pinpull pin` may edit: those that are named, and in folders those that kubectl or kustomize reads. A link
 * is followed within its folder only, and a file with several names is edited once.
 *
 * @throws {UsageError} as `readInputs` does; USAGE without files, for standard input, and for a named link that leaves its folder
 */
export function readEditableFiles(
  paths: readonly string[],
  io: Pick<Io, 'cwd' | 'readInput' | 'isInputTerminal'>,
  exclude: readonly FilePattern[] = [],
): EditableFiles {
  if (paths.length === 0) throw new UsageError('USAGE', { reason: 'name the files or folders to pin' })
  if (paths.includes('-')) {
    const reason = 'pin edits files; to pin what comes from standard input: pinpull < IN > OUT'
    throw new UsageError('USAGE', { reason })
  }
  const { inputs, skipped } = readInputs(paths, io, { exclude, moreNames: MORE_NAMES })
  const byRealPath = new Map<string, EditableFile>()
  const outside: string[] = []
  for (const input of inputs) {
    const { file: path = '', bytes, origin } = input
    const absolute = resolve(io.cwd, path)
    const isNamed = origin === 'named'
    if (!isWithinFolder(absolute, resolve(io.cwd, folderOf(input, paths)))) {
      if (isNamed) throw new UsageError('USAGE', { reason: `${path} is a link that leads out of its folder` })
      outside.push(path)
      continue
    }
    const realPath = realpathSync(absolute)
    const before = byRealPath.get(realPath)
    // Of several names, the one that is no link is what people expect in the diff.
    if (before === undefined || resolve(io.cwd, before.path) !== realPath)
      byRealPath.set(realPath, { path, bytes, realPath, isNamed: isNamed || before?.isNamed === true })
  }
  return { files: [...byRealPath.values()], skipped: [...skipped, ...outsideDiagnostics(outside)] }
}

/** The folder that a file must be in: the one that was named, or its own. */
function folderOf({ file = '', origin }: NamedInput, paths: readonly string[]): string {
  if (origin === 'named') return dirname(file)
  const folders = paths.map(normalize).filter((path) => path === './' || path === '.' || isWithin(file, path))
  return folders.toSorted((a, b) => a.length - b.length)[0] ?? dirname(file)
}

function outsideDiagnostics(outside: readonly string[]): Diagnostic[] {
  return outside.map((file) => {
    const args = { left: `${file}, a link that leads out of the folder` }
    return { code: 'FILES_LEFT_OUT', severity: 'info', args, at: { file } }
  })
}
