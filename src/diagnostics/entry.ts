import type { Severity } from './severity.ts'

/**
 * What is said about one diagnostic code. `message` and `hint` are templates: `{name}` is replaced by the
 * argument of that name. The message says what is wrong, the hint what to do next.
 */
export interface CatalogueEntry {
  readonly severity: Severity
  /** A few words for the head of a documentation section. */
  readonly title: string
  readonly message: string
  readonly hint: string
}
