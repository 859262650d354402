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
    onAnswer: (answered, all) => io.writeMessage(`\r\u001b[Kpinpull: ${answered} of ${all} images resolved`),
    clear: () => io.writeMessage('\r\u001b[K'),
  }
}
