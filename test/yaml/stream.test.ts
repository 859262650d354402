import { expect, test } from 'vitest'
import { splitStream } from '../../src/yaml/stream.ts'

/** A stream with `|` where its documents meet, and `^` where a reader begins other than at the start. */
function divided(stream: string): string[] {
  const text = Buffer.from(stream).toString('latin1')
  return splitStream(Buffer.from(stream)).map(({ start, contentStart, end }) => {
    const parts = [text.slice(start, contentStart), text.slice(contentStart, end)]
    return parts
      .map((part) => Buffer.from(part, 'latin1').toString('utf8'))
      .join(start === contentStart ? '' : '^')
  })
}

test.each<[name: string, stream: string, documents: string[]]>([
  ['nothing', '', []],
  ['blank lines', '\n  \n', []],
  ['comments', '# a\n# b\n', []],
  ['a byte order mark', '\uFEFF', []],
  ['a document without markers', 'a: 1\n', ['a: 1\n']],
  ['a marker at the start', '---\na: 1\n', ['---\na: 1\n']],
  ['comments before the first marker', '# c\n---\na: 1\n', ['# c\n---\na: 1\n']],
  ['two documents', 'a: 1\n---\nb: 1\n', ['a: 1\n', '---\nb: 1\n']],
  ['no line break at the end', 'a: 1\n---', ['a: 1\n', '---']],
  ['empty documents', '---\n---\n---\n', ['---\n', '---\n', '---\n']],
  ['contents on the marker line', '--- a\n--- # c\n---\tb\n', ['--- a\n', '--- # c\n', '---\tb\n']],
  ['CRLF', 'a: 1\r\n---\r\nb: 1\r\n', ['a: 1\r\n', '---\r\nb: 1\r\n']],
  ['no marker within a line', 'a: ---\nb: --- x\n ---\n', ['a: ---\nb: --- x\n ---\n']],
  ['no marker without white space', 'a\n---b\n----\n...c\n', ['a\n---b\n----\n...c\n']],
  ['an end marker', 'a: 1\n...\nb: 1\n', ['a: 1\n...\n', 'b: 1\n']],
  ['an end marker and a start marker', 'a: 1\n...\n---\nb: 1\n', ['a: 1\n...\n', '---\nb: 1\n']],
  ['comments after the last end marker', 'a: 1\n...\n# c\n', ['a: 1\n...\n# c\n']],
  ['an end marker with a comment', 'a: 1\n... # c\n# d\n---\nb\n', ['a: 1\n... # c\n', '# d\n---\nb\n']],
  ['end markers that end nothing', '...\n...\na: 1\n', ['...\n...\n^a: 1\n']],
  ['end markers in a row', 'a: 1\n...\n...\nb: 1\n', ['a: 1\n...\n', '...\n^b: 1\n']],
  ['an end marker with contents behind it', '... a\nb: 1\n', ['... a\n', 'b: 1\n']],
  ['no marker before a carriage return alone', 'a\n---\rb\n', ['a\n---\rb\n']],
  ['only an end marker', '...\n', []],
  ['directives', '%YAML 1.2\n---\na: 1\n', ['%YAML 1.2\n---\na: 1\n']],
  [
    'directives after blank lines and comments',
    '\n# c\n%YAML 1.2\n---\na: 1\n',
    ['\n# c\n%YAML 1.2\n---\na: 1\n'],
  ],
  [
    'directives of a later document',
    'a: 1\n...\n%YAML 1.2\n---\nb\n',
    ['a: 1\n...\n', '%YAML 1.2\n---\nb\n'],
  ],
  ['directives without a document', 'a: 1\n...\n%YAML 1.2\n', ['a: 1\n...\n', '%YAML 1.2\n']],
  ['what looks like a directive in contents', 'a\n%b\n---\nc\n', ['a\n%b\n', '---\nc\n']],
  ['markers inside a block scalar', 'a: |\n  x\n---\nb: 1\n', ['a: |\n  x\n', '---\nb: 1\n']],
  ['a mark before the first document', '\uFEFF---\na: 1\n', ['\uFEFF^---\na: 1\n']],
  ['a mark before contents', '\uFEFFa: 1\n---\nb\n', ['\uFEFF^a: 1\n', '---\nb\n']],
  ['JSON objects on a line each', '{"a":1}\n{"b":2}\n', ['{"a":1}\n', '{"b":2}\n']],
  ['JSON objects without anything between', '{"a":1}{"b":2}{}', ['{"a":1}', '{"b":2}', '{}']],
  [
    'JSON objects over lines',
    '\n{\n  "a": "}\\n{"\n}\r\n\n{\n  "b": [{}]\n}\n\n',
    ['\n{\n  "a": "}\\n{"\n}\r\n\n', '{\n  "b": [{}]\n}\n\n'],
  ],
  ['one JSON object that looks like two', '{"a":"}{","b":\n{}}\n', ['{"a":"}{","b":\n{}}\n']],
  ['JSON and markers', '{"a":1}\n{"b":2}\n---\n{}\n', ['{"a":1}\n{"b":2}\n', '---\n{}\n']],
  ['JSON behind a mark', '\uFEFF{"a":1}\n{"b":2}\n', ['\uFEFF^{"a":1}\n{"b":2}\n']],
  ['JSON and then YAML', '{"a":1}\n{"b":2}\nc: 1\n', ['{"a":1}\n{"b":2}\nc: 1\n']],
  ['JSON objects with a comma between', '{"a":1},\n{"b":2}\n', ['{"a":1},\n{"b":2}\n']],
  ['flow mappings that are no JSON', '{a: 1}\n{b: 2}\n', ['{a: 1}\n{b: 2}\n']],
  ['JSON and a broken object', '{"a":1}\n{"b":\n', ['{"a":1}\n{"b":\n']],
  ['JSON arrays', '[1]\n[2]\n', ['[1]\n[2]\n']],
  ['a mark after an end marker', 'a: 1\n...\n\uFEFFb: 1\n', ['a: 1\n...\n', '\uFEFFb: 1\n']],
])('%s', (_, stream, documents) => {
  expect(divided(stream)).toEqual(documents)
})
