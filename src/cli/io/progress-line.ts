import type { OnRequest } from '../../registry/http/request-event.ts'

/** Shows what a run waits for, until it is cleared. */
export interface Progress {
  /** Takes the numbers of images that are resolved or failed, and of all. */
  readonly onProgress: (resolved: number, total: number) => void
  /** Takes the numbers of images that are verified or failed, and of all that are to be verified. */
  readonly onVerified: (verified: number, total: number) => void
  /** Takes the steps of all requests; undefined if nothing is shown. */
  readonly onRequest: OnRequest | undefined
  /** Erases what is on the terminal, before anything else is printed. */
  readonly clear: () => void
}

/** Moves to the start of the line and erases it. */
export const ERASE_LINE = '\r\u001b[K'

/** Whether a message is a progress line, which is erased again. */
export function isProgress(message: string): boolean {
  return message.startsWith(ERASE_LINE)
}
