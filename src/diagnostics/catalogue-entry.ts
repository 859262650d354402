/**
 * The class of an error, which decides the exit code of the run (`cli/exit.ts` has the numbers):
 *
 * - `input`: the manifests, the lock file or the images themselves must be changed
 * - `usage`: the command line or the configuration is wrong, or a file that they name cannot be used
 * - `external`: a registry, a credential helper, the network or the machine failed; the manifests may be correct
 * - `defect`: Pinpull has a bug
 */
export type ExitClass = 'input' | 'usage' | 'external' | 'defect'

/**
 * The texts and properties of one diagnostic code. In `message` and `hint`, `{name}` is replaced by the argument of that
 * name, and `{pinpull lock}` by that command with the files of the diagnostic. The message says what is wrong, the hint what
 * to do next.
 */
export interface CatalogueEntry {
  readonly severity: Severity
  /** Only used if the diagnostic is an error: a warning never changes the exit code. */
  readonly exit: ExitClass
  /** The first sentence of the code's section in docs/diagnostics.md, without a full stop. */
  readonly title: string
  readonly message: string
  readonly hint: string
}

/** The severity of a diagnostic: only an `error` makes a run fail. */
export type Severity = 'error' | 'warning' | 'info'
