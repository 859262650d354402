import { LF } from './fast/bytes.ts'
import type { Scalar } from './nodes.ts'
import { decodeText } from './source.ts'

/**
 * Writes another value into a literal or folded scalar. The header with its indicators and comment, the indentation,
 * and everything from the line break after the last line of text stay, so that the value becomes the new one plus
 * the line breaks that were there.
 * @param written the scalar as it stands, decoded as latin1, from its header on
 * @param value without the line breaks at its end
 * @returns as Unicode; absent where a block scalar in this place cannot hold the value
 */
export function formatBlockScalar(written: string, scalar: Scalar, value: string): string | undefined {
  if (value === '' || /[^\P{Cc}\n\t]|[\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u.test(value)) return undefined
  // White space at the start of a line would be indentation, or change how lines are folded.
  if (/(?:^|\n)[ \t\n]/.test(value) || (scalar.style === 'folded' && value.includes('\n'))) return undefined
  const lines = written.split('\n')
  const firstAt = lines.findIndex((line, i) => i > 0 && /[^ \r]/.test(line))
  const indent =
    firstAt === -1 ? -1 : leadingSpaces(lines[firstAt]) - leadingSpaces(firstTextOf(scalar.value))
  if (indent < 0) return undefined
  const lastAt = lines.findLastIndex((line) => /[^ \t\r]/.test(line))
  const header = lines[0] as string
  const eol = header.endsWith('\r') ? '\r\n' : '\n'
  const end = (lines[lastAt] as string).endsWith('\r') ? '\r' : ''
  const text = value.split('\n').map((line) => ' '.repeat(indent) + line)
  // A line of white space that is longer than the indentation is text, and not a line break alone.
  const tail = lines.slice(lastAt + 1).filter((line) => !/[ \t]/.test(line.slice(indent)))
  return [`${decodeText(header)}\n${text.join(eol)}${end}`, ...tail].join('\n')
}

function firstTextOf(value: string): string {
  return value.replace(/^(?: *\n)*/, '')
}

function leadingSpaces(line: string | undefined): number {
  return /^ */.exec(line ?? '')?.[0].length ?? 0
}

/** The line breaks that a block scalar's value ends with, which replacing its value keeps. */
export function lineBreaksAtEnd(value: string): string {
  let end = value.length
  while (end > 0 && value.charCodeAt(end - 1) === LF) end -= 1
  return value.slice(end)
}
