import type { Alias, Mapping, Scalar } from './nodes.ts'

/** A change of one node. */
export type NodeChange =
  | {
      readonly kind: 'set'
      /**
       * The scalar whose value is replaced, in its own style; it may be a null scalar of no text. An alias is
       * replaced by the value written out, and what it stood for stays.
       */
      readonly node: Scalar | Alias
      readonly value: string
    }
  | {
      readonly kind: 'insert'
      /** The mapping that gets a new entry, */
      readonly mapping: Mapping
      /** directly after the entry whose key begins here. */
      readonly afterKey: number
      readonly key: string
      readonly value: string
    }

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
