import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync, writeSync } from 'node:fs'
import { PinpullError } from '../../diagnostics/errors.ts'
import { errorReason, retryWhileBusy, writeAll } from '../../files/file-system.ts'
import { type Chunks, coalesce } from '../../yaml/edit/splice.ts'

/** What a command may see of the world: everything that reads or prints goes through here. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths and `pinpull.yaml` are looked for in. */
  readonly cwd: string
  /** The words that start this program again, from anywhere. */
  readonly selfCommand: () => readonly string[]
  /**
   * Reads all of standard input.
   * @throws {PinpullError} INPUT_NOT_READ
   */
  readonly readInput: () => Uint8Array
  /** Whether somebody would have to type it. */
  readonly isInputTerminal: () => boolean
  /**
   * Writes manifests and requested listings, all at once.
   * @throws {PinpullError} OUTPUT_NOT_WRITTEN; a pipe whose reader has gone throws as Node does, with `EPIPE`
   */
  readonly writeOutput: (output: Chunks | string) => void
  /** Writes for people, to standard error. Where nobody can hear it, the job goes on all the same. */
  readonly writeMessage: (text: string) => void
  /** Whether standard error is a terminal: only then is progress shown, and colour used. */
  readonly isTerminal: () => boolean
  /** Whether standard output is a terminal: only then is what is printed there coloured. */
  readonly isOutputTerminal: () => boolean
  /**
   * Writes to the person at the controlling terminal, past all redirections; to nobody where there is none. For
   * hosts that swallow standard error.
   */
  readonly writeTerminal: (text: string) => void
}

/**
 * Whether Helm runs this process as a plugin (Helm 4, internal/plugin/runtime_subprocess.go). Other plugins hand the
 * variable on to what they start, so it tells what may have been swallowed, and not who is asking.
 */
export function isHelmPlugin({ env }: Pick<Io, 'env'>): boolean {
  return Boolean(env['HELM_PLUGIN_DIR'])
}

/** The real one. Standard input and output are read and written synchronously: nothing is shared with others. */
export function processIo(process: NodeJS.Process): Io {
  return {
    env: process.env,
    cwd: workingDirectory(process),
    selfCommand: () => wordsOf(process),
    readInput,
    writeOutput,
    writeMessage,
    isTerminal: () => mayBeTerminal(2) && process.stderr.isTTY === true,
    isInputTerminal: () => mayBeTerminal(0) && process.stdin.isTTY === true,
    isOutputTerminal: () => mayBeTerminal(1) && process.stdout.isTTY === true,
    writeTerminal: (text) =>
      writeTerminal(process.platform === 'win32' ? '\\\\.\\CONOUT$' : '/dev/tty', text),
  }
}

/** A directory that was removed under us has a name, but for that: there is nothing to find in it, which is well. */
function workingDirectory(process: NodeJS.Process): string {
  try {
    return process.cwd()
  } catch {
    return process.env['PWD'] ?? '/'
  }
}

function readInput(): Uint8Array {
  try {
    return readAll(0)
  } catch (error) {
    throw new PinpullError('INPUT_NOT_READ', { reason: errorReason(error) }, { cause: error })
  }
}

/** How streams are written to. */
const STREAMS = { writeSync }

/** How much is written at once. */
const STRETCH = 1 << 20

function writeOutput(output: Chunks | string): void {
  try {
    const pieces = typeof output === 'string' ? [Buffer.from(output)] : output
    for (const stretch of coalesce(pieces, STRETCH)) writeAll(STREAMS, 1, stretch)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') throw error
    throw new PinpullError('OUTPUT_NOT_WRITTEN', { reason: errorReason(error) }, { cause: error })
  }
}

function writeMessage(text: string): void {
  try {
    writeAll(STREAMS, 2, Buffer.from(text))
  } catch {
    // Standard error is closed, full, or a pipe that nobody reads: the exit code says what it can.
  }
}

/**
 * A script is started by the Node that runs it now, since another may be too old; a standalone binary by itself: the
 * script that it names is not a file.
 */
function wordsOf({ execPath, argv: [, script] }: NodeJS.Process): readonly string[] {
  if (script === undefined) return [execPath]
  try {
    return [...new Set([execPath, realpathSync(script)])]
  } catch {
    return [execPath]
  }
}

function writeTerminal(device: string, text: string): void {
  let fd: number | undefined
  try {
    fd = openSync(device, 'r+') // Not 'w', which would make a file of that name where there is no such device.
    writeAll(STREAMS, fd, Buffer.from(text))
  } catch {
    // A process of a service, a container or CI has no terminal: there is nobody to tell.
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/**
 * Asked before `process.stderr` and its like are touched: they are loaded only then, streams with all that belongs to
 * them. Most often they would be loaded for nothing where a script discards what is said.
 */
function mayBeTerminal(fd: number): boolean {
  try {
    const status = fstatSync(fd)
    return (
      status.isCharacterDevice() && status.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev
    )
  } catch {
    return false
  }
}

const CHUNK = 1 << 16

function readAll(fd: number): Uint8Array {
  let buffer = Buffer.allocUnsafeSlow(expectedLength(fd))
  let length = 0
  for (;;) {
    if (length === buffer.length) buffer = grown(buffer)
    const read = retryWhileBusy(() => readSync(fd, buffer, length, buffer.length - length, null))
    if (read === 0) return buffer.subarray(0, length)
    length += read
  }
}

/** One byte more than a file has, so that its end is seen without growing; a pipe does not say. */
function expectedLength(fd: number): number {
  try {
    return Math.max(CHUNK, fstatSync(fd).size + 1)
  } catch {
    return CHUNK
  }
}

function grown(buffer: Buffer): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(buffer.length * 2)
  buffer.copy(larger)
  return larger
}
