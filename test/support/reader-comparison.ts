import { readWithLibrary } from '../../src/yaml/library/library-reader.ts'
import type { YamlNode } from '../../src/yaml/nodes.ts'
import type { Reading } from '../../src/yaml/reading.ts'
import { createScanner } from '../../src/yaml/scanner/scanner.ts'
import { splitStream } from '../../src/yaml/stream.ts'

/** The result of reading a stream with both readers. */
export interface Comparison {
  readonly documents: number
  /** How many of them the scanner read. */
  readonly scanned: number
  /** Documents that it read differently from the reference reader, or that the latter rejects. */
  readonly disagreements: readonly string[]
}

/** Reads every document of some bytes with both readers. */
export function compareReaders(bytes: Uint8Array): Comparison {
  const scanner = createScanner(bytes)
  const ranges = splitStream(bytes)
  const disagreements: string[] = []
  let scanned = 0
  for (const range of ranges) {
    const reading = scanner.read(range)
    if (reading === undefined) continue
    scanned += 1
    const one = textOf(reading)
    const other = textOf(readWithLibrary(bytes, range))
    if (one === other || one === textOf(readWithLibrary(withoutComments(bytes, reading), range))) continue
    const text = new TextDecoder().decode(bytes.subarray(range.start, range.end))
    disagreements.push(`${JSON.stringify(text)}\nscanner:   ${one}\nreference: ${other}`)
  }
  return { documents: ranges.length, scanned, disagreements }
}

/**
 * Replaces comment lines with blank lines. npm `yaml` 2.9.1 loses the required indentation of a plain
 * scalar if a less indented comment is between its key and the scalar (`Lexer.parseLineStart`): the scalar then includes
 * the next keys or items. In such documents the scanner is compared with the result without the comment.
 */
function withoutComments(bytes: Uint8Array, { contents }: Reading): Uint8Array {
  const scalars = contents === undefined ? [] : scalarsOf(contents)
  const blank = (line: string, at: number): string =>
    scalars.some(({ start, end }) => start < at && at < end) ? line : '\n'.repeat(line.length)
  const text = Buffer.from(bytes).toString('latin1')
  return Buffer.from(text.replace(/(?<=\n|^)[ \t]*#[^\n]*/g, blank), 'latin1')
}

function scalarsOf(node: YamlNode): YamlNode[] {
  if (node.kind === 'sequence') return node.items.flatMap(scalarsOf)
  if (node.kind === 'mapping')
    return node.entries.flatMap(({ key, value }) => [key, value].flatMap(scalarsOf))
  return [node]
}

/** All properties of a document's nodes, as text. */
function textOf({ contents, errors }: Reading): string {
  if (errors.length > 0) return `refused: ${errors.map(({ message }) => message).join('; ')}`
  return JSON.stringify(contents === undefined ? null : dataOf(contents))
}

function dataOf(node: YamlNode): unknown {
  const common = [node.kind, node.start, node.end, node.anchor ?? null, node.tag ?? null]
  switch (node.kind) {
    case 'scalar':
      return [...common, node.style, node.value, node.isString, node.isNull]
    case 'alias':
      return [...common, node.name, node.target.kind, node.target.start, node.target.anchor]
    case 'sequence':
      return [...common, node.style, node.items.map(dataOf)]
    case 'mapping': {
      const entries = node.entries.map(({ start, key, value }) => [start, dataOf(key), dataOf(value)])
      return [...common, node.style, entries]
    }
  }
}
