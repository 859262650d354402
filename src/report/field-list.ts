import type { Location } from '../diagnostics/diagnostic.ts'
import { printable, printableWord } from '../diagnostics/printable.ts'
import { type DataFormat, formatDataDocument } from './data-document.ts'
import { formatLocation } from './message.ts'
import { formatTable } from './table.ts'

export type FieldListFormat = 'table' | DataFormat

export const FIELD_LIST_FORMATS: readonly FieldListFormat[] = ['table', 'json', 'yaml']

/** An image field, with the rule that found it. */
export interface ListedField {
  /** `R1` to `R7`. */
  readonly rule: string
  readonly image: string
  /** The key of its pull policy; absent if the schema has none. */
  readonly policy?: string
  readonly at: Location
}

/** A string that looks like an image and is never edited. */
export interface ListedString {
  readonly text: string
  readonly reason: string
  readonly at: Location
}

export interface FieldList {
  readonly found: readonly ListedField[]
  readonly left: readonly ListedString[]
}

/**
 * Formats the image fields with their rules, then the strings that are not matched with the reasons.
 * @param version Pinpull's own
 */
export function formatFieldList(list: FieldList, format: FieldListFormat, version: string): string {
  if (format !== 'table') return formatDataDocument(format, list, version)
  const found = list.found.map(({ rule, image, policy = '-', at }) => [
    rule,
    printableWord(image),
    printable(policy),
    formatLocation(at),
  ])
  const left = list.left.map(({ text, reason, at }) => [
    printableWord(text),
    printable(reason),
    formatLocation(at),
  ])
  const parts = [formatTable(['RULE', 'IMAGE', 'POLICY', 'FIELD'], found)]
  if (left.length > 0) parts.push(formatTable(['NOT MATCHED', 'REASON', 'FIELD'], left))
  return parts.join('\n')
}
