import { InternalError } from '../diagnostics/errors.ts'
import type { Entry, YamlDocument, YamlNode } from './nodes.ts'

/** What must be known of the place of a node to write another value there. */
export interface Surroundings {
  /** The entry whose value the node is; absent for an item of a sequence and for a root. */
  readonly entry?: Entry | undefined
  /** Whether it lies in a flow collection, at whatever depth: there, fewer values can be plain. */
  readonly inFlow: boolean
}

/**
 * Looks for a node from its document's root, when something is asked: what is written often depends on nothing around it.
 * @throws {InternalError} then, where it isn't a value or an item of the document
 */
export function surroundingsOf(document: YamlDocument, node: YamlNode): Surroundings {
  let found: Surroundings | undefined
  const look = (): Surroundings => {
    found ??= findSurroundings(document, node)
    return found
  }
  return {
    get entry() {
      return look().entry
    },
    get inFlow() {
      return look().inFlow
    },
  }
}

function findSurroundings(document: YamlDocument, node: YamlNode): Surroundings {
  let here = document.contents
  let surroundings: Surroundings = { inFlow: false }
  while (here !== undefined && here !== node) {
    if (here.kind === 'mapping') {
      const entry: Entry | undefined = lastBefore(here.entries, node.start)
      if (entry === undefined) break
      const inFlow: boolean = surroundings.inFlow || here.style === 'flow'
      // A key may be a collection that holds the node.
      const inKey: boolean = node.start < entry.key.end && node !== entry.value
      surroundings = inKey ? { inFlow } : { entry, inFlow }
      here = inKey ? entry.key : entry.value
    } else if (here.kind === 'sequence') {
      surroundings = { inFlow: surroundings.inFlow || here.style === 'flow' }
      here = lastBefore(here.items, node.start)
    } else break
  }
  if (here !== node) throw new InternalError(`there is no node to change at offset ${node.start}`)
  return surroundings
}

function lastBefore<T extends { readonly start: number }>(list: readonly T[], offset: number): T | undefined {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as T).start <= offset) low = middle + 1
    else high = middle
  }
  return list[low - 1]
}
