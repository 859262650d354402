/** How a step went. `info` is neither good nor bad, such as a 401 that is answered with a token. */
export type StepStatus = 'ok' | 'info' | 'warning' | 'failed'

/** One step of a check, as text that may be printed: without secrets, user names and control characters. */
export interface Step {
  /** Such as `DNS`, `TLS` or `token`. */
  readonly name: string
  readonly status: StepStatus
  readonly text: string
  /** More lines about it. */
  readonly details?: readonly string[] | undefined
  /** What to do; only for warnings and failures. */
  readonly hint?: string | undefined
  readonly milliseconds?: number | undefined
}

/** The steps of one subject: the settings, the machine, or a registry. */
export interface Section {
  readonly title: string
  readonly steps: readonly Step[]
}

/** Takes steps in their order, as they happen. */
export type AddStep = (step: Step) => void
