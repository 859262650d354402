import { printable } from '../../diagnostics/printable.ts'
import { normalizeHost } from '../../reference/docker-hub.ts'
import type { RequestEvent } from '../../registry/http/request-event.ts'
import type { Io } from './io.ts'
import { ERASE_LINE, type Progress } from './progress-line.ts'
import { formatRequest } from './request-text.ts'

/** What a run waits for. */
export interface Awaited {
  /** The host that has not responded for the longest time. */
  readonly host: string
  readonly seconds: number
  readonly attempt: number
  readonly maxAttempts: number
}

/** The time and the timer of progress; for tests. */
export interface ProgressTimer {
  readonly now: () => number
  /** Calls a function again and again, without keeping the process alive. @returns stops it */
  readonly every: (milliseconds: number, act: () => void) => () => void
}

const SYSTEM_TIMER: ProgressTimer = {
  now: () => Date.now(),
  every: (milliseconds, act) => {
    const timer = setInterval(act, milliseconds).unref()
    return () => clearInterval(timer)
  },
}

/** On a terminal the line is rewritten so often; in a log, lines are added more seldom. */
const REWRITE_MS = 1000
const REPEAT_MS = 10_000
/** The least time between two rewrites, where thousands of images are resolved in a second. */
const REDRAW_MS = 100

/**
 * Shows what a run waits for, from the first second on: on a terminal in one line that is rewritten, with `verbose` in any
 * other output as a line every ten seconds, in a log of JSON as an object every ten seconds. With `verbose` it also prints
 * every request when it starts and when it ends.
 */
export function startProgress(
  io: Io,
  { verbose, timer = SYSTEM_TIMER }: { readonly verbose: boolean; readonly timer?: ProgressTimer },
): Progress {
  const isTerminal = io.isTerminal()
  const requests = new Map<number, { readonly since: number; readonly event: RequestEvent }>()
  let count = { resolved: 0, total: 0 }
  let verified = { done: 0, total: 0 }
  let isDrawn = false
  let lastDrawn = 0

  const awaited = (): Awaited | undefined => longestAwaited([...requests.values()], timer.now())
  const erase = (): void => {
    if (isDrawn) io.writeMessage(ERASE_LINE)
    isDrawn = false
  }
  const show = (): void => {
    if (count.total === 0 && requests.size === 0) return
    if (isTerminal) {
      io.writeMessage(
        `${ERASE_LINE}${progressLine({ ...count, verified }, awaited(), io.terminalColumns() ?? 80)}`,
      )
      isDrawn = true
      lastDrawn = timer.now()
    } else if (io.log !== undefined) {
      const waitingFor = awaited()
      io.log({ type: 'progress', level: 'info', ...count, ...(waitingFor && { waitingFor }) })
    } else io.writeMessage(`pinpull: ${progressText({ ...count, verified }, awaited())}\n`)
  }
  const stop = timer.every(isTerminal ? REWRITE_MS : REPEAT_MS, show)

  return {
    onProgress: (resolved, total) => {
      count = { resolved, total }
      if (isDrawn && timer.now() - lastDrawn >= REDRAW_MS) show()
    },
    onVerified: (done, total) => {
      verified = { done, total }
      if (isDrawn && timer.now() - lastDrawn >= REDRAW_MS) show()
    },
    onRequest: (event) => {
      if (event.kind === 'finished') requests.delete(event.request)
      else requests.set(event.request, { since: requests.get(event.request)?.since ?? timer.now(), event })
      if (!verbose) return
      if (io.log !== undefined) {
        const { kind, ...about } = event
        if (kind !== 'finished') io.log({ type: 'request', level: 'info', event: kind, ...about })
        return
      }
      const text = formatRequest(event)
      if (text === undefined) return
      const wasDrawn = isDrawn
      erase()
      io.writeMessage(`${text}\n`)
      if (wasDrawn) show()
    },
    clear: () => {
      stop()
      erase()
    },
  }
}

/** The host of the request that waits for the longest time, and the last attempt of all requests to it. */
function longestAwaited(
  requests: readonly { readonly since: number; readonly event: RequestEvent }[],
  now: number,
): Awaited | undefined {
  const [first, ...others] = requests
  if (first === undefined) return undefined
  const oldest = others.reduce((one, other) => (other.since < one.since ? other : one), first)
  const { host } = oldest.event
  const { attempt, maxAttempts } = requests
    .map(({ event }) => event)
    .filter((event) => event.host === host)
    .reduce((one, other) => (other.attempt > one.attempt ? other : one))
  const seconds = Math.round((now - oldest.since) / 1000)
  return { host: normalizeHost(host), seconds, attempt, maxAttempts }
}

interface Count {
  readonly resolved: number
  readonly total: number
  readonly verified: { readonly done: number; readonly total: number }
}

/** `20 of 20 images resolved, 3 of 20 verified, waiting for ghcr.io (12 s, try 2 of 4)`. */
function progressText({ resolved, total, verified }: Count, awaited: Awaited | undefined): string {
  const proven = verified.total === 0 ? '' : `, ${verified.done} of ${verified.total} verified`
  const images = `${resolved} of ${total} ${total === 1 ? 'image' : 'images'} resolved${proven}`
  if (awaited === undefined) return images
  const { host, seconds, attempt, maxAttempts } = awaited
  return printable(`${images}, waiting for ${host} (${seconds} s, try ${attempt} of ${maxAttempts})`)
}

/** The least width of a terminal for the bar, which is as wide as its number of characters. */
const BAR_COLUMNS = 100
const BAR = 20

/** The line for a terminal, cut to its width: a line that wraps could not be erased. */
function progressLine(count: Count, awaited: Awaited | undefined, columns: number): string {
  const text = progressText(count, awaited)
  const full = count.total === 0 ? 0 : Math.floor((BAR * count.resolved) / count.total)
  const bar = columns < BAR_COLUMNS ? '' : `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] `
  return `pinpull: ${bar}${text}`.slice(0, Math.max(0, columns - 1))
}
