import type { ImageEntry } from '../report/report.ts'
import type { Transformed } from '../transform.ts'
import { readDocuments } from '../yaml/documents.ts'
import { formatPath, isMerge, keyText, resolveAlias } from '../yaml/lookup.ts'
import type { FieldPath, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import { readSource } from '../yaml/source.ts'

/** How the manifests that a source renders differ after a change of the source. */
export interface RenderComparison {
  /** The image fields that have the image that this run makes of them. */
  readonly pinned: readonly ImageEntry[]
  /** The image fields that this run would pin, and that the change has not reached. */
  readonly left: readonly ImageEntry[]
  /** What else differs, for people; the first ones only. If there is any, the change must not be made. */
  readonly others: readonly string[]
}

/** How many other differences are listed. */
const LISTED = 3

/**
 * Compares what a source renders before and after a change. An image field may stay as it is, or become what this run makes of it;
 * everything else must be equal: documents, keys, values, and their order, since both were written by the same program.
 * @param before what this run makes of the manifests that were rendered before the change
 * @param after the manifests that are rendered after it
 * @throws {PinpullError} INPUT_NOT_UTF8
 */
export function compareRenders(before: Transformed, after: Uint8Array): RenderComparison {
  const documents = readDocuments(readSource(after)).documents
  const walk = new Walk(before.report.images)
  const total = Math.max(before.documents.length, documents.length)
  for (let index = 0; index < total; index += 1) walk.documents(before.documents[index], documents[index])
  return { pinned: walk.pinned, left: walk.left, others: walk.others }
}

/** One comparison of two streams. */
class Walk {
  readonly pinned: ImageEntry[] = []
  readonly left: ImageEntry[] = []
  readonly others: string[] = []
  readonly #images: ReadonlyMap<string, ImageEntry>

  constructor(images: readonly ImageEntry[]) {
    this.#images = new Map(images.map((entry) => [`${entry.at.document} ${entry.at.path}`, entry]))
  }

  documents(before: YamlDocument | undefined, after: YamlDocument | undefined): void {
    if (before === undefined || after === undefined || before.index !== after.index) {
      const at = before ?? after
      this.#add(`document ${(at?.index ?? 0) + 1} is there only ${after === undefined ? 'before' : 'after'}`)
      return
    }
    const { contents: old } = before
    const { contents: now } = after
    if (old === undefined || now === undefined) {
      if (old !== now) this.#add(`document ${before.index + 1} is empty or not`)
      return
    }
    this.#nodes(before.index + 1, [], old, now)
  }

  #nodes(document: number, path: FieldPath, before: YamlNode, after: YamlNode): void {
    const [old, now] = [resolveAlias(before), resolveAlias(after)]
    if (old.kind === 'scalar' && now.kind === 'scalar') {
      this.#scalars(document, path, old, now)
    } else if (old.kind === 'sequence' && now.kind === 'sequence' && old.items.length === now.items.length) {
      for (const [index, item] of old.items.entries())
        this.#nodes(document, [...path, index], item, now.items[index] as YamlNode)
    } else if (old.kind === 'mapping' && now.kind === 'mapping' && haveSameKeys(old.entries, now.entries)) {
      for (const [index, entry] of old.entries.entries()) {
        const key = isMerge(entry) ? '<<' : (keyText(entry) ?? '')
        this.#nodes(document, [...path, key], entry.value, (now.entries[index] as typeof entry).value)
      }
    } else this.#add(`document ${document}, ${formatPath(path)}: it has other keys or items`)
  }

  #scalars(
    document: number,
    path: FieldPath,
    old: { readonly value: string; readonly isString: boolean; readonly isNull: boolean },
    now: { readonly value: string; readonly isString: boolean; readonly isNull: boolean },
  ): void {
    const at = formatPath(path)
    const entry = this.#images.get(`${document} ${at}`)
    const wanted = entry === undefined ? old.value : old.value.replace(entry.image, () => entry.result)
    if (old.value === now.value && old.isString === now.isString && old.isNull === now.isNull) {
      if (entry !== undefined && wanted !== old.value) this.left.push(entry)
    } else if (entry !== undefined && now.isString && now.value === wanted) this.pinned.push(entry)
    else this.#add(`document ${document}, ${at}: ${quoted(old.value)} becomes ${quoted(now.value)}`)
  }

  #add(difference: string): void {
    if (this.others.length < LISTED) this.others.push(difference)
    else if (this.others.length === LISTED) this.others.push('…')
  }
}

function haveSameKeys(
  before: readonly Parameters<typeof keyText>[0][],
  after: readonly Parameters<typeof keyText>[0][],
): boolean {
  return (
    before.length === after.length &&
    before.every((entry, index) => keyText(entry) === keyText(after[index] as typeof entry))
  )
}

const LONGEST = 120

function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}
