import { describe, expect, test } from 'vitest'
import { readDocuments } from '../../src/yaml/documents.ts'
import { jsonKeyOf, parsePlainScalar } from '../../src/yaml/scalar-type.ts'
import { kubernetesValue } from '../support/kubernetes-value.ts'
import { documentsOf, sourceOf } from '../support/source.ts'

/** `line:column reason` of what a stream is refused for. */
function refusals(text: string): string[] {
  const { documents, diagnostics } = readDocuments(sourceOf(text))
  for (const { contents } of documents) expect([contents?.kind]).toBeDefined()
  return diagnostics.map(({ args, at }) => `${at?.line}:${at?.column} ${args['reason']}`)
}

/** Every document as JSON. */
function json(text: string): string[] {
  return documentsOf(sourceOf(text)).map(({ contents }) =>
    JSON.stringify(contents === undefined ? null : kubernetesValue(contents)),
  )
}

describe('a plain text is to Kubernetes', () => {
  test.each<[text: string, value: string | bigint | number | boolean | null]>([
    ['2001-01-01', '2001-01-01'],
    ['2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'],
    ['', null],
    ['~', null],
    ['Null', null],
    ['nULL', 'nULL'],
    ['y', true],
    ['ON', true],
    ['n', false],
    ['Off', false],
    ['tRue', 'tRue'],
    ['12', 12n],
    ['+12', 12n],
    ['-12', -12n],
    ['1_000', 1000n],
    ['_1', '_1'],
    ['1_', 1n],
    ['0', 0n],
    ['017', 15n],
    ['08', 8],
    ['0o17', 15n],
    ['0O17', 15n],
    ['0o8', '0o8'],
    ['0x_1F', 31n],
    ['0x', '0x'],
    ['0b101', 5n],
    ['0b+101', 5n],
    ['0b-101', -5n],
    ['-0b101', -5n],
    ['0b2', '0b2'],
    ['9223372036854775808', 9223372036854775808n],
    ['+9223372036854775808', 2 ** 63],
    ['-9223372036854775809', -(2 ** 63)],
    ['18446744073709551615', 18446744073709551615n],
    ['18446744073709551616', 2 ** 64],
    ['1.5', 1.5],
    ['5.', 5],
    ['.5', 0.5],
    ['.5_0', 0.5],
    ['._5', '._5'],
    ['+.5', 0.5],
    ['1e3', 1000],
    ['1e400', '1e400'],
    ['1e', '1e'],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.INF', Number.NEGATIVE_INFINITY],
    ['.iNF', '.iNF'],
    ['190:20:30', '190:20:30'],
    ['<<', '<<'],
    ['-', '-'],
    ['.', '.'],
  ])('%j: %s', (text, value) => {
    expect(parsePlainScalar(text)).toBe(value)
  })
})

describe('a plain key is to Kubernetes', () => {
  test.each<[text: string, key: string | undefined]>([
    ['image', 'image'],
    ['on', 'true'],
    ['No', 'false'],
    ['~', undefined],
    ['0x10', '16'],
    ['1.0', '1'],
    ['1.25', '1.25'],
    ['1e6', '1e+06'],
    ['123456.5', '123456.5'],
    ['1234567.5', '1.2345675e+06'],
    ['0.0001', '0.0001'],
    ['0.00001', '1e-05'],
    ['-0.5', '-0.5'],
    ['.inf', '.inf'],
    ['.nan', '.nan'],
    ['1e300', '.inf'],
    ['2001-01-01', '2001-01-01'],
  ])('%j: %s', (text, key) => {
    expect(jsonKeyOf(text)).toBe(key)
  })
})

