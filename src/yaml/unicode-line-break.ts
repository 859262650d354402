import type { YamlNode } from './nodes.ts'
import { YamlError } from './reading.ts'

/** A character in a source that ends a line in YAML 1.1, but not in YAML 1.2. */
export interface UnicodeLineBreak {
  /** The byte offset of the character. */
  readonly offset: number
  /** Such as `U+2028`. */
  readonly name: string
}

const NEXT_LINE = 'U+0085'

const LINE_BREAKS = ['\u0085', '\u2028', '\u2029'].map((character) => ({
  bytes: Buffer.from(character),
  name: `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
}))

/**
 * Finds the characters that end a line only in YAML 1.1: next line, line separator and paragraph separator.
 * @param bytes the bytes of the whole source
 * @returns in the order of the text
 */
export function findUnicodeLineBreaks(bytes: Uint8Array): readonly UnicodeLineBreak[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: UnicodeLineBreak[] = []
  for (const { bytes: pattern, name } of LINE_BREAKS) {
    for (let offset = buffer.indexOf(pattern); offset !== -1; offset = buffer.indexOf(pattern, offset + 1)) {
      found.push({ offset, name })
    }
  }
  return found.toSorted((a, b) => a.offset - b.offset)
}

/** Next to white space, line breaks, and the first characters of markers, go-yaml folds or divides quoted text. */
const AMBIGUOUS_NEIGHBOUR = /^[ \t\r\n\\.-]$/

/**
 * Finds line breaks that make Kubernetes' reader (go-yaml) read a document differently: it ends a line, a comment or a
 * plain scalar at them, and so may find keys where YAML 1.2 finds none. In quotes both read U+2028 and U+2029 as text,
 * unless they are next to white space, a backslash, `-` or `.`; go-yaml turns U+0085 into a space.
 * @param bytes the bytes of the whole source
 * @param breaks the Unicode line breaks within the document
 * @param contents the document's root node
 * @returns an error for each line break that is not read as text by both, in the order of `breaks`
 */
export function findLineBreakErrors(
  bytes: Uint8Array,
  breaks: readonly UnicodeLineBreak[],
  contents: YamlNode | undefined,
): YamlError[] {
  const quoted: YamlNode[] = []
  if (contents !== undefined) collectQuoted(contents, quoted)
  const isText = ({ offset, name }: UnicodeLineBreak): boolean => {
    if (name === NEXT_LINE || !quoted.some(({ start, end }) => start < offset && offset < end)) return false
    const beside = [bytes[offset - 1], bytes[offset + 3]].map((byte) => String.fromCharCode(byte ?? 0))
    return !beside.some((character) => AMBIGUOUS_NEIGHBOUR.test(character))
  }
  return breaks
    .filter((one) => !isText(one))
    .map(({ offset, name }) => {
      const reason = `${name} ends a line for Kubernetes' reader, but not in YAML 1.2: write it as an escape in double quotes`
      return new YamlError(offset, reason)
    })
}

function collectQuoted(node: YamlNode, quoted: YamlNode[]): void {
  switch (node.kind) {
    case 'scalar':
      if (node.style === 'single' || node.style === 'double') quoted.push(node)
      break
    case 'sequence':
      for (const item of node.items) collectQuoted(item, quoted)
      break
    case 'mapping':
      for (const { key, value } of node.entries) {
        collectQuoted(key, quoted)
        collectQuoted(value, quoted)
      }
      break
    case 'alias':
      break
  }
}
