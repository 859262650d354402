import type { FieldOptions } from '../kube/find/field-options.ts'
import type { Stream } from '../plan/stream-decisions.ts'
import type { ShownLine, ShownPart } from '../report/html/shown-input.ts'
import { countWhile } from '../yaml/binary-search.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import { lineCount, lineRange } from '../yaml/position.ts'
import { decodeUtf8 } from '../yaml/source.ts'
import { createVisibleText, LINE_KEY, mayBeSecret, type Token } from './visible-text.ts'

/** What is marked in a line, as bytes of the source. */
export interface Mark {
  readonly start: number
  /** Absent to mark the value or key at `start`, or the rest of the line if none begins there. */
  readonly end?: number | undefined
  /** A value that equals one of these is shown; see `ShownInput.excerpt`. */
  readonly told?: readonly string[] | undefined
}

/** The lines of a stream, each with what may be shown of it. */
export interface VisibleLines {
  readonly count: number
  /** @param number from 1, at most `count` */
  line(number: number, mark?: Mark): ShownLine
}

/** A piece of a line, as bytes of the source. */
interface Piece {
  readonly start: number
  readonly end: number
  readonly isHidden: boolean
}

/** Opens the lines of a stream. Documents are only looked at when a line of theirs is asked for. */
export function openVisibleLines(
  stream: Pick<Stream, 'source' | 'documents'>,
  options: FieldOptions,
): VisibleLines {
  const { source, documents } = stream
  const textOf = createVisibleText(stream, options)
  const isSecretGap = new Map<number, boolean>()

  /**
   * Whether the text between two documents without errors may hold a Secret. What is between is judged as a whole: with an error, a
   * document may seem to end early.
   */
  const mayGapBeSecret = (before: number): boolean => {
    let first = before
    while (first > 0 && hasErrors(documents[first - 1])) first -= 1
    const known = isSecretGap.get(first)
    if (known !== undefined) return known
    let next = before
    while (next < documents.length && hasErrors(documents[next])) next += 1
    const start = documents[first - 1]?.end ?? 0
    const answer = mayBeSecret(source.text.slice(start, documents[next]?.start ?? source.text.length))
    isSecretGap.set(first, answer)
    return answer
  }

  const hasErrors = (document: YamlDocument | undefined): boolean =>
    document !== undefined && textOf(document) === undefined

  const piecesOf = (start: number, end: number): readonly Piece[] | undefined => {
    const before = countWhile(documents, (document) => document.start <= start)
    const document = documents[before - 1]
    if (document !== undefined && start < Math.max(document.end, document.start + 1)) {
      const text = textOf(document)
      if (text === undefined) return mayGapBeSecret(before) ? undefined : keyPieces(start, end)
      if (text.secrets.some((secret) => secret.start <= end && secret.end > start)) return undefined
      return tokenPieces(text.tokens, start, end)
    }
    return mayGapBeSecret(before) ? undefined : keyPieces(start, end)
  }

  /** The pieces of a line with errors around it: its key, and the rest hidden. */
  const keyPieces = (start: number, end: number): readonly Piece[] => {
    const line = source.text.slice(start, end)
    const shown = LINE_KEY.exec(line)?.[0].length ?? indentOf(line)
    return [{ start, end: start + shown, isHidden: false }, ...hiddenPieces(source.text, start + shown, end)]
  }

  const tokenPieces = (tokens: readonly Token[], start: number, end: number): readonly Piece[] => {
    const pieces: Piece[] = []
    let at = start
    for (let i = countWhile(tokens, (token) => token.end <= start); i < tokens.length; i += 1) {
      const token = tokens[i] as Token
      if (token.start >= end) break
      pieces.push(...gapPieces(source.text, at, Math.max(at, token.start)))
      const [from, to] = [Math.max(at, token.start), Math.min(token.end, end)]
      if (token.isVisible) pieces.push({ start: from, end: to, isHidden: false })
      else pieces.push(...hiddenPieces(source.text, from, to))
      at = to
    }
    return [...pieces, ...gapPieces(source.text, at, end)]
  }

  return {
    count: lineCount(source),
    line(number, mark) {
      const { start, end } = lineRange(source, number)
      const pieces = piecesOf(start, end)
      if (pieces === undefined) return { number, parts: undefined }
      const marked = mark === undefined ? undefined : markedRange(pieces, mark, end)
      const isTold =
        mark?.told !== undefined && marked !== undefined && tellsValue(documents, textOf, marked, mark.told)
      const parts = splitAt(pieces, marked).map((piece): ShownPart => {
        const isMarked = marked !== undefined && piece.start >= marked.start && piece.end <= marked.end
        const isHidden = piece.isHidden && !(isMarked && isTold)
        const text = isHidden ? '' : decodeUtf8(source.text.slice(piece.start, piece.end))
        return { text, isHidden, isMarked }
      })
      return { number, parts }
    },
  }
}

function indentOf(text: string): number {
  return /^[\s-]*/.exec(text)?.[0].length ?? 0
}

/** The text of a line that may not be shown; its indentation may. */
function hiddenPieces(text: string, start: number, end: number): Piece[] {
  const content = start + (/^\s*/.exec(text.slice(start, end))?.[0].length ?? 0)
  return [
    ...(content > start ? [{ start, end: content, isHidden: false }] : []),
    ...(end > content ? [{ start: content, end, isHidden: true }] : []),
  ]
}

/** What stands between keys and values: indicators, anchors and tags are shown, a comment is not. */
function gapPieces(text: string, start: number, end: number): Piece[] {
  if (end <= start) return []
  const comment = /(?:^|\s)#/.exec(text.slice(start, end))
  if (comment === null) return [{ start, end, isHidden: false }]
  const sign = start + comment.index + comment[0].length
  return [{ start, end: sign, isHidden: false }, ...hiddenPieces(text, sign, end)]
}

/**
 * The range to mark: that of the mark; without an end, the piece that begins there, or the rest of the line. A hidden piece is
 * marked as a whole or not at all.
 */
function markedRange(
  pieces: readonly Piece[],
  mark: Mark,
  lineEnd: number,
): { readonly start: number; readonly end: number } {
  const { start } = mark
  const end = mark.end ?? pieces.find((one) => one.start === start)?.end ?? lineEnd
  const touched = pieces.filter((one) => one.isHidden && one.start < end && one.end > start)
  return {
    start: Math.min(start, ...touched.map((one) => one.start)),
    end: Math.max(end, ...touched.map((one) => one.end)),
  }
}

function splitAt(
  pieces: readonly Piece[],
  marked: { readonly start: number; readonly end: number } | undefined,
): readonly Piece[] {
  if (marked === undefined) return pieces
  return pieces.flatMap((piece) => {
    if (piece.end === piece.start) return []
    const cuts = [marked.start, marked.end].filter((cut) => cut > piece.start && cut < piece.end)
    const edges = [piece.start, ...cuts, piece.end]
    return edges.slice(1).map((end, i) => ({ ...piece, start: edges[i] as number, end }))
  })
}

function tellsValue(
  documents: readonly YamlDocument[],
  textOf: ReturnType<typeof createVisibleText>,
  { start, end }: { readonly start: number; readonly end: number },
  told: readonly string[],
): boolean {
  const document = documents[countWhile(documents, (one) => one.start <= start) - 1]
  const tokens = document === undefined ? [] : (textOf(document)?.tokens ?? [])
  const token = tokens[countWhile(tokens, (one) => one.start < start)]
  return (
    token?.start === start && token.end === end && token.value !== undefined && told.includes(token.value)
  )
}