describe('what Kubernetes reads', () => {
  test.each<[name: string, text: string, documents: string[]]>([
    ['a date', 'image: 2001-01-01\n', ['{"image":"2001-01-01"}']],
    ['keys that are no strings', 'on: 1\n0x10: 2\n~x: 3\n', ['{"16":2,"true":1,"~x":3}']],
    [
      'core tags',
      '{a: !!str 12, b: !!float 1, c: !!int "0x10", d: !!bool yes, e: !!null ""}',
      ['{"a":"12","b":1,"c":16,"d":true,"e":null}'],
    ],
    ['tags written out', 'a: !<tag:yaml.org,2002:str> 12\n', ['{"a":"12"}']],
    ['tags of an application', 'a: !vault 12\nb: ! ~\n!x c: !x [!y d]\n', ['{"a":"12","b":"~","c":["d"]}']],
    ['tags of collections', 'a: !!map {b: !!seq [c]}\n', ['{"a":{"b":["c"]}}']],
    ['a tagged merge', 'a: &a {b: 1}\nc:\n  !!merge <<: *a\n', ['{"a":{"b":1},"c":{"b":1}}']],
    ['a merge behind what it brings', 'a: x\n<<: {a: v, b: z}\nb: w\n', ['{"a":"v","b":"w"}']],
    ['two merges in one', '<<: [{a: x}, {a: y, b: z}]\n', ['{"a":"x","b":"z"}']],
    ['no merge', '"<<": {a: x}\n', ['{"<<":{"a":"x"}}']],
    ['a number of the same text as another key', '1: x\n1: z\n', ['{"1":"z"}']],
    ['a block scalar of white space', 'a: |\n   \nb: >-\n  \n \nc: |+\n  \n', ['{"a":"","b":"","c":"\\n"}']],
    ['white space behind a block scalar', 'a: |2\n  b\n   \nc: d\n', ['{"a":"b\\n \\n","c":"d"}']],
    ['byte order marks in text', 'a: "\ufeff\ufeff" # \ufeff\ufeff\n', ['{"a":"\ufeff\ufeff"}']],
    ['half of a surrogate pair in JSON', '{"\\ud800": "\\udc00x"}', ['{"\ufffd":"\ufffdx"}']],
  ])('%s', (_, text, documents) => {
    expect(json(text)).toEqual(documents)
  })
})

describe('a tag that readers disagree about is rejected', () => {
  const reason = (tag: string): string =>
    `Kubernetes and other YAML readers disagree on the tag ${tag}: write the value without a tag`
  test.each<[name: string, text: string, at: string, tag: string]>([
    ['binary', 'image: !!binary ZXZpbA==\n', '1:8', '!!binary'],
    ['on a key', '!!binary aW1hZ2U=: evil\n', '1:1', '!!binary'],
    ['between an anchor and its value', 'a: &a !!binary ZXZpbA==\nimage: *a\n', '1:7', '!!binary'],
    ['before an anchor', 'a: !!binary &a ZXZpbA==\nimage: *a\n', '1:4', '!!binary'],
    ['in a flow mapping', '{image: !!binary ZXZpbA==}\n', '1:9', '!!binary'],
    ['in JSON style', '{"image": !!binary "ZXZpbA=="}\n', '1:11', '!!binary'],
    ['in an item', '- image: !!string nginx\n', '1:10', '!!string'],
    ['behind a question mark', '? !!binary aW1hZ2U=\n: evil\n', '1:3', '!!binary'],
    ['written out', 'image: !<tag:yaml.org,2002:binary> ZXZpbA==\n', '1:8', '!<tag:yaml.org,2002:binary>'],
    ['with a percent escape', 'image: !!%62inary ZXZpbA==\n', '1:8', '!!%62inary'],
    ['with a percent escape of an allowed one', 'image: !!%73tr x\n', '1:8', '!!%73tr'],
    ['a date', 'image: !!timestamp 2001-01-01\n', '1:8', '!!timestamp'],
    ['a block scalar', 'image: !!binary |\n  ZXZpbA==\n', '1:8', '!!binary'],
    ['no value', 'image: !!binary\n', '1:8', '!!binary'],
    ['a set', 'a: !!set {b}\n', '1:4', '!!set'],
    ['a scalar tag on a mapping', 'a: !!str\n  b: c\n', '1:4', '!!str'],
    ['a collection tag on a scalar', 'a: !!map b\n', '1:4', '!!map'],
    ['a merge that is no key', 'a: !!merge <<\n', '1:4', '!!merge'],
    ['a merge by no tag in particular', 'a: &a {b: 1}\n! "<<": *a\n', '2:1', '!'],
    ['a merge by another tag', 'a: &a {b: 1}\n!x <<: *a\n', '2:1', '!x'],
    ['a number as a key', '!!int 1: x\n', '1:1', '!!int'],
    ['a comma behind it', '[!x , y, !z, w]\n', '1:10', '!z'],
    ['the root', '--- !!binary\nZXZpbA==\n', '1:5', '!!binary'],
    ['the second document', 'a: 1\n---\nimage: !!binary ZXZpbA==\n', '3:8', '!!binary'],
  ])('%s', (_, text, at, tag) => {
    expect(refusals(text)).toEqual([`${at} ${reason(tag)}`])
  })

  test('and so are %TAG directives', () => {
    expect(refusals('%TAG ! tag:yaml.org,2002:\n---\nimage: !binary ZXZpbA==\n')).toEqual([
      '1:1 kubectl cannot read a %TAG directive, since it ends a document at every --- line: write tags without one',
    ])
  })
})

