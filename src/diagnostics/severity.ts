/** How much a finding matters: only an `error` makes a run fail. */
export type Severity = 'error' | 'warning' | 'info'
