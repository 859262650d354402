import type { Alias, Mapping, Scalar, Sequence } from '../nodes.ts'
import { MAX_DEPTH, nestingError, YamlError } from '../reading.ts'

type Anchored = Scalar | Mapping | Sequence

/** Marks a collection whose nodes are being read. */
export interface OpenCollection {
  readonly anchor: string | undefined
  readonly expanded: number
  /** How deep nodes lay before it. */
  readonly deepest: number
}

/**
 * The anchors of one document, filled in the order of its text. An alias stands for the last node before it with
 * its name (YAML 1.2.2, section 7.1).
 */
export interface AnchorTable {
  /** Counts a scalar, and notes its anchor. */
  addScalar(scalar: Scalar): Scalar
  /**
   * To be called before the nodes of a collection are read.
   * @throws {YamlError} where nodes lie too deep
   */
  open(anchor: string | undefined, offset: number): OpenCollection
  /** To be called with the collection when they have been. */
  close<T extends Mapping | Sequence>(mark: OpenCollection, collection: T): T
  /** @throws {YamlError} where there is no such anchor, the alias lies in the node it stands for, or nodes then lie too deep */
  resolve(name: string, offset: number): Alias['target']
  /** @throws {YamlError} where the document would grow out of all proportion if its aliases were written out */
  checkExpansion(offset: number): void
}

/** Makes the empty table of one document. */
export function createAnchorTable(): AnchorTable {
  const nodes = new Map<string, { node: Anchored | undefined; size: number; height: number }>()
  // How many nodes there are with aliases written out, and how many of these come from aliases.
  let expanded = 0
  let aliased = 0
  // How many collections are open, and how many there were at most, with aliases written out.
  let depth = 0
  let deepest = 0
  return {
    addScalar(scalar) {
      expanded += 1
      if (scalar.anchor !== undefined) nodes.set(scalar.anchor, { node: scalar, size: 1, height: 0 })
      return scalar
    },
    open(anchor, offset) {
      if (anchor !== undefined) nodes.set(anchor, { node: undefined, size: 0, height: 0 })
      expanded += 1
      depth += 1
      if (depth > MAX_DEPTH) throw nestingError(offset)
      const mark = { anchor, expanded, deepest }
      deepest = depth
      return mark
    },
    close(mark, collection) {
      const inner = mark.anchor === undefined ? undefined : nodes.get(mark.anchor)
      // A node inside may have taken the name over: the later one stands, as in the order of the text.
      if (mark.anchor !== undefined && inner?.node === undefined) {
        const size = expanded - mark.expanded + 1
        nodes.set(mark.anchor, { node: collection, size, height: deepest - depth + 1 })
      }
      depth -= 1
      deepest = Math.max(deepest, mark.deepest)
      return collection
    },
    resolve(name, offset) {
      const found = nodes.get(name)
      if (found === undefined)
        throw new YamlError(offset, `the alias *${name} stands for no anchor before it`)
      if (found.node === undefined) {
        throw new YamlError(offset, `the alias *${name} lies in the node that it stands for`)
      }
      if (depth + found.height > MAX_DEPTH) throw nestingError(offset)
      deepest = Math.max(deepest, depth + found.height)
      expanded += found.size
      aliased += found.size
      return found.node
    },
    checkExpansion(offset) {
      if (aliased > 100 && expanded > 1000 && aliased / expanded > allowedRatio(expanded)) {
        throw new YamlError(offset, 'aliases make the document grow out of all proportion')
      }
    },
  }
}

/** The rule of go-yaml (`allowedAliasRatio` in decode.go), with which the API machinery reads: nothing it takes is refused. */
function allowedRatio(expanded: number): number {
  const low = 400_000
  const high = 4_000_000
  if (expanded <= low) return 0.99
  if (expanded >= high) return 0.1
  return 0.99 - 0.89 * ((expanded - low) / (high - low))
}
