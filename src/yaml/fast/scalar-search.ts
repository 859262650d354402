import type { YamlNode } from '../nodes.ts'
import { recordOf, scannedOf } from './lazy-node.ts'
import { scalarText } from './scalar-text.ts'
import type { Scanned } from './scanned.ts'
import { ALIAS, DOUBLE, kindOf, nextNode, PLAIN, SCALAR, SINGLE, skipProperties, WIDTH } from './tape.ts'

/** Scalars that end with one of some texts. */
export interface EndSearch {
  /**
   * @param node to look into
   * @param longest how many bytes a scalar may have to be of interest
   * @returns where they, and the aliases of such, begin, in ascending order; undefined where the records don't tell: there
   *   are none, or an alias stands for a collection, so that a scalar may be in two places
   */
  in(node: YamlNode, longest: number): readonly number[] | undefined
}

/**
 * Looks through the records of documents, and makes no node. Keys are looked at, too.
 * @param texts of two characters or more
 * @param isWanted says, of a scalar that ends like one of them, whether it is wanted
 */
export function createEndSearch(texts: Iterable<string>, isWanted: (text: string) => boolean): EndSearch {
  const ends = new Uint8Array(1 << 16)
  for (const text of texts) {
    const bytes = Buffer.from(text.slice(-2))
    ends[endOf(bytes, bytes.length)] = 1
  }
  return {
    in: (node, longest) => {
      const scanned = scannedOf(node)
      if (scanned === undefined) return undefined
      const from = recordOf(scanned, node)
      return from === undefined ? undefined : search(scanned, from, longest, ends, isWanted)
    },
  }
}

function search(
  { records, view }: Scanned,
  from: number,
  longest: number,
  ends: Uint8Array,
  isWanted: (text: string) => boolean,
): readonly number[] | undefined {
  const { buffer } = view
  const found: number[] = []
  const end = nextNode(records, from)
  for (let at = from; at < end; at += WIDTH) {
    const kind = kindOf(records[at] as number)
    if (kind !== SCALAR && kind !== ALIAS) continue
    const node = kind === ALIAS ? skipProperties(records, records[at + 3] as number) : at
    const head = records[node] as number
    if (kindOf(head) !== SCALAR) return undefined
    const start = records[node + 1] as number
    const stop = records[node + 2] as number
    if (stop - start > longest) continue
    const quote = head === QUOTED_ONCE || head === QUOTED_TWICE ? 1 : 0
    // What has escapes, or more lines than one, ends with what it doesn't look like.
    const isWritten = quote === 1 || head === PLAIN_TEXT
    if (isWritten && ends[endOf(buffer, stop - quote)] === 0) continue
    const text = scalarText(buffer, head, start, stop, records[node + 3] as number)
    if (isWanted(text)) found.push(records[at + 1] as number)
  }
  return found
}

const PLAIN_TEXT = SCALAR | PLAIN
const QUOTED_ONCE = SCALAR | SINGLE
const QUOTED_TWICE = SCALAR | DOUBLE

/** The last two bytes before an offset, as one number. */
function endOf(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 2] as number) << 8) | (bytes[end - 1] as number)
}
