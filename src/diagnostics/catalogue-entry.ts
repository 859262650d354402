/**
 * Which exit code an error of this kind ends a run with (`cli/exit.ts` has the numbers):
 *
 * - `input`: something in the manifests, the lock file or the images themselves, for their author to change
 * - `usage`: the command line or the configuration is wrong, or a file that they name cannot be used
 * - `external`: a registry, a credential helper, the network or the machine failed; the manifests may be right
 * - `defect`: a promise of Pinpull does not hold
 */
export type ExitClass = 'input' | 'usage' | 'external' | 'defect'

/**
 * What is said about one diagnostic code. `message` and `hint` are templates: `{name}` is replaced by the
 * argument of that name. The message says what is wrong, the hint what to do next.
 */
export interface CatalogueEntry {
  readonly severity: Severity
  /** Holds where the diagnostic is an error: a warning never changes the exit code. */
  readonly exit: ExitClass
  /** A few words for the head of a documentation section. */
  readonly title: string
  readonly message: string
  readonly hint: string
}

/** How much a finding matters: only an `error` makes a run fail. */
export type Severity = 'error' | 'warning' | 'info'
