import type { Verbosity } from '../../report/text.ts'
import type { Io } from './io.ts'
import { startProgress } from './progress.ts'
import type { Progress } from './progress-line.ts'

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

const NO_PROGRESS: Progress = {
  onProgress: () => {},
  onVerified: () => {},
  onRequest: undefined,
  clear: () => {},
}

/**
 * Shows progress on a terminal, with `--verbose` and in a log of JSON. Otherwise it shows nothing: a log should have no such
 * lines.
 */
export function showProgress({ quiet, verbose }: VerbosityFlags, io: Io): Progress {
  const isShown = quiet !== true && (verbose === true || io.isTerminal() || io.log !== undefined)
  return isShown ? startProgress(io, { verbose: verbose === true }) : NO_PROGRESS
}

/**
 * Whether `--log-format json` is set. It is read before the options are parsed, so that errors of parsing them are logged in
 * that format, too.
 */
export function wantsJsonLog(argv: readonly string[], env: Io['env']): boolean {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  const at = options.findLastIndex((word) => word === LOG_FORMAT || word.startsWith(`${LOG_FORMAT}=`))
  if (at < 0) return env['PINPULL_LOG_FORMAT'] === 'json'
  return (options[at] === LOG_FORMAT ? options[at + 1] : options[at]?.slice(LOG_FORMAT.length + 1)) === 'json'
}

const LOG_FORMAT = '--log-format'
