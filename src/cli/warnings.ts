import type { Diagnostic, Warn } from '../diagnostics/diagnostic.ts'

/** Warnings that arise while registries are contacted. */
export interface Warnings {
  readonly warn: Warn
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
