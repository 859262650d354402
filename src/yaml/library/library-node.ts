import { findEntry, findString } from '../lookup.ts'
import type { Alias, Entry, FoundEntry, Mapping, Scalar, Sequence, YamlNode } from '../nodes.ts'

/** What any node of this reader answers: it keeps no index, so that only a look at the nodes can tell. */
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

/** Gives a scalar its methods. */
export function createLibraryScalar(fields: Fields<Scalar>): Scalar {
  return Object.assign(new LibraryNode(), { kind: 'scalar' } as const, fields)
}

/** Gives an alias its methods. */
export function createLibraryAlias(fields: Fields<Alias>): Alias {
  return Object.assign(new LibraryNode(), { kind: 'alias' } as const, fields)
}

/** Gives a mapping its methods. */
export function createLibraryMapping(fields: Fields<Mapping>): Mapping {
  return Object.assign(new LibraryMapping(), { kind: 'mapping' } as const, fields)
}

/** Gives a sequence its methods. */
export function createLibrarySequence(fields: Fields<Sequence>): Sequence {
  return Object.assign(new LibrarySequence(), { kind: 'sequence' } as const, fields)
}
