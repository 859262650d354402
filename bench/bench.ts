import type { Runner } from './process-run.ts'

/** The settings of a benchmark run, for all of its sections. */
export interface Bench {
  readonly runner: Runner
  /** A temporary folder, deleted at the end of the run. */
  readonly folder: string
  /** The command that starts Pinpull. */
  readonly pinpull: readonly [string, ...string[]]
  /** The standalone binary, if it is measured as well. */
  readonly binary?: string
  /** Fewer rounds and no large inputs: checks that the benchmark works. */
  readonly quick: boolean
  readonly say: (line: string) => void
}

/** A performance budget and its result. */
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
