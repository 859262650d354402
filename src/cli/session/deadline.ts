import type { Diagnostic, ReportWarning } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'

/** What a timer can wait, some 24 days (Node, `setTimeout`): beyond it, it strikes at once. */
const LONGEST = 2 ** 31 - 1

/** One clock for a whole run. */
export interface Deadline {
  readonly signal: AbortSignal
  readonly stop: () => void
}

/**
 * Starts the clock: when it strikes, every question still open fails with DEADLINE_EXCEEDED.
 *
 * @param milliseconds undefined is for ever
 */
export function startDeadline(milliseconds: number | undefined): Deadline {
  const controller = new AbortController()
  if (milliseconds === undefined) return { signal: controller.signal, stop: () => {} }
  const late = new PinpullError('DEADLINE_EXCEEDED', { timeout: `${milliseconds / 1000} s` })
  const timer = setTimeout(() => controller.abort(late), Math.min(milliseconds, LONGEST))
  return { signal: controller.signal, stop: () => clearTimeout(timer) }
}

/** Warnings that arise while registries are contacted. */
export interface Warnings {
  readonly warn: ReportWarning
  /** Each warning once, in the order of arrival. */
  readonly all: () => readonly Diagnostic[]
}

/** Collects warnings and drops repetitions: many images can cause the same one. */
export function collectWarnings(): Warnings {
  const byText = new Map<string, Diagnostic>()
  return {
    warn: (warning) => byText.set(JSON.stringify(warning), warning),
    all: () => [...byText.values()],
  }
}
