import type { ImageEntry } from '../../report/report.ts'
import type { Candidate, WantedImage } from './candidate.ts'
import type { Rendering } from './probe.ts'
import type { Rendered } from './rendered.ts'
import type { ValueChange } from './values-edit.ts'

/** A value that was chosen for the digest of images, and proved by rendering. */
export interface ChosenValue extends ValueChange {
  readonly candidate: Candidate
  /** The images that it makes, as the chart rendered them before. */
  readonly images: readonly WantedImage[]
}

/** Why a value was not chosen, for each image that it may make. */
export interface RejectedValue {
  readonly candidate: Candidate
  readonly images: readonly WantedImage[]
  readonly reason: string
}

/** What the search for the values of a chart starts from, and what it has learnt. */
export interface Search {
  readonly base: Rendered
  readonly before: readonly ImageEntry[]
  readonly unstable: ReadonlySet<string>
  readonly render: (changes: readonly ValueChange[]) => Promise<Rendering>
  readonly fieldsOf: (rendered: Rendered) => Promise<readonly ImageEntry[]>
  /** The images without a digest, before anything was chosen. */
  readonly all: readonly WantedImage[]
  readonly rejected: RejectedValue[]
}

/** The chart as it is with the values that were chosen so far. */
export interface State {
  readonly chosen: readonly ChosenValue[]
  /** The chart with the chosen values. */
  readonly rendered: Rendered
  readonly fields: readonly ImageEntry[]
}
