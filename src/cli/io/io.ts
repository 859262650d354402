import { closeSync, fstatSync, openSync, realpathSync, statSync, writeSync } from 'node:fs'
import { PinpullError } from '../../diagnostics/errors.ts'
import { errorReason, writeAll } from '../../files/file-system.ts'
import type { LogEntry } from '../../report/log-entry.ts'
import { type Chunks, coalesceChunks } from '../../yaml/edit/splice.ts'
import { readAll } from './read-buffer.ts'
import { type InputWatch, parentProgram, watchStandardInput } from './standard-input.ts'

/** All access of a command to its environment: everything that reads input or prints goes through it. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The current time in milliseconds since 1970. */
  readonly now: () => number
  /** The working directory, in which relative paths and `pinpull.yaml` are resolved. */
  readonly cwd: string
  /** The command line that starts this program again, from any folder. */
  readonly selfCommand: () => readonly string[]
  /**
   * Reads all of standard input.
   * @throws {PinpullError} INPUT_NOT_READ
   */
  readonly readInput: () => Uint8Array
  /** Whether standard input is a terminal, so that a user would have to type it. */
  readonly isInputTerminal: () => boolean
  /** Watches standard input in a run that reads files instead. */
  readonly watchInput: () => InputWatch
  /** The name of the program that started this one, where the system tells it. */
  readonly parentProgram: () => string | undefined
  /**
   * Writes manifests and requested listings, all at once.
   * @throws {PinpullError} OUTPUT_NOT_WRITTEN; if the reader of a pipe has gone, Node's own error with `EPIPE`
   */
  readonly writeOutput: (output: Chunks | string) => void
  /** Whether standard output goes to this regular file, given by its absolute path: a shell has emptied it then, for `>`. */
  readonly isOutputFile: (path: string) => boolean
  /** Writes a message to standard error. An error is ignored: the run goes on. */
  readonly writeMessage: (text: string) => void
  /** Writes an object to standard error if it is a log of JSON (`--log-format json`); absent if it is text. */
  readonly log?: ((entry: LogEntry) => void) | undefined
  /** Whether standard error is a terminal: only then is a progress line rewritten, and colour used. */
  readonly isTerminal: () => boolean
  /** The width of the terminal of standard error in characters; undefined if it is not known. */
  readonly terminalColumns: () => number | undefined
  /** Whether standard output is a terminal: only then is what is printed there coloured. */
  readonly isOutputTerminal: () => boolean
  /**
   * Writes to the controlling terminal, if there is one, whatever is redirected: for hosts that swallow standard error.
   */
  readonly writeTerminal: (text: string) => void
}

/**
 * Whether Helm runs this process as a plugin (Helm 4, internal/plugin/runtime_subprocess.go). Other plugins pass the variable on
 * to the programs that they start: so it tells that messages may be hidden, and not which program is the caller.
 */
export function isHelmPlugin({ env }: Pick<Io, 'env'>): boolean {
  return Boolean(env['HELM_PLUGIN_DIR'])
}

/** The Io of the process. It reads and writes standard streams synchronously. */
export function processIo(process: NodeJS.Process): Io {
  return {
    env: process.env,
    now: Date.now,
    cwd: workingDirectory(process),
    selfCommand: () => selfCommand(process),
    readInput,
    watchInput: () => watchStandardInput(process),
    parentProgram: () => parentProgram(process),
    writeOutput,
    isOutputFile,
    writeMessage,
    isTerminal: () => mayBeTerminal(2) && process.stderr.isTTY === true,
    terminalColumns: () => process.stderr.columns || undefined,
    isInputTerminal: () => mayBeTerminal(0) && process.stdin.isTTY === true,
    isOutputTerminal: () => mayBeTerminal(1) && process.stdout.isTTY === true,
    writeTerminal: (text) =>
      writeTerminal(process.platform === 'win32' ? '\\\\.\\CONOUT$' : '/dev/tty', text),
  }
}

/** If the working directory was deleted, falls back to `PWD`: nothing will be found there. */
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

/** Writes to file descriptors. */
const STREAMS = { writeSync }

/** How many bytes are written at once. */
const CHUNK_SIZE = 1 << 20

function writeOutput(output: Chunks | string): void {
  try {
    const chunks = typeof output === 'string' ? [Buffer.from(output)] : output
    for (const chunk of coalesceChunks(chunks, CHUNK_SIZE)) writeAll(STREAMS, 1, chunk)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') throw error
    throw new PinpullError('OUTPUT_NOT_WRITTEN', { reason: errorReason(error) }, { cause: error })
  }
}

function isOutputFile(path: string): boolean {
  try {
    const [output, file] = [fstatSync(1), statSync(path)]
    return file.isFile() && output.dev === file.dev && output.ino === file.ino
  } catch {
    return false
  }
}

function writeMessage(text: string): void {
  try {
    writeAll(STREAMS, 2, Buffer.from(text))
  } catch {
    // Standard error is closed, full, or a pipe without a reader: only the exit code is left.
  }
}

/**
 * A script is started by the Node that runs it now, since another may be too old. A standalone binary starts itself: the
 * script in its `argv` is not a file.
 */
function selfCommand({ execPath, argv: [, script] }: NodeJS.Process): readonly string[] {
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
    // Services, containers and CI have no terminal.
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/**
 * Avoids `process.stderr` and its like where it can, since reading them loads all of Node's streams (2.7 ms): a file or
 * `/dev/null` is no terminal.
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
