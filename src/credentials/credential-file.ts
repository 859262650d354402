import { abortReason, PinpullError } from '../diagnostics/errors.ts'
import { redactUserInfo } from '../reference/server-url.ts'

/** Reads a text file. Resolves to undefined if it does not exist, and rejects if it cannot be read. */
export type ReadFile = (path: string, signal?: AbortSignal) => Promise<string | undefined>

/**
 * Reads a credentials file.
 *
 * @returns its text, or undefined if it does not exist
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID if it cannot be read
 */
export async function readCredentialFile(
  path: string,
  readFile: ReadFile,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    return await readFile(path, signal)
  } catch (error) {
    if (signal?.aborted === true) throw abortReason(signal, `the writer of ${path}`)
    throw invalidCredentialFile(path, readErrorReason(error), error)
  }
}

/**
 * Reads a credentials file that must exist.
 *
 * @throws {PinpullError} CREDENTIAL_FILE_INVALID if it does not exist or cannot be read
 */
export async function readRequiredFile(
  path: string,
  readFile: ReadFile,
  signal?: AbortSignal,
): Promise<string> {
  const text = await readCredentialFile(path, readFile, signal)
  if (text === undefined) throw invalidCredentialFile(path, 'it does not exist')
  return text
}

/** Returns the error for a credentials file that cannot be used. */
export function invalidCredentialFile(file: string, reason: string, cause?: unknown): PinpullError {
  return new PinpullError('CREDENTIAL_FILE_INVALID', { file, reason: redactUserInfo(reason) }, { cause })
}

function readErrorReason(error: unknown): string {
  const { code = 'error' } = error as NodeJS.ErrnoException
  if (code !== 'EISDIR') return `it cannot be read (${code})`
  return 'it is a folder (EISDIR); docker makes one where it mounts a file that does not exist'
}
