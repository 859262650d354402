import type { Alias, Mapping, Scalar, Sequence } from '../nodes.ts'
import { createNestingError, MAX_DEPTH, YamlError } from '../reading.ts'

type Anchored = Scalar | Mapping | Sequence

/** A mapping or sequence whose nodes are being added to an `AnchorTable`. */
export interface OpenCollection {
  /** The name of its anchor; undefined if it has none. */
  readonly anchor: string | undefined
  /** The number of nodes up to it, itself included, with aliases expanded. */
  readonly expanded: number
  /** The deepest nesting of collections before it, with aliases expanded. */
  readonly deepest: number
}

/**
 * The anchors of one document, added in the order of its text. An alias stands for the last node before it with its
 * anchor (YAML 1.2.2, section 7.1). The table also counts nodes and their depth as if each alias were a copy of its node
 * ("expanded").
 */
export interface AnchorTable {
  /** Counts a scalar and adds its anchor, if it has one. @returns the same scalar */
  addScalar(scalar: Scalar): Scalar
  /**
   * Counts a collection and adds its anchor, before its nodes are added. Until it is closed, aliases of it are errors.
   * @param anchor the name of its anchor, if it has one
   * @param offset its byte offset, for errors
   * @returns the value to pass to `close`
   * @throws {YamlError} if it is nested deeper than MAX_DEPTH
   */
  open(anchor: string | undefined, offset: number): OpenCollection
  /**
   * Ends the collection opened last, after its nodes were added, so that aliases can refer to it.
   * @returns the same collection
   */
  close<T extends Mapping | Sequence>(opened: OpenCollection, collection: T): T
  /**
   * Finds the node that an alias stands for, and counts the nodes in it once more.
   * @param name the name of the alias, without `*`
   * @param offset the byte offset of the alias, for errors
   * @throws {YamlError} if there is no such anchor before it, the alias is within that node, or its nodes would be nested
   *   deeper than MAX_DEPTH
   */
  resolve(name: string, offset: number): Alias['target']
  /**
   * Checks the size of the document with aliases expanded, like go-yaml does. Called after the root node was added.
   * @param offset the byte offset of the root node, for errors
   * @throws {YamlError} if it has more than 1000 nodes, more than 100 of them from aliases, and too large a share of them from
   *   aliases: over 99 % for up to 400,000 nodes, falling to 10 % at 4,000,000
   */
  checkExpansion(offset: number): void
}

/** Creates an empty table for one document. */
export function createAnchorTable(): AnchorTable {
  const nodes = new Map<string, { node: Anchored | undefined; size: number; height: number }>()
  // The number of nodes with aliases expanded, and how many of these come from aliases.
  let expanded = 0
  let aliased = 0
  // The number of open collections, and its maximum with aliases expanded.
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
      if (depth > MAX_DEPTH) throw createNestingError(offset)
      const opened = { anchor, expanded, deepest }
      deepest = depth
      return opened
    },
    close(opened, collection) {
      const inner = opened.anchor === undefined ? undefined : nodes.get(opened.anchor)
      // A node within the collection may have the same anchor; the later one counts.
      if (opened.anchor !== undefined && inner?.node === undefined) {
        const size = expanded - opened.expanded + 1
        nodes.set(opened.anchor, { node: collection, size, height: deepest - depth + 1 })
      }
      depth -= 1
      deepest = Math.max(deepest, opened.deepest)
      return collection
    },
    resolve(name, offset) {
      const found = nodes.get(name)
      if (found === undefined)
        throw new YamlError(offset, `the alias *${name} stands for no anchor before it`)
      if (found.node === undefined) {
        throw new YamlError(offset, `the alias *${name} lies in the node that it stands for`)
      }
      if (depth + found.height > MAX_DEPTH) throw createNestingError(offset)
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

/** The rule of go-yaml (`allowedAliasRatio` in decode.go), so that every document that Kubernetes accepts is accepted. */
function allowedRatio(expanded: number): number {
  const low = 400_000
  const high = 4_000_000
  if (expanded <= low) return 0.99
  if (expanded >= high) return 0.1
  return 0.99 - 0.89 * ((expanded - low) / (high - low))
}
