import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { errorCode, type FileSystem, ifExists, realFiles, writeAll } from './file-system.ts'

/** The time after which a mutex counts as abandoned, in milliseconds. It is normally held for a few milliseconds. */
const ABANDONED_AFTER = 10_000

/** The maximum pause before the next attempt, in milliseconds; the actual pause is random. */
const PAUSE = 25

/** The content of a mutex file: machine and process ID of its holder, and a nonce. */
const HOLDER = /^(\S+) (\d{1,10}) ([0-9a-f]{16})\n$/

/** Identifies a process, so that others can tell whether it is still running. */
export interface ProcessIdentity {
  readonly id: number
  /** Identifies the machine or container in which the ID is valid. Without spaces. */
  readonly machine: string
  /** Whether a process of this machine is running. */
  readonly isRunning: (id: number) => boolean
}

export interface MutexOptions {
  readonly process: ProcessIdentity
  /** Stops waiting. */
  readonly signal: AbortSignal
  readonly files?: FileSystem
  /** In milliseconds; for tests. */
  readonly abandonedAfter?: number
}

/**
 * Runs an action under mutual exclusion for a file: each process first creates a file of one name beside it (`O_EXCL`),
 * and removes it at the end. A file left by a killed process is removed at once if it ran on this machine, and
 * otherwise after ten seconds.
 *
 * @param path the guarded file; it need not exist
 * @param act the action, which takes milliseconds
 * @returns the result of the action
 * @throws the system's error if the folder is not writable; the signal's reason
 */
export async function withMutex<T>(path: string, options: MutexOptions, act: () => T): Promise<T> {
  const file = join(dirname(path), `.${basename(path)}.lock`)
  const token = await acquire(file, options)
  try {
    return act()
  } finally {
    const { files = realFiles } = options
    if (holderOf(file, files) === token) ifExists(() => files.unlinkSync(file))
  }
}

async function acquire(file: string, options: MutexOptions): Promise<string> {
  const { process, signal, files = realFiles, abandonedAfter = ABANDONED_AFTER } = options
  const token = `${process.machine} ${process.id} ${randomBytes(8).toString('hex')}\n`
  let seen: { readonly holder: string | undefined; readonly since: number } = { holder: undefined, since: 0 }
  while (!tryCreate(file, token, files)) {
    signal.throwIfAborted()
    const holder = holderOf(file, files)
    const now = performance.now()
    if (seen.holder !== holder) seen = { holder, since: now }
    const isOver = now - seen.since > abandonedAfter
    if (holder !== undefined && (isOver || hasEnded(holder, process)))
      await removeAbandoned(file, holder, options)
    else await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * PAUSE))
  }
  return token
}

/** @returns false if the file exists */
function tryCreate(file: string, token: string, files: FileSystem): boolean {
  let handle: number
  try {
    handle = files.openSync(file, 'wx', 0o644)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
  try {
    // Whatever the umask is: other users of the folder must be able to read it.
    files.fchmodSync(handle, 0o644)
    writeAll(files, handle, Buffer.from(token))
  } catch (error) {
    files.unlinkSync(file)
    throw error
  } finally {
    files.closeSync(handle)
  }
  return true
}

/** Returns a text that identifies the holder; undefined if nobody holds the mutex. */
function holderOf(file: string, files: FileSystem): string | undefined {
  const stat = ifExists(() => files.lstatSync(file))
  if (stat === undefined) return undefined
  // Not yet written, or not a mutex file.
  const unknown = `${stat.ino} ${stat.mtimeMs}`
  if (!stat.isFile() || stat.size > 1024) return unknown
  try {
    const text = ifExists(() => String(files.readFileSync(file)))
    return text === undefined ? undefined : HOLDER.test(text) ? text : unknown
  } catch {
    return unknown
  }
}

function hasEnded(holder: string, { machine, isRunning }: ProcessIdentity): boolean {
  const [, where, id] = HOLDER.exec(holder) ?? []
  return where === machine && !isRunning(Number(id))
}

/**
 * Removes the file of a dead holder, under another mutex: otherwise a slow process could remove the file that a faster one
 * has created since.
 */
async function removeAbandoned(file: string, holder: string, options: MutexOptions): Promise<void> {
  const { files = realFiles } = options
  const [, , , number = holder.replaceAll(/\W/g, '')] = HOLDER.exec(holder) ?? []
  await withMutex(`${file}.${number}`, options, () => {
    if (holderOf(file, files) === holder) ifExists(() => files.unlinkSync(file))
  })
}
