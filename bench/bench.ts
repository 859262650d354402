import type { Runner } from './process-run.ts'

/** What every part of the benchmark works with. */
export interface Bench {
  readonly runner: Runner
  /** A folder of this run's own, gone at its end. */
  readonly folder: string
  /** The words that start Pinpull. */
  readonly pinpull: readonly [string, ...string[]]
  /** The standalone binary, where that is to be measured beside it. */
  readonly binary?: string
  /** Fewer rounds and no large inputs: to see that it works, not to quote. */
  readonly quick: boolean
  readonly say: (line: string) => void
}

/** A promise of design.md section 8, and what came of it. */
export interface BudgetRow {
  readonly work: string
  readonly budget: string
  readonly measured: string
  readonly holds: boolean
}

/** A table of the results, as text. */
export interface Table {
  readonly title: string
  /** How it was measured. */
  readonly about: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}
