import type { NestedText } from './nested-text.ts'
import type { Alias, Mapping, Scalar, YamlDocument } from './nodes.ts'

/**
 * What is to become of a document, said in terms of its nodes rather than its text. `yaml/` turns changes into
 * edits, and then proves, by reading the result again, that they and nothing else have happened.
 */
export type Change = NodeChange | NestedChange

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

/** Changes within a text that stands in a scalar: what is around them in that text stays to the byte, too. */
export interface NestedChange {
  readonly kind: 'nest'
  readonly text: NestedText
  /** The documents of that text. */
  readonly documents: readonly YamlDocument[]
  readonly changes: readonly NodeChange[]
}
