/**
 * A replacement in a source: the bytes from `start` up to `end` become `text`.
 *
 * Contract, enforced by `applyEdits` alone: offsets are byte offsets into the original source, 0 ≤ start ≤ end ≤
 * its length; edits are given in ascending order and never overlap; two insertions never share an offset. `text`
 * is encoded as UTF-8.
 */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}
