import type { Location } from '../../diagnostics/diagnostic.ts'

/** A piece of a line, as a report may show it. */
export interface ShownPart {
  /** Empty if the piece may not be shown: a value that is neither an image nor a pull policy, or a comment. */
  readonly text: string
  readonly isHidden: boolean
  /** Whether the finding is about this piece, or the change is in it. */
  readonly isMarked: boolean
}

/** A line of a manifest, as a report may show it. */
export interface ShownLine {
  /** From 1. */
  readonly number: number
  /** Undefined for a line of a Secret, of which nothing is shown. */
  readonly parts: readonly ShownPart[] | undefined
}

/** A line of a diff: `removed` lines have the number before the run, the others that after it. */
export interface ShownDiffLine extends ShownLine {
  readonly kind: 'same' | 'removed' | 'added'
}

/** Changed lines that are close together, with those around them. */
export type ShownHunk = readonly ShownDiffLine[]

/** One input of a run: what a page needs to show lines of it. */
export interface ShownInput {
  /** Absent for standard input. */
  readonly file?: string | undefined
  /**
   * Returns the line of a finding and those around it.
   * @param told texts that the message shows anyway, such as the image: a value that equals one is not hidden
   * @returns an empty list if the location has no line
   */
  excerpt(at: Location, told: readonly string[]): readonly ShownLine[]
  /** What the run changed; empty if it changed nothing, or has no output. */
  readonly hunks: readonly ShownHunk[]
}