describe('a stream that Kubernetes divides elsewhere is rejected', () => {
  const POD = '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"evil.example/x:1"}]}}\n'
  const GLUED =
    'kubectl ends a document at every line that begins with ---, whatever follows: put a space in front of it, or behind'
  const BEHIND = 'after a ... line kubectl only reads a document that begins with ---: add a --- line there'
  const BRACES = 'kubectl reads the braces at the start of this stream as a separate document'
  test.each<[name: string, text: string, refusals: string[]]>([
    ['a comment glued to a marker', `a: 1\n---#c\n${POD}`, [`2:1 ${GLUED}`]],
    ['white space of Unicode behind a marker', `a: 1\n---\u00a0\n${POD}`, [`2:1 ${GLUED}`]],
    ['a marker glued to a key', 'a: 1\n---b: 2\n', [`2:1 ${GLUED}`]],
    ['a marker in quotes', 'a: "\n---#\nb"\n', [`2:1 ${GLUED}`]],
    ['a document behind the end of another', 'a: 1\n...\nb: 2\n', [`3:1 ${BEHIND}`]],
    ['a document behind an end', '...\nb: 2\n', [`2:1 ${BEHIND}`]],
    ['a mark between an end and a marker', 'a: 1\n...\n\ufeff---\nb: 2\n', [`3:1 ${BEHIND}`]],
    ['braces and more', '{"kind": "Pod"}: x\n', [`1:1 ${BRACES}`]],
    ['nothing between braces', '{}: x\n', [`1:1 ${BRACES}`]],
    [
      'white space of Unicode before braces',
      `\u00a0${POD}`,
      ['1:1 kubectl skips characters at the start of a stream that are not white space in YAML: remove them'],
    ],
    [
      'carriage returns in nothing but a comment',
      '# c\rkind: Pod\r',
      ['1:4 a carriage return stands without a line feed'],
    ],
    [
      'a carriage return at the end of a comment',
      '# c\r',
      ['1:4 a carriage return stands without a line feed'],
    ],
    ['a control character in a comment', '# \0\n', ['1:3 the control character U+0000 is not allowed']],
    ['a mark within', 'a:\n\ufeffb: 1\n', ['2:1 there is a byte order mark within the stream: remove it']],
    ['two marks', '\ufeff\ufeffa: 1\n', ['1:1 there is a byte order mark within the stream: remove it']],
    [
      'two marks behind a marker',
      'a: 1\n---\n\ufeff\ufeffb: 2\n',
      ['3:2 there is a byte order mark within the stream: remove it'],
    ],
    [
      'a mark behind the first marker',
      '---\n\ufeffa: 1\n',
      ['2:1 there is a byte order mark within the stream: remove it'],
    ],
    [
      'a mark behind a document that holds nothing',
      'a: 1\n--- # b\n\n# c\n---\n\ufeffd: 1\n',
      ['6:1 there is a byte order mark within the stream: remove it'],
    ],
  ])('%s', (_, text, expected) => {
    expect(refusals(text)).toEqual(expected)
  })

  test.each<[name: string, text: string, documents: number]>([
    ['a marker behind an end', 'a: 1\n...\n---\nb: 2\n', 2],
    ['a comment behind a marker', 'a: 1\n--- # c\nb: 2\n', 2],
    ['a comment and a marker behind an end', 'a: 1\n...\n# c\n---\nb: 2\n', 2],
    ['a long marker that is indented', 'a: |\n  ----\n  x\n', 1],
    ['a mark behind a later marker', 'a: 1\n---\n\ufeffb: 2\n', 2],
  ])('but not %s', (_, text, documents) => {
    expect(json(text)).toHaveLength(documents)
  })

  test('also where a large document of another type is passed over', () => {
    const definition = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n${'# x\n'.repeat(2000)}`
    const { documents, diagnostics } = readDocuments(sourceOf(`${definition}---#c\n${POD}`), {
      isUnparsed: () => true,
    })
    expect(documents).toEqual([])
    expect(diagnostics[0]?.args['reason']).toBe(GLUED)
  })
})

