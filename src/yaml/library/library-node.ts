import { findEntry, findString } from '../lookup.ts'
import type { Alias, Entry, FoundEntry, Mapping, Scalar, Sequence, YamlNode } from '../nodes.ts'

/**
 * Nodes of the reader on npm `yaml` ("the library"). They have no index of the source to search, so these methods return the
 * result for "not known".
 */
class LibraryNode {
  mayContain(): boolean {
    return true
  }

  findScalars(): undefined {
    return undefined
  }

  equalsExcept(): boolean {
    return false
  }
}

class LibraryMapping extends LibraryNode {
  find(this: Mapping, key: string): FoundEntry | undefined {
    return findEntry(this, key)
  }

  stringAt(this: Mapping, ...path: readonly string[]): string | undefined {
    return findString(this, path)
  }

  mayContainBeside(): boolean {
    return true
  }

  entriesContaining(this: Mapping): readonly Entry[] {
    return this.entries
  }
}

class LibrarySequence extends LibraryNode {
  itemsContaining(this: Sequence): Iterable<readonly [number, YamlNode]> {
    return this.items.entries()
  }
}

/** The properties of a node, without its methods. */
type Fields<Node> = Omit<Node, keyof LibraryNode | keyof LibraryMapping | keyof LibrarySequence | 'kind'>

/**
 * Makes a `Scalar` from its properties, for the reader on npm `yaml`. As for all its nodes, `mayContain` returns true,
 * `findScalars` undefined and `equalsExcept` false: they search nothing.
 */
export function createLibraryScalar(fields: Fields<Scalar>): Scalar {
  return Object.assign(new LibraryNode(), { kind: 'scalar' } as const, fields)
}

/** Makes an `Alias` from its properties, for the reader on npm `yaml`; its methods are those of `createLibraryScalar`. */
export function createLibraryAlias(fields: Fields<Alias>): Alias {
  return Object.assign(new LibraryNode(), { kind: 'alias' } as const, fields)
}

/**
 * Makes a `Mapping` from its properties, for the reader on npm `yaml`. `find` and `stringAt` look at the entries one by one;
 * `mayContainBeside` returns true, and `entriesContaining` all entries. The others are those of `createLibraryScalar`.
 */
export function createLibraryMapping(fields: Fields<Mapping>): Mapping {
  return Object.assign(new LibraryMapping(), { kind: 'mapping' } as const, fields)
}

/**
 * Makes a `Sequence` from its properties, for the reader on npm `yaml`. `itemsContaining` returns all items; its other methods
 * are those of `createLibraryScalar`.
 */
export function createLibrarySequence(fields: Fields<Sequence>): Sequence {
  return Object.assign(new LibrarySequence(), { kind: 'sequence' } as const, fields)
}
