import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { YamlDocument, YamlNode } from './nodes.ts'
import { positionAt } from './position.ts'
import { createReader } from './reader.ts'
import type { Reading } from './reading.ts'
import type { Source } from './source.ts'
import { splitStream } from './stream.ts'
import type { YamlProblem } from './yaml-problem.ts'

/** The documents of a stream that can be read, and what is wrong with the others. */
export interface Documents {
  readonly documents: readonly YamlDocument[]
  /** `YAML_INVALID`, in the order of the text; a document with one isn't among the documents. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads every document of a source, one at a time. A stream of nothing but comments has none. */
export function readDocuments(source: Source): Documents {
  const documents: YamlDocument[] = []
  const diagnostics: Diagnostic[] = []
  const read = createReader(source.bytes)
  for (const [index, range] of splitStream(source.bytes).entries()) {
    const { start, end } = range
    const reading = read(range)
    for (const problem of reading.problems) diagnostics.push(invalid(source, index, problem))
    if (reading.problems.length === 0) documents.push(new ReadDocument(index, start, end, reading))
  }
  return { documents, diagnostics }
}

/** Makes its nodes when they are first asked for: of most documents, none ever are. */
class ReadDocument implements YamlDocument {
  readonly index: number
  readonly start: number
  readonly end: number
  readonly #reading: Reading

  constructor(index: number, start: number, end: number, reading: Reading) {
    this.index = index
    this.start = start
    this.end = end
    this.#reading = reading
  }

  get contents(): YamlNode | undefined {
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