describe('text that go-yaml reads differently is rejected', () => {
  test.each<[name: string, text: string, refusals: string[]]>([
    [
      'a question mark in brackets',
      '[?x]\n',
      ['1:2 Kubernetes splits plain text within brackets at a ? or a colon: quote it'],
    ],
    [
      'a question mark in braces',
      '{a: b?c}\n',
      ['1:5 Kubernetes splits plain text within brackets at a ? or a colon: quote it'],
    ],
    [
      'a colon before text in brackets',
      '[:x]\n',
      ['1:2 Kubernetes splits plain text within brackets at a ? or a colon: quote it'],
    ],
    ['a colon before a comma', '{image:, b: c}\n', ['1:7 Kubernetes needs a space after this colon']],
    ['a colon before a brace', '{a: {b:}}\n', ['1:7 Kubernetes needs a space after this colon']],
    [
      'an anchor with a colon',
      'a: &b:c d\n',
      ['1:9 to Kubernetes the anchor name b:c ends earlier: use only letters, digits, _ and -'],
    ],
    ['an empty key', '[]: a\n', ['1:1 Kubernetes does not accept an empty list or mapping as a key']],
    [
      'a block scalar that is not indented',
      '|\nkind: Pod\n',
      ['1:1 to Kubernetes, the text of a document that is a block scalar is indented: indent it'],
    ],
    [
      'a blank line behind an escaped one',
      'a: "b\\\n\n  c"\n',
      ['1:4 readers differ on a blank line behind an escaped line break: write \\n'],
    ],
    [
      'a block scalar of white space',
      'a: |2\n   \nb: c\n',
      ['1:4 readers differ on lines of white space at the end of a block scalar: remove them'],
    ],
    [
      'white space at the end of a kept block scalar',
      'a: |+\n  b\n  ',
      ['1:4 readers differ on lines of white space at the end of a block scalar: remove them'],
    ],
    [
      'white space that is longer than the indentation that a block scalar says it has',
      'a: |1\n  b\n  \nc: d\n',
      ['1:4 readers differ on lines of white space at the end of a block scalar: remove them'],
    ],
    [
      'such white space at the end of the stream',
      'a: |1-\n  b\n  ',
      ['1:4 readers differ on lines of white space at the end of a block scalar: remove them'],
    ],
    [
      'such white space in a line that ends in CRLF',
      'a: |1\r\n  b\r\n  \r\n',
      ['1:4 readers differ on lines of white space at the end of a block scalar: remove them'],
    ],
    [
      'such white space behind many blank lines',
      `a:\n- >-1\n   b${'\n'.repeat(2000)}   \n`,
      ['2:3 readers differ on lines of white space at the end of a block scalar: remove them'],
    ],
    [
      'two keys of one text',
      '"1": a\n1: b\n',
      ['2:1 two keys are "1" to Kubernetes, whose keys are strings: remove one'],
    ],
    [
      'two numbers of one text',
      '{1.0: a, 1: b}\n',
      ['1:10 two keys are "1" to Kubernetes, whose keys are strings: remove one'],
    ],
    [
      'a merged key of the same text',
      'a: &a {on: 1}\nb:\n  <<: *a\n  "true": 2\n',
      ['4:3 two keys are "true" to Kubernetes, whose keys are strings: remove one'],
    ],
  ])('%s', (_, text, expected) => {
    expect(refusals(text)).toEqual(expected)
  })
})

describe('depth', () => {
  const nest = (open: string, inner: string, close: string, depth: number): string =>
    open.repeat(depth) + inner + close.repeat(depth)
  const block = (depth: number): string =>
    Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:\n`).join('')
  const TOO_DEEP = /^\d+:\d+ the nesting is deeper than 512 levels$/
  const WAYS: readonly [string, (depth: number) => string][] = [
    ['flow sequences', (depth) => nest('[', '', ']', depth)],
    ['flow mappings', (depth) => nest('{a: ', 'b', '}', depth)],
    ['JSON', (depth) => nest('{"a":', '1', '}', depth)],
    ['JSON arrays', (depth) => nest('[', '1', ']', depth)],
    ['pairs in brackets', (depth) => nest('[a: ', 'b', ']', depth / 2)],
    ['block sequences', (depth) => `${'- '.repeat(depth)}a\n`],
    ['block mappings', block],
    ['sequences in mappings', (depth) => nest('{a: [', 'b', ']}', depth / 2)],
    ['keys', (depth) => `? ${nest('[', 'a', ']', depth - 1)}\n: b\n`],
    ['an alias', (depth) => `- &a ${nest('[', 'b', ']', 300)}\n- ${nest('[', '*a', ']', depth - 301)}\n`],
    [
      'aliases in each other',
      (depth) =>
        `- &a ${nest('[', 'b', ']', 150)}\n- &c ${nest('[', '*a', ']', 150)}\n- ${nest('[', '*c', ']', depth - 301)}\n`,
    ],
  ]
  test.each(WAYS)('%s: 512 levels are read', (_, write) => {
    expect(refusals(write(512))).toEqual([])
  })

  test.each(WAYS)('%s: 514 are too many', (_, write) => {
    expect(refusals(write(514)).join()).toMatch(TOO_DEEP)
  })

  test.each(WAYS)('%s: so are 3,000', (_, write) => {
    expect(refusals(write(3000)).join()).toMatch(TOO_DEEP)
  })
})
