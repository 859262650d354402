/** The functions of `process` that signals need. */
export interface SignalHost {
  readonly pid: number
  kill(pid: number, signal: NodeJS.Signals): unknown
  on(event: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  off(event: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
}

/** Signals that end this process: Ctrl-C, the end of a CI job, a closed terminal. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Does something before a signal ends this process, which it then does as usual.
 * @param act must be synchronous
 * @returns a function that ends the listening
 */
export function beforeEndingSignal(act: () => void, host: SignalHost = process): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    act()
    stop()
    host.kill(host.pid, signal)
  }
  const stop = (): void => {
    for (const signal of ENDING_SIGNALS) host.off(signal, onSignal)
  }
  for (const signal of ENDING_SIGNALS) host.on(signal, onSignal)
  return stop
}

/**
 * Does a short work that no signal may interrupt, such as replacing several files. A signal that comes meanwhile has no effect.
 * @param work must be synchronous
 */
export function withoutInterruption<Result>(work: () => Result, host: SignalHost = process): Result {
  const ignore = (): void => {}
  for (const signal of ENDING_SIGNALS) host.on(signal, ignore)
  try {
    return work()
  } finally {
    for (const signal of ENDING_SIGNALS) host.off(signal, ignore)
  }
}
