import { describe, expect, test } from 'vitest'
import { applyChanges } from '../../../src/yaml/edit/document-edit.ts'
import { documentsOf, entriesNamed, sourceOf, textOf } from '../../support/source.ts'

/** Inserts `imagePullPolicy: Always` after every `image` key that is an entry of its own. */
function insertPolicies(input: string, value = 'Always'): string {
  const source = sourceOf(input)
  const documents = documentsOf(source)
  const changes = documents.flatMap((document) =>
    entriesNamed(document, 'image').map(({ mapping, entry }) => ({
      kind: 'insert' as const,
      mapping,
      afterKey: entry.key.start,
      key: 'imagePullPolicy',
      value,
    })),
  )
  return textOf(applyChanges(source, documents, changes))
}

const P = 'imagePullPolicy: Always'

const block: [name: string, input: string, output: string][] = [
  ['root mapping', 'image: x\n', `image: x\n${P}\n`],
  ['root mapping, no line break at the end', 'image: x', `image: x\n${P}`],
  ['no line break at the end, CRLF before', 'a: 1\r\nimage: x', `a: 1\r\nimage: x\r\n${P}`],
  ['only line, CRLF', 'image: x\r\n', `image: x\r\n${P}\r\n`],
  ['white space at the end of the line', 'image: x  \nb: 1\n', `image: x  \n${P}\nb: 1\n`],
  ['white space at the end of the source', 'image: x  ', `image: x  \n${P}`],
  ['comment behind', 'image: x # c\nb: 1\n', `image: x # c\n${P}\nb: 1\n`],
  ['comment behind, no line break at the end', 'image: x # c', `image: x # c\n${P}`],
  ['comment line after', 'image: x\n# c\nb: 1\n', `image: x\n${P}\n# c\nb: 1\n`],
  ['blank lines after', 'image: x\n\n\nb: 1\n', `image: x\n${P}\n\n\nb: 1\n`],
  ['key first in an item', 'c:\n- image: x\n  name: n\n', `c:\n- image: x\n  ${P}\n  name: n\n`],
  [
    'key last in an item',
    'c:\n- name: n\n  image: x\n- name: m\n',
    `c:\n- name: n\n  image: x\n  ${P}\n- name: m\n`,
  ],
  ['indented sequence', 'c:\n  - image: x\nd: 1\n', `c:\n  - image: x\n    ${P}\nd: 1\n`],
  ['wide dash', 'c:\n-    image: x\n     name: n\n', `c:\n-    image: x\n     ${P}\n     name: n\n`],
  ['dash on a line of its own', 'c:\n-\n  image: x\n  name: n\n', `c:\n-\n  image: x\n  ${P}\n  name: n\n`],
  ['dash with a comment', 'c:\n- # c\n  image: x\n', `c:\n- # c\n  image: x\n  ${P}\n`],
  ['nested sequence', '- - image: x\n  - image: y\n', `- - image: x\n    ${P}\n  - image: y\n    ${P}\n`],
  ['four spaces', 'a:\n    b:\n        image: x\n', `a:\n    b:\n        image: x\n        ${P}\n`],
  ['double quotes', 'image: "x"\nb: 1\n', `image: "x"\n${P}\nb: 1\n`],
  ['single quotes', "image: 'x'\nb: 1\n", `image: 'x'\n${P}\nb: 1\n`],
  ['quoted key', '"image": "x"\nb: 1\n', `"image": "x"\n"imagePullPolicy": "Always"\nb: 1\n`],
  ['single-quoted key', "'image': 'x'\n", `'image': 'x'\n'imagePullPolicy': 'Always'\n`],
  ['space before the colon', 'image : x\nb: 1\n', `image : x\n${P}\nb: 1\n`],
  ['value on the next line', 'image:\n  x\nb: 1\n', `image:\n  x\n${P}\nb: 1\n`],
  ['value after a comment', 'image: # c\n  x\nb: 1\n', `image: # c\n  x\n${P}\nb: 1\n`],
  ['plain over two lines', 'image: x\n  y\nb: 1\n', `image: x\n  y\n${P}\nb: 1\n`],
  ['double-quoted over two lines', 'image: "x\n  y" # c\nb: 1\n', `image: "x\n  y" # c\n${P}\nb: 1\n`],
  ['single-quoted over two lines', "image: 'x\n\n  y'\nb: 1\n", `image: 'x\n\n  y'\n${P}\nb: 1\n`],
  ['literal', 'image: |\n  x\nb: 1\n', `image: |\n  x\n${P}\nb: 1\n`],
  ['literal, no line break at the end', 'image: |\n  x', `image: |\n  x\n${P}`],
  ['folded, stripped, blank lines after', 'image: >-\n  x\n\n\nb: 1\n', `image: >-\n  x\n${P}\n\n\nb: 1\n`],
  ['literal, kept blank lines', 'image: |+\n  x\n\n\nb: 1\n', `image: |+\n  x\n\n\n${P}\nb: 1\n`],
  ['literal, CRLF', 'image: |-\r\n  x\r\nb: 1\r\n', `image: |-\r\n  x\r\n${P}\r\nb: 1\r\n`],
  [
    'literal, less indented comment after',
    'a:\n  image: |\n    x\n # c\n  b: 1\n',
    `a:\n  image: |\n    x\n  ${P}\n # c\n  b: 1\n`,
  ],
  [
    'folded with a header comment',
    '- image: >- # c\n    x\n  b: 1\n',
    `- image: >- # c\n    x\n  ${P}\n  b: 1\n`,
  ],
  ['no value', 'image:\nb: 1\n', `image:\n${P}\nb: 1\n`],
  ['no value, no line break at the end', 'image:', `image:\n${P}`],
  ['no value with a comment', 'image: # c\nb: 1\n', `image: # c\n${P}\nb: 1\n`],
  ['alias', 'a: &i x\nimage: *i\nb: 1\n', `a: &i x\nimage: *i\n${P}\nb: 1\n`],
  ['anchored value', 'image: &i x\nb: *i\n', `image: &i x\n${P}\nb: *i\n`],
  ['tagged value', 'image: !!str x\nb: 1\n', `image: !!str x\n${P}\nb: 1\n`],
  ['anchored and tagged empty value', 'image: &i !!str\nb: 1\n', `image: &i !!str\n${P}\nb: 1\n`],
  ['anchored key', 'b: 1\n&k image: x\n', `b: 1\n&k image: x\n${P}\n`],
  ['tagged first key in an item', '- !!str image: x\n  b: 1\n', `- !!str image: x\n  ${P}\n  b: 1\n`],
  ['anchored mapping', 'c: &m\n  image: x\nd: *m\n', `c: &m\n  image: x\n  ${P}\nd: *m\n`],
  ['anchored mapping in an item', '- &m\n  image: x\n- *m\n', `- &m\n  image: x\n  ${P}\n- *m\n`],
  ['tagged mapping', '- !!map\n  image: x\n', `- !!map\n  image: x\n  ${P}\n`],
  [
    'merge before',
    'm: &m {a: 1}\nc:\n  <<: *m\n  image: x\n',
    `m: &m {a: 1}\nc:\n  <<: *m\n  image: x\n  ${P}\n`,
  ],
  ['explicit key', '? image\n: x\n? b\n: 1\n', `? image\n: x\n${P}\n? b\n: 1\n`],
  ['explicit key in an item', '- ? image\n  : x\n  b: 1\n', `- ? image\n  : x\n  ${P}\n  b: 1\n`],
  ['explicit key without a value', '? image\n? b\n', `? image\n${P}\n? b\n`],
  ['explicit key, anchored', '? &k image\n: x\n', `? &k image\n: x\n${P}\n`],
  ['mapping as a key', '? image: x\n  b: 1\n: y\n', `? image: x\n  ${P}\n  b: 1\n: y\n`],
  ['mapping as a value of an explicit key', '? k\n: image: x\n', `? k\n: image: x\n  ${P}\n`],
  [
    'a collection as the value',
    'image:\n  repository: x\n  tag: y\nb: 1\n',
    `image:\n  repository: x\n  tag: y\n${P}\nb: 1\n`,
  ],
  [
    'a flow mapping over lines as the value',
    'image: {a: 1,\n  b: 2} # c\nb: 1\n',
    `image: {a: 1,\n  b: 2} # c\n${P}\nb: 1\n`,
  ],
  ['byte order mark', '\uFEFFimage: x\n', `\uFEFFimage: x\n${P}\n`],
  ['byte order mark and a sequence', '\uFEFF- image: x\n', `\uFEFF- image: x\n  ${P}\n`],
  ['indented root', '  image: x\n  b: 1\n', `  image: x\n  ${P}\n  b: 1\n`],
  ['two documents', 'image: x\n---\nimage: y\n...\n', `image: x\n${P}\n---\nimage: y\n${P}\n...\n`],
  ['document end marker', '---\nimage: x\n...\n# c\n', `---\nimage: x\n${P}\n...\n# c\n`],
  [
    'characters beyond ASCII before and in it',
    'ä: ö\nc:\n- image: "ü" # é\n',
    `ä: ö\nc:\n- image: "ü" # é\n  ${P}\n`,
  ],
  ['inner and outer in one place', 'image:\n  image: x\n', `image:\n  image: x\n  ${P}\n${P}\n`],
]

