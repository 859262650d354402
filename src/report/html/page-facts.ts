import type { ShownInput } from './shown-input.ts'

/** What a page shows besides the report. */
export interface PageFacts {
  /** The command, as the user calls it: `pinpull check`. */
  readonly command?: string | undefined
  /** Whether the run fails; by default if there is an error. `--fail-on` changes that. */
  readonly isFailed?: boolean | undefined
  /** The inputs, for the lines around findings and for the changes. */
  readonly inputs?: readonly ShownInput[] | undefined
  /** The time to show, in ISO 8601. By default a page has none, so that the same run gives the same bytes. */
  readonly time?: string | undefined
}
