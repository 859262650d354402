import type { Diagnostic, ReportWarning } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import { LONGEST_TIMER } from '../../duration.ts'

/** The time limit of a run. */
export interface Deadline {
  readonly signal: AbortSignal
  readonly stop: () => void
}

/**
 * Starts the time limit of a run: when it expires, every pending request fails with DEADLINE_EXCEEDED.
 *
 * @param milliseconds undefined for no limit
 */
export function startDeadline(milliseconds: number | undefined): Deadline {
  const controller = new AbortController()
  if (milliseconds === undefined) return { signal: controller.signal, stop: () => {} }
  const late = new PinpullError('DEADLINE_EXCEEDED', { timeout: `${milliseconds / 1000} s` })
  const timer = setTimeout(() => controller.abort(late), Math.min(milliseconds, LONGEST_TIMER))
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
