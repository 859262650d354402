import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { errorCode, type FileSystem, ifExists, realFiles, writeAll } from './file-system.ts'

/** A mutex that the same holder keeps for so long is abandoned: it is held for a few milliseconds only. */
const ABANDONED_AFTER = 10_000

/** The longest wait before the next attempt, in milliseconds; a random part of it is used. */
const PAUSE = 25

/** The content of a mutex file: its holder, and a number that is used once. */
const HOLDER = /^(\S+) (\d{1,10}) ([0-9a-f]{16})\n$/

/** Identifies a process, so that others can tell whether it is still running. */
export interface ProcessIdentity {
  readonly id: number
  /** Where the number means this process: a machine, and a container on it. Without blanks. */
  readonly machine: string
  /** Whether a process of this machine runs. */
  readonly isRunning: (id: number) => boolean
}

export interface MutexOptions {
  readonly process: ProcessIdentity
  /** Ends the waiting. */
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

/** @returns false where there is one already */
function tryCreate(file: string, token: string, files: FileSystem): boolean {
  let handle: number
  try {
    handle = files.openSync(file, 'wx', 0o644)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
  try {
    // Under any umask: who shares the folder has to see who holds it.
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

/** What tells one holder from every other; undefined where nobody holds it. */
function holderOf(file: string, files: FileSystem): string | undefined {
  const stat = ifExists(() => files.lstatSync(file))
  if (stat === undefined) return undefined
  // One that has not been written to yet, or something that is none of ours.
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
 * Removes what was left. Of several that find it at once, one may: whoever was told so before, and comes late, would
 * remove what another has made since. So the right to remove one holder's file is a mutex of its own.
 */
async function removeAbandoned(file: string, holder: string, options: MutexOptions): Promise<void> {
  const { files = realFiles } = options
  const [, , , number = holder.replaceAll(/\W/g, '')] = HOLDER.exec(holder) ?? []
  await withMutex(`${file}.${number}`, options, () => {
    if (holderOf(file, files) === holder) ifExists(() => files.unlinkSync(file))
  })
}
