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
   * `YAML_INVALID`, in the order of the text. Documents with errors are not in `documents`, except unparsed and deferred ones: their
   * diagnostics are added, and their contents become undefined, when `contents` is first read.
   */
  readonly diagnostics: readonly Diagnostic[]
  /** Reads the deferred documents that were not read yet, so that `diagnostics` are those of all. */
  readonly readDeferred: () => void
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
  /**
   * Defers reading, for a large stream that is never needed as a whole: each document is read when its contents are first used, and
   * this is called then, unless it has errors. Absent to read all at once.
   */
  readonly onDeferredRead?: ((document: YamlDocument) => void) | undefined
}

/** Smaller documents are always parsed, which takes no longer than finding their type. */
const MIN_UNPARSED_BYTES = 4096

/**
 * Reads the documents of a source. A source that contains only comments has none. Documents with errors are counted in
 * the `index` of those after them.
 * @param options may select documents that are not parsed until their contents are used
 */
export function readDocuments(
  source: Source,
  { isUnparsed, records, onDeferredRead }: ReadOptions = {},
): Documents {
  const documents: StreamDocument[] = []
  const diagnostics: Diagnostic[] = []
  const read = createReader(source.bytes, records)
  let typeOf: TypeHeaderReader | undefined
  const report = (index: number, { errors }: Reading): void => {
    for (const problem of errors) diagnostics.push(invalid(source, index, problem))
  }
  const late: LateReading = {
    read,
    onFirstRead: (document, reading) => {
      report(document.index, reading)
      if (document.unparsed === undefined && reading.errors.length === 0) onDeferredRead?.(document)
    },
  }
  let index = 0
  const ranges = splitStream(source.bytes)
  if (ranges.length === 0) report(0, readNothing(source.bytes, read))
  for (const range of ranges) {
    const isLarge = range.end - range.start >= MIN_UNPARSED_BYTES && range.divisionError === undefined
    // Most files have no large document.
    if (isLarge && isUnparsed !== undefined) typeOf ??= createTypeHeaderReader(source.bytes, isUnparsed)
    const type = isLarge ? typeOf?.(range) : undefined
    const reading = type === undefined && onDeferredRead === undefined ? read(range) : undefined
    if (reading === undefined || reading.errors.length === 0)
      documents.push(new StreamDocument(index, range, type, late, reading))
    else report(index, reading)
    index += 1
  }
  const readDeferred = (): void => {
    if (onDeferredRead === undefined) return
    for (const document of documents) if (document.unparsed === undefined) document.readOnce()
  }
  return { documents, diagnostics, readDeferred }
}

/** Checks a stream without documents, such as one of comments: other readers may find one in it. */
function readNothing(bytes: Uint8Array, read: (range: DocumentRange) => Reading): Reading {
  const contentStart = hasBom(bytes, 0) ? BOM.length : 0
  return read({ start: 0, contentStart, contentEnd: bytes.length, end: bytes.length })
}

/** How the documents of a stream are read after the stream was. */
interface LateReading {
  readonly read: (range: DocumentRange) => Reading
  /** Called for a document that was not read with the stream. */
  readonly onFirstRead: (document: YamlDocument, reading: Reading) => void
}

/** A document that was read with the stream or is read when its contents are used. Most of its nodes are never made. */
class StreamDocument implements YamlDocument {
  readonly index: number
  readonly unparsed: DocumentType | undefined
  readonly #range: DocumentRange
  readonly #late: LateReading
  #reading: Reading | undefined
  #wasRead: boolean

  /**
   * @param unparsed its type, if it was not read because of that
   * @param reading undefined if it was not read
   */
  constructor(
    index: number,
    range: DocumentRange,
    unparsed: DocumentType | undefined,
    late: LateReading,
    reading: Reading | undefined,
  ) {
    this.index = index
    this.unparsed = unparsed
    this.#range = range
    this.#late = late
    this.#reading = reading
    this.#wasRead = reading !== undefined
  }

  get start(): number {
    return this.#range.start
  }

  get end(): number {
    return this.#range.end
  }

  get contents(): YamlNode | undefined {
    return (this.#reading ?? this.#read()).contents
  }

  /** Reads it, unless that was done before. */
  readOnce(): void {
    if (!this.#wasRead) this.#read()
  }

  forget(): void {
    this.#reading = undefined
  }

  #read(): Reading {
    const reading = this.#late.read(this.#range)
    this.#reading = reading
    if (!this.#wasRead) {
      this.#wasRead = true
      this.#late.onFirstRead(this, reading)
    }
    return reading
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
