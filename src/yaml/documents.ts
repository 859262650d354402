import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { DocumentType, YamlDocument, YamlNode } from './nodes.ts'
import { positionAt } from './position.ts'
import { createReader } from './reader.ts'
import type { DocumentRange, Reading, YamlError } from './reading.ts'
import { createTypeHeaderReader, type TypeHeaderReader } from './scanner/type-header.ts'
import { BOM, hasBom, type Source } from './source.ts'
import { splitStream } from './stream.ts'

/** The documents of a stream that can be read, and diagnostics for the others. */
export interface Documents {
  /** In the order of the text. */
  readonly documents: readonly YamlDocument[]
  /**
   * `YAML_INVALID`, in the order of the text. Documents with errors are not in `documents`, except unparsed ones: their
   * diagnostics are added, and their contents become undefined, when `contents` is first read.
   */
  readonly diagnostics: readonly Diagnostic[]
}

/** Options of `readDocuments`. */
export interface ReadOptions {
  /**
   * Selects types whose large documents are not parsed, such as CustomResourceDefinition: many streams consist mostly of those.
   * A document of 4096 bytes or more whose first lines show its type for certain is not parsed; absent to parse all.
   */
  readonly isUnparsed?: (type: DocumentType) => boolean
  /**
   * Memory from `allocateRecords` for the nodes of the documents. It may be used for another source once these documents are no
   * longer needed; absent to allocate it.
   */
  readonly records?: Int32Array | undefined
}

/** Smaller documents are always parsed, which takes no longer than finding their type. */
const MIN_UNPARSED_BYTES = 4096

/**
 * Reads the documents of a source. A source that contains only comments has none. Documents with errors are counted in
 * the `index` of those after them.
 * @param options may select documents that are not parsed until their contents are used
 */
export function readDocuments(source: Source, { isUnparsed, records }: ReadOptions = {}): Documents {
  const documents: YamlDocument[] = []
  const diagnostics: Diagnostic[] = []
  const read = createReader(source.bytes, records)
  let typeOf: TypeHeaderReader | undefined
  const report = (index: number, { errors }: Reading): void => {
    for (const problem of errors) diagnostics.push(invalid(source, index, problem))
  }
  let index = 0
  const ranges = splitStream(source.bytes)
  if (ranges.length === 0) report(0, readNothing(source.bytes, read))
  for (const range of ranges) {
    const isLarge = range.end - range.start >= MIN_UNPARSED_BYTES && range.divisionError === undefined
    // Most files have no large document.
    if (isLarge && isUnparsed !== undefined) typeOf ??= createTypeHeaderReader(source.bytes, isUnparsed)
    const type = isLarge ? typeOf?.(range) : undefined
    if (type === undefined) {
      const reading = read(range)
      if (reading.errors.length === 0) documents.push(new ParsedDocument(index, range, read, reading))
      else report(index, reading)
    } else documents.push(new UnparsedDocument(index, range, type, read, report))
    index += 1
  }
  return { documents, diagnostics }
}

/** Checks a stream without documents, such as one of comments: other readers may find one in it. */
function readNothing(bytes: Uint8Array, read: (range: DocumentRange) => Reading): Reading {
  const contentStart = hasBom(bytes, 0) ? BOM.length : 0
  return read({ start: 0, contentStart, contentEnd: bytes.length, end: bytes.length })
}

/** Its nodes are made when they are first used; those of most documents never are. */
class ParsedDocument implements YamlDocument {
  readonly index: number
  readonly #range: DocumentRange
  readonly #read: (range: DocumentRange) => Reading
  #reading: Reading | undefined

  constructor(
    index: number,
    range: DocumentRange,
    read: (range: DocumentRange) => Reading,
    reading: Reading,
  ) {
    this.index = index
    this.#range = range
    this.#read = read
    this.#reading = reading
  }

  get start(): number {
    return this.#range.start
  }

  get end(): number {
    return this.#range.end
  }

  get contents(): YamlNode | undefined {
    this.#reading ??= this.#read(this.#range)
    return this.#reading.contents
  }

  forget(): void {
    this.#reading = undefined
  }
}

/** A document that is parsed when its contents are first used. */
class UnparsedDocument implements YamlDocument {
  readonly index: number
  readonly unparsed: DocumentType
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
    this.unparsed = type
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

function invalid(source: Source, index: number, problem: YamlError): Diagnostic {
  const { line, column } = positionAt(source, problem.offset)
  const file = source.file === undefined ? {} : { file: source.file }
  return {
    code: 'YAML_INVALID',
    severity: 'error',
    args: { reason: problem.message },
    at: { ...file, document: index + 1, line, column },
  }
}
