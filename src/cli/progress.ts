import type { Io } from './io.ts'

/** A line on the terminal that is written over and in the end wiped away. */
export interface Progress {
  readonly onAnswer: (answered: number, all: number) => void
  readonly clear: () => void
}

/** Shows nothing where stderr is no terminal: a log wants lines, not movement. */
export function showProgress(io: Io, quiet: boolean): Progress {
  if (quiet || !io.isTerminal) return { onAnswer: () => {}, clear: () => {} }
  return {
    onAnswer: (answered, all) => io.writeMessage(`${WIPE}pinpull: ${answered} of ${all} images resolved`),
    clear: () => io.writeMessage(WIPE),
  }
}

/** Back to the start of the line, and nothing on it. */
const WIPE = '\r\u001b[K'

/** Whether a message is only for the moment. */
export function isProgress(message: string): boolean {
  return message.startsWith(WIPE)
}
