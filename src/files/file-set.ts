import { type PreparedFile, prepareFile, replaceFile } from './atomic-file.ts'
import { errorReason, type FileSystem, realFiles } from './file-system.ts'

/** A file to be replaced. */
export interface Replacement {
  /** Without symbolic links. */
  readonly path: string
  /** What the file contained when it was read. */
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** Whether all files were replaced, or none: then which one is to blame. */
export type ReplaceResult =
  | { readonly kind: 'replaced' }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string }

/** Any of the bits that allow to write. Root may write to every file, and yet a file without them is not meant to change. */
const WRITE_BITS = 0o222

/**
 * Replaces several files: all of them, or none. Each keeps its mode, and its owner if this process may set it. Everything that
 * can fail is tried before the first file is replaced: every file must be regular, writable and unchanged since it was read, and
 * its new content is on the disk. If a replacement fails after all, the files before it get their old content back.
 *
 * If the process is killed, each file is the old or the new one. What remains is to be replaced by the next run.
 */
export function replaceFiles(
  replacements: readonly Replacement[],
  files: FileSystem = realFiles,
): ReplaceResult {
  const prepared: PreparedFile[] = []
  const discardFrom = (first: number): void => {
    for (const one of prepared.slice(first)) one.discard()
  }
  const refused = (path: string, error: unknown): ReplaceResult => ({
    kind: 'refused',
    path,
    reason: errorReason(error),
  })
  for (const { path, before, after } of replacements) {
    try {
      requireSame(path, before, files)
      requireWritable(path, files)
      prepared.push(prepareFile(path, after, { mode: MODE, keepMode: true, files }))
    } catch (error) {
      discardFrom(0)
      return refused(path, error)
    }
  }
  for (const [index, { path, before }] of replacements.entries()) {
    try {
      requireSame(path, before, files)
      prepared[index]?.commit()
    } catch (error) {
      discardFrom(index)
      for (const done of replacements.slice(0, index)) restore(done, files)
      return refused(path, error)
    }
  }
  return { kind: 'replaced' }
}

/** The mode of a file that has disappeared, which is refused: all files keep theirs. */
const MODE = 0o600

/** @throws Error if the file is a link, has another content, or does not exist */
function requireSame(path: string, before: Uint8Array, files: FileSystem): void {
  if (!files.lstatSync(path).isFile()) throw new Error('it is not a regular file')
  if (!Buffer.from(files.readFileSync(path)).equals(before)) {
    throw new Error('it was changed by another program in the meantime; run the command again')
  }
}

/** @throws Error if the file is read-only, or of another user whom only root can leave as its owner; the system's error */
function requireWritable(path: string, files: FileSystem): void {
  const { userId } = files
  const { mode, uid } = files.lstatSync(path)
  if ((mode & WRITE_BITS) === 0) throw new Error('it is read-only')
  if (userId !== undefined && userId !== 0 && uid !== userId) throw new Error('it belongs to another user')
  files.closeSync(files.openSync(path, 'r+'))
}

function restore({ path, before }: Replacement, files: FileSystem): void {
  try {
    replaceFile(path, before, { mode: MODE, keepMode: true, files })
  } catch {
    // The disk has failed twice: the file has its new content, which is complete.
  }
}
