import type { Verbosity } from '../../report/text.ts'
import type { Io } from './io.ts'

interface ColorFlags {
  readonly color?: boolean | undefined
}

interface VerbosityFlags {
  readonly quiet?: boolean | undefined
  readonly verbose?: boolean | undefined
}

export function verbosityOf({ quiet, verbose }: VerbosityFlags): Verbosity {
  if (quiet === true) return 'quiet'
  return verbose === true ? 'verbose' : 'normal'
}

/** Whether what goes to standard error is coloured (https://no-color.org). */
export function hasMessageColor({ color }: ColorFlags, io: Pick<Io, 'env' | 'isTerminal'>): boolean {
  return color === true && io.isTerminal() && !io.env['NO_COLOR']
}

/** Whether what goes to standard output is coloured. */
export function hasOutputColor({ color }: ColorFlags, io: Pick<Io, 'env' | 'isOutputTerminal'>): boolean {
  return color === true && io.isOutputTerminal() && !io.env['NO_COLOR']
}

/** A line on the terminal that is written over and in the end wiped away. */
export interface Progress {
  /** Makes a counter for one of the inputs, to be told how many of its images are resolved; the line has their sum. */
  readonly count: () => (answered: number, all: number) => void
  readonly clear: () => void
}

/** Shows nothing where stderr is no terminal: a log wants lines, not movement. */
export function showProgress(io: Io, quiet: boolean): Progress {
  if (quiet || !io.isTerminal()) return { count: () => () => {}, clear: () => {} }
  const counts: { answered: number; all: number }[] = []
  const sum = (key: 'answered' | 'all'): number => counts.reduce((total, one) => total + one[key], 0)
  return {
    count: () => {
      const own = { answered: 0, all: 0 }
      counts.push(own)
      return (answered, all) => {
        Object.assign(own, { answered, all })
        io.writeMessage(`${WIPE}pinpull: ${sum('answered')} of ${sum('all')} images resolved`)
      }
    },
    clear: () => io.writeMessage(WIPE),
  }
}

/** Back to the start of the line, and nothing on it. */
const WIPE = '\r\u001b[K'

/** Whether a message is only for the moment. */
export function isProgress(message: string): boolean {
  return message.startsWith(WIPE)
}
