import type { Verbosity } from '../../report/text.ts'
import type { Io } from './io.ts'

/** The values of `--color`. */
export type ColorChoice = 'auto' | 'always' | 'never'

interface ColorFlags {
  readonly color?: ColorChoice | undefined
}

interface VerbosityFlags {
  readonly quiet?: boolean | undefined
  readonly verbose?: boolean | undefined
}

export function verbosityOf({ quiet, verbose }: VerbosityFlags): Verbosity {
  if (quiet === true) return 'quiet'
  return verbose === true ? 'verbose' : 'normal'
}

/** Whether to use colour on standard error. */
export function hasMessageColor({ color }: ColorFlags, io: Pick<Io, 'env' | 'isTerminal'>): boolean {
  return hasColor(color, io.env, io.isTerminal)
}

/** Whether to use colour on standard output. */
export function hasOutputColor({ color }: ColorFlags, io: Pick<Io, 'env' | 'isOutputTerminal'>): boolean {
  return hasColor(color, io.env, io.isOutputTerminal)
}

/**
 * `--color` decides; without it `NO_COLOR` (https://no-color.org), then `FORCE_COLOR` (https://force-color.org, with 0 for no
 * colour as in Node), then whether there is a terminal. An empty variable counts as unset.
 */
function hasColor(color: ColorChoice = 'auto', env: Io['env'], isTerminal: () => boolean): boolean {
  if (color !== 'auto') return color === 'always'
  const { NO_COLOR: off, FORCE_COLOR: forced } = env
  if (off) return false
  return forced ? !/^(?:0|false)$/i.test(forced) : isTerminal()
}

/** A line on the terminal that is overwritten, and erased at the end. */
export interface Progress {
  /** @returns a counter for one input, to be called with the numbers of its resolved images and of all; the line shows the sums */
  readonly count: () => (resolved: number, all: number) => void
  readonly clear: () => void
}

/** Shows nothing if standard error is not a terminal: a log should have no such lines. */
export function showProgress(io: Io, quiet: boolean): Progress {
  if (quiet || !io.isTerminal()) return { count: () => () => {}, clear: () => {} }
  const counts: { resolved: number; all: number }[] = []
  const sum = (key: 'resolved' | 'all'): number => counts.reduce((total, one) => total + one[key], 0)
  return {
    count: () => {
      const own = { resolved: 0, all: 0 }
      counts.push(own)
      return (resolved, all) => {
        Object.assign(own, { resolved, all })
        io.writeMessage(`${ERASE_LINE}pinpull: ${sum('resolved')} of ${sum('all')} images resolved`)
      }
    },
    clear: () => io.writeMessage(ERASE_LINE),
  }
}

/** Moves to the start of the line and erases it. */
const ERASE_LINE = '\r\u001b[K'

/** Whether a message is a progress line, which is erased again. */
export function isProgress(message: string): boolean {
  return message.startsWith(ERASE_LINE)
}