const flow: [name: string, input: string, output: string][] = [
  ['only entry', '{image: x}\n', `{image: x, ${P}}\n`],
  ['only entry, spaced', '{ image: x }\n', `{ image: x, ${P} }\n`],
  ['first entry', '{image: x, b: 1}\n', `{image: x, ${P}, b: 1}\n`],
  ['last entry', '{b: 1, image: x}\n', `{b: 1, image: x, ${P}}\n`],
  ['no space after commas', '{b: 1,image: x}\n', `{b: 1,image: x,${P}}\n`],
  ['comma at the end', '{image: x,}\n', `{image: x, ${P},}\n`],
  [
    'in a block',
    'c:\n- {name: n, image: x}\n- {image: y}\n',
    `c:\n- {name: n, image: x, ${P}}\n- {image: y, ${P}}\n`,
  ],
  ['compact JSON', '{"image":"x","b":1}', '{"image":"x","imagePullPolicy":"Always","b":1}'],
  ['compact JSON, only entry', '{"image":"x"}', '{"image":"x","imagePullPolicy":"Always"}'],
  ['spaced JSON', '{"image": "x", "b": 1}', '{"image": "x", "imagePullPolicy": "Always", "b": 1}'],
  ['spaced JSON, only entry', '{"image": "x"}', '{"image": "x", "imagePullPolicy": "Always"}'],
  [
    'pretty JSON, first',
    '{\n  "image": "x",\n  "b": 1\n}\n',
    '{\n  "image": "x",\n  "imagePullPolicy": "Always",\n  "b": 1\n}\n',
  ],
  [
    'pretty JSON, last',
    '{\n  "b": 1,\n  "image": "x"\n}\n',
    '{\n  "b": 1,\n  "image": "x",\n  "imagePullPolicy": "Always"\n}\n',
  ],
  ['pretty JSON, only', '{\n  "image": "x"\n}\n', '{\n  "image": "x",\n  "imagePullPolicy": "Always"\n}\n'],
  [
    'JSON with tabs',
    '{\n\t"image": "x",\n\t"b": 1\n}',
    '{\n\t"image": "x",\n\t"imagePullPolicy": "Always",\n\t"b": 1\n}',
  ],
  [
    'JSON with CRLF',
    '{\r\n  "image": "x",\r\n  "b": 1\r\n}',
    '{\r\n  "image": "x",\r\n  "imagePullPolicy": "Always",\r\n  "b": 1\r\n}',
  ],
  [
    'JSON in a list',
    '{"items":[{"image":"x"},{"image":"y"}]}',
    '{"items":[{"image":"x","imagePullPolicy":"Always"},{"image":"y","imagePullPolicy":"Always"}]}',
  ],
  ['JSON, space before the colon', '{"image" : "x"}', '{"image" : "x", "imagePullPolicy" : "Always"}'],
  ['lines, comment behind', '{\n  image: x, # c\n  b: 1\n}\n', `{\n  image: x, # c\n  ${P},\n  b: 1\n}\n`],
  [
    'lines, comment behind the last',
    '{\n  b: 1,\n  image: x # c\n}\n',
    `{\n  b: 1,\n  image: x, # c\n  ${P}\n}\n`,
  ],
  ['lines, comma first', '{ b: 1\n, image: x\n}\n', `{ b: 1\n, image: x, ${P}\n}\n`],
  ['lines, closed on the last', '{b: 1,\n image: x}\n', `{b: 1,\n image: x,\n ${P}}\n`],
  ['a comment before the key', '{ # c\n  image: x}\n', `{ # c\n  image: x,\n  ${P}}\n`],
  ['anchored value', '{image: &i x, b: *i}\n', `{image: &i x, ${P}, b: *i}\n`],
  ['alias', '{a: &i x, image: *i}\n', `{a: &i x, image: *i, ${P}}\n`],
  ['alias before the brace', '{a: &i x, image: *i }\n', `{a: &i x, image: *i, ${P} }\n`],
  ['no value', '{image: , b: 1}\n', `{image: , ${P} , b: 1}\n`],
  ['no value and no colon', '{image, b: 1}\n', `{image, ${P}, b: 1}\n`],
  ['explicit key', '{? image : x, b: 1}\n', `{? image : x, imagePullPolicy : Always, b: 1}\n`],
  ['a pair in brackets', '[image: x, y]\n', `[{image: x, ${P}}, y]\n`],
  ['a quoted pair in brackets', '["image": "x"]\n', `[{"image": "x", "imagePullPolicy": "Always"}]\n`],
  ['over two lines', '{image: "x\n  y", b: 1}\n', `{image: "x\n  y", ${P}, b: 1}\n`],
  ['on the marker line', '--- {image: x}\n', `--- {image: x, ${P}}\n`],
]

describe('a new entry', () => {
  test.each(block)('in a block mapping: %s', (_, input, output) => {
    expect(insertPolicies(input)).toBe(output)
  })

  test.each(flow)('in a flow mapping: %s', (_, input, output) => {
    expect(insertPolicies(input)).toBe(output)
  })

  test.each([
    ['block', 'image: x\n', 'yes: no', 'image: x\nimagePullPolicy: "yes: no"\n'],
    ['block', 'image: x\n', 'null', 'image: x\nimagePullPolicy: "null"\n'],
    ['flow', '{image: x}\n', 'a,b', '{image: x, imagePullPolicy: "a,b"}\n'],
    ['single-quoted', "'image': x\n", "it's", "'image': x\n'imagePullPolicy': 'it''s'\n"],
  ])('gets quotes where its value needs them: %s', (_, input, value, output) => {
    expect(insertPolicies(input, value)).toBe(output)
  })
})
