import { CATALOGUE } from '../diagnostics/catalogue.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { findMisplacedCharacters } from './misplaced-characters.ts'
import type { YamlDocument } from './nodes.ts'
import { type Reading, readByReference } from './reference-reader.ts'
import { positionAt, type Source } from './source.ts'
import { type DocumentRange, splitStream } from './stream.ts'
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
  const misplaced = findMisplacedCharacters(source.text)
  for (const [index, range] of splitStream(source.text).entries()) {
    const { start, end } = range
    // What no reader is asked about, since they differ on it.
    const own = misplaced.filter(({ offset }) => start <= offset && offset < end)
    const { contents, problems } = own.length > 0 ? { problems: own } : readDocument(source.text, range)
    for (const problem of problems) diagnostics.push(invalid(source, index, problem))
    if (problems.length > 0) continue
    documents.push(contents === undefined ? { index, start, end } : { index, start, end, contents })
  }
  return { documents, diagnostics }
}

/** Reads one document of a stream that holds no misplaced characters. */
export function readDocument(text: string, range: DocumentRange): Reading {
  return readByReference(text, bodyAfterMark(text, range), range.end)
}

function invalid(source: Source, index: number, problem: YamlProblem): Diagnostic {
  const { line, column } = positionAt(source, problem.offset)
  const file = source.file === undefined ? {} : { file: source.file }
  return {
    code: 'YAML_INVALID',
    severity: CATALOGUE.YAML_INVALID.severity,
    args: { reason: problem.message },
    at: { ...file, document: index + 1, line, column },
  }
}

/**
 * A file with a byte order mark that was appended after a `---` line: the reader begins after the mark, as go-yaml
 * does, instead of taking it for the first character of a key.
 */
function bodyAfterMark(text: string, { body }: DocumentRange): number {
  MARKED.lastIndex = body
  return MARKED.test(text) ? MARKED.lastIndex : body
}

const MARKED = /---[ \t]*(?:#[^\n]*)?\r?\n\u00ef\u00bb\u00bf/y
