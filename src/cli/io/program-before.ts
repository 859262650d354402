import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { PinpullError } from '../../diagnostics/errors.ts'
import { printable, printableLines } from '../../diagnostics/printable.ts'
import { findExecutable, findOnPath } from '../../files/executable.ts'
import type { Io } from './io.ts'

/**
 * Finds the program of `--before`, as Helm 3 finds a post-renderer: a name without a slash on the `PATH`, a path from the working directory.
 *
 * @returns its absolute path; undefined if it does not exist or is not executable
 */
export function findBefore(program: string, { cwd, env }: Pick<Io, 'cwd' | 'env'>): string | undefined {
  if (!/[\\/]/.test(program)) return findOnPath(program, env, process.platform)
  return findExecutable(resolve(cwd, program), process.platform)
}

/**
 * Runs the program of `--before` on a stream, and passes its messages on to standard error.
 *
 * @param input the manifests that the host has rendered
 * @returns what it prints: the manifests that Pinpull reads
 * @throws {PinpullError} BEFORE_FAILED if it is missing or fails, or prints nothing for manifests
 */
export function runBefore(
  program: string,
  input: Uint8Array,
  io: Pick<Io, 'cwd' | 'env' | 'writeMessage'>,
): Uint8Array {
  const fail = (reason: string, cause?: Error): never => {
    throw new PinpullError('BEFORE_FAILED', { program: printable(program), reason }, { cause })
  }
  const path = findBefore(program, io) ?? fail('does not exist or is not executable')
  const isBatch = process.platform === 'win32' && /\.(?:cmd|bat)$/i.test(path)
  const { error, status, signal, stdout, stderr } = spawnSync(isBatch ? `"${path}"` : path, [], {
    cwd: io.cwd,
    env: io.env,
    input,
    maxBuffer: Number.POSITIVE_INFINITY,
    shell: isBatch,
    windowsHide: true,
  })
  if (stderr?.length) io.writeMessage(withLineBreak(printableLines(stderr.toString('utf8'))))
  if (signal !== null) fail(`was killed by ${signal}`)
  // A program may end without reading its input.
  if (error !== undefined && status === null)
    fail(`could not be started (${(error as NodeJS.ErrnoException).code})`, error)
  if (status !== 0) fail(`ended with exit code ${status}`)
  if (isBlank(stdout) && !isBlank(input)) fail('printed nothing, though there were manifests')
  return stdout
}

function withLineBreak(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))
}
