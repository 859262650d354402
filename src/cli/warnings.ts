import type { Diagnostic, Warn } from '../diagnostics/diagnostic.ts'

/** The warnings of a run that arise while registries are asked. */
export interface Warnings {
  readonly warn: Warn
  /** Each of them once, in the order of their coming. */
  readonly all: () => readonly Diagnostic[]
}

/** Collects warnings; what is told for many images is kept once. */
export function collectWarnings(): Warnings {
  const byText = new Map<string, Diagnostic>()
  return {
    warn: (warning) => byText.set(JSON.stringify(warning), warning),
    all: () => [...byText.values()],
  }
}
