import { readWithLibrary } from '../../src/yaml/library/library-reader.ts'
import type { YamlDocument } from '../../src/yaml/nodes.ts'
import { readSource } from '../../src/yaml/source.ts'
import { splitStream } from '../../src/yaml/stream.ts'
import { findUnicodeLineBreaks } from '../../src/yaml/unicode-line-break.ts'
import { imagesIn, type ReadStream, readAsPinpull } from './kubernetes-comparison.ts'

/** Reads like Pinpull but without the check of tags, to test that the comparison notices. */
export const readAnyTag: ReadStream = (bytes) => {
  const ranges = splitStream(bytes)
  if (ranges.length === 0 || findUnicodeLineBreaks(bytes).length > 0) return readAsPinpull(bytes)
  const documents: YamlDocument[] = []
  for (const [index, range] of ranges.entries()) {
    const problem = range.divisionError
    const { contents, errors } =
      problem === undefined ? readWithLibrary(bytes, range, () => true) : { errors: [problem] }
    if (errors[0] !== undefined) return { kind: 'refused', reason: errors[0].message }
    documents.push({ index, start: range.start, end: range.end, contents })
  }
  const roots = documents.map(({ contents }) => contents)
  return { kind: 'read', roots, images: imagesIn(documents, readSource(bytes)) }
}

/** The same without the check of streams that consist of comments in YAML 1.2. */
export const readNoComments: ReadStream = (bytes) =>
  splitStream(bytes).length === 0 ? { kind: 'read', roots: [], images: [] } : readAsPinpull(bytes)
