import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { DocumentType, YamlDocument, YamlNode } from './nodes.ts'
import { positionAt } from './position.ts'
import { createReader } from './reader.ts'
import type { Reading, YamlProblem } from './reading.ts'
import { createTypeLines } from './scanner/type-header.ts'
import { BYTE_ORDER_MARK, hasMark, type Source } from './source.ts'
import { type DocumentRange, splitStream } from './stream.ts'

/** The documents of a stream that can be read, and what is wrong with the others. */
export interface Documents {
  readonly documents: readonly YamlDocument[]
  /**
   * `YAML_INVALID`, in the order of the text; a document with one isn't among the documents. What is wrong with an
   * opaque document is added when somebody asks for its contents, which are then absent.
   */
  readonly diagnostics: readonly Diagnostic[]
}

export interface ReadOptions {
  /** Which types of large documents need not be read: CustomResourceDefinitions make up most of many streams. */
  readonly isOpaque?: (type: DocumentType) => boolean
}

/** From how many bytes on an opaque document is left unread: reading a smaller one takes no longer than asking for its type. */
const LARGE = 4096

/** Reads every document of a source, one at a time. A stream of nothing but comments has none. */
export function readDocuments(source: Source, { isOpaque }: ReadOptions = {}): Documents {
  const documents: YamlDocument[] = []
  const diagnostics: Diagnostic[] = []
  const read = createReader(source.bytes)
  const typeOf = isOpaque === undefined ? undefined : createTypeLines(source.bytes, isOpaque)
  const report = (index: number, { problems }: Reading): void => {
    for (const problem of problems) diagnostics.push(invalid(source, index, problem))
  }
  let index = 0
  const ranges = splitStream(source.bytes)
  if (ranges.length === 0) report(0, readNothing(source.bytes, read))
  for (const range of ranges) {
    const mayBeOpaque = range.end - range.start >= LARGE && range.misdivided === undefined
    const type = mayBeOpaque ? typeOf?.(range) : undefined
    if (type === undefined) {
      const reading = read(range)
      if (reading.problems.length === 0) documents.push(new ReadDocument(index, range, reading))
      else report(index, reading)
    } else documents.push(new OpaqueDocument(index, range, type, read, report))
    index += 1
  }
  return { documents, diagnostics }
}

/** Looks at a stream without documents, such as one of comments: to other readers there may be one in it. */
function readNothing(bytes: Uint8Array, read: (range: DocumentRange) => Reading): Reading {
  const body = hasMark(bytes, 0) ? BYTE_ORDER_MARK.length : 0
  return read({ start: 0, body, tail: bytes.length, end: bytes.length })
}

/** Makes its nodes when they are first asked for: of most documents, none ever are. */
class ReadDocument implements YamlDocument {
  readonly index: number
  readonly start: number
  readonly end: number
  readonly #reading: Reading

  constructor(index: number, { start, end }: DocumentRange, reading: Reading) {
    this.index = index
    this.start = start
    this.end = end
    this.#reading = reading
  }

  get contents(): YamlNode | undefined {
    return this.#reading.contents
  }
}

/** Is read when its contents are first asked for. */
class OpaqueDocument implements YamlDocument {
  readonly index: number
  readonly opaque: DocumentType
  readonly #range: DocumentRange
  readonly #read: (range: DocumentRange) => Reading
  readonly #report: (index: number, reading: Reading) => void
  #reading: Reading | undefined

  constructor(
    index: number,
    range: DocumentRange,
    type: DocumentType,
    read: (range: DocumentRange) => Reading,
    report: (index: number, reading: Reading) => void,
  ) {
    this.index = index
    this.opaque = type
    this.#range = range
    this.#read = read
    this.#report = report
  }

  get start(): number {
    return this.#range.start
  }

  get end(): number {
    return this.#range.end
  }

  get contents(): YamlNode | undefined {
    if (this.#reading === undefined) {
      this.#reading = this.#read(this.#range)
      this.#report(this.index, this.#reading)
    }
    return this.#reading.contents
  }
}

function invalid(source: Source, index: number, problem: YamlProblem): Diagnostic {
  const { line, column } = positionAt(source, problem.offset)
  const file = source.file === undefined ? {} : { file: source.file }
  return {
    code: 'YAML_INVALID',
    severity: 'error',
    args: { reason: problem.message },
    at: { ...file, document: index + 1, line, column },
  }
}
