import { describe, expect, test } from 'vitest'
import { readDocuments } from '../../src/yaml/documents.ts'
import type { DocumentType, YamlNode } from '../../src/yaml/nodes.ts'
import { documentsOf, plainOf, sourceOf } from '../support/source.ts'

/** `document:line:column reason` of all that is wrong. */
function problems(text: string): string[] {
  return readDocuments(sourceOf(text)).diagnostics.map(({ code, severity, args, at }) => {
    expect([code, severity]).toEqual(['YAML_INVALID', 'error'])
    return `${at?.document}:${at?.line}:${at?.column} ${args['reason']}`
  })
}

describe('invalid YAML', () => {
  test.each<[name: string, text: string, problems: string[]]>([
    ['unresolvable alias', 'a: *x\n', ['1:1:4 the alias *x stands for no anchor before it']],
    ['alias before its anchor', 'a: *x\nb: &x 1\n', ['1:1:4 the alias *x stands for no anchor before it']],
    [
      'anchor of another document',
      'a: &x 1\n---\nb: *x\n',
      ['2:3:4 the alias *x stands for no anchor before it'],
    ],
    [
      'alias in what it stands for',
      'a: &x [1, *x]\n',
      ['1:1:11 the alias *x lies in the node that it stands for'],
    ],
    ['non-ASCII alias', 'ä: *ö\n', ['1:1:4 the alias *ö stands for no anchor before it']],
    [
      'wrong indentation',
      'a: 1\n b: 2\n',
      [
        '1:1:4 Nested mappings are not allowed in compact mappings',
        '1:1:4 Implicit keys need to be on a single line',
      ],
    ],
    [
      'open bracket',
      'a: [1, 2\n',
      ['1:2:1 Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [
      'a second value, but not its every token',
      '{a: 1}\n{b: {c: [2]}}\n',
      ['1:2:1 Unexpected flow-map-start at node end'],
    ],
    ['open quote', 'a: "b\n', ['1:2:1 Missing closing "quote']],
    ['unknown escape', 'a: "\\q"\n', ['1:1:5 Invalid escape sequence \\q']],
    ['tab as indentation', 'a:\n\tb: 1\n', ['1:2:1 Tabs are not allowed as indentation']],
    ['two values', 'a: b: c\n', ['1:1:4 Nested mappings are not allowed in compact mappings']],
    ['reserved indicator', 'a: @b\n', ['1:1:4 Plain value cannot start with reserved character @']],
    ['undeclared tag handle', 'a: !e!b c\n', ['1:1:4 Could not resolve tag: !e!b']],
    ['directives without a document', '%YAML 1.2\n', ['1:2:1 Missing directives-end indicator line']],
    ['two versions', '%YAML 1.2\n%YAML 1.2\n---\na\n', ['1:2:1 a second %YAML directive']],
    ['carriage return alone', 'a: 1\rb: 2\n', ['1:1:5 a carriage return stands without a line feed']],
    [
      'carriage return at the end',
      'a: 1\n---\nb: 1\r',
      ['2:3:5 a carriage return stands without a line feed'],
    ],
    ['control character', 'a: 1\n---\nb: "x\x07"\n', ['2:3:6 the control character U+0007 is not allowed']],
    ['zero byte', 'a: 1\0\n', ['1:1:5 the control character U+0000 is not allowed']],
    [
      'mark before a marker',
      'a: 1\n\uFEFF---\nb: 2\n',
      ['1:2:1 there is a byte order mark within the stream: remove it'],
    ],
    ['a template', 'a: {{ .Values.a }}\nb: 1\n', []],
    [
      'the second of three',
      'a: 1\n---\nb: *x\n---\nc: 1\n',
      ['2:3:4 the alias *x stands for no anchor before it'],
    ],
    [
      'two documents',
      'a: [\n---\nb: 1\n---\n]\n',
      [
        '1:2:1 Flow sequence in block collection must be sufficiently indented and end with a ]',
        '3:5:1 Unexpected flow-seq-end token in YAML document: "]"',
      ],
    ],
    ['columns in characters', 'ä: 1\n"ö": *x\n', ['1:2:6 the alias *x stands for no anchor before it']],
  ])('%s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected)
  })

  test('other documents are read, and keep their indexes', () => {
    const { documents } = readDocuments(sourceOf('a: *x\n---\nb: 1\n'))
    expect(documents.map(({ index, start, end }) => [index, start, end])).toEqual([[1, 6, 15]])
  })

  test('the name of a file is reported', () => {
    expect(readDocuments(sourceOf('a: *x', 'f.yaml')).diagnostics[0]?.at?.file).toBe('f.yaml')
  })

  test.each([
    ['flow sequences', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['flow mappings', `${'{a: '.repeat(5000)}${'}'.repeat(5000)}`],
    ['block sequences', `${'- '.repeat(5000)}a\n`],
    ['open brackets', '['.repeat(100_000)],
  ])('nodes that lie too deep: %s', (_, text) => {
    expect(problems(text).join()).toMatch(/^1:\d+:\d+ the nesting is deeper than 512 levels$/)
  })

  test('aliases that would grow without end', () => {
    const names = 'abcdefghij'
    const lines = [...names].map((name, i) => {
      const inner = i === 0 ? 'x' : `*${names[i - 1]}`
      return `${name}: &${name} [${Array.from({ length: 9 }, () => inner).join(', ')}]`
    })
    expect(problems(`${lines.join('\n')}\n`)).toEqual([
      '1:1:1 aliases make the document grow out of all proportion',
    ])
  })

  test('many plain uses of one anchor are fine', () => {
    const uses = Array.from({ length: 2000 }, (_, i) => `k${i}: *a`).join('\n')
    expect(problems(`a: &a {x: 1, y: 2}\n${uses}\n`)).toEqual([])
  })
})

describe('unparsed documents', () => {
  const isUnparsed = ({ kind }: DocumentType): boolean => kind === 'CustomResourceDefinition'
  const filling = `# ${'x'.repeat(78)}\n`.repeat(60)
  const crd = (rest: string): string =>
    `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n${filling}${rest}`

  test('are parsed when their contents are first used', () => {
    const { documents, diagnostics } = readDocuments(sourceOf(`a: 1\n---\n${crd('a: 1\n')}---\nb: 1\n`), {
      isUnparsed,
    })
    const type = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
    expect(documents.map(({ unparsed }) => unparsed)).toEqual([undefined, type, undefined])
    expect(plainOf(documents[1]?.contents)).toEqual([
      ['apiVersion', 'apiextensions.k8s.io/v1'],
      ['kind', 'CustomResourceDefinition'],
      ['a', '1'],
    ])
    expect(diagnostics).toEqual([])
  })

  test('are returned even if they are invalid, and report that when they are used', () => {
    const { documents, diagnostics } = readDocuments(sourceOf(`${crd('a: *x\n')}---\nb: 1\n`), { isUnparsed })
    expect(documents.map(({ index }) => index)).toEqual([0, 1])
    expect(diagnostics).toEqual([])
    expect(documents[0]?.contents).toBeUndefined()
    expect(documents[0]?.contents).toBeUndefined()
    expect(diagnostics.map(({ code, at }) => [code, at?.document, at?.line])).toEqual([
      ['YAML_INVALID', 1, 63],
    ])
  })

  test.each([
    ['small ones', 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\na: *x\n'],
    ['those of another type', `apiVersion: v1\nkind: ConfigMap\n${filling}a: *x\n`],
    ['those with another kind further down', crd('kind: Deployment\na: *x\n')],
  ])('are not: %s', (_, text) => {
    const { documents, diagnostics } = readDocuments(sourceOf(text), { isUnparsed })
    expect(documents).toEqual([])
    expect(diagnostics).toHaveLength(1)
  })
})

/** The properties of a node that tests look at. */
function shape(node: YamlNode | undefined): unknown {
  if (node?.kind !== 'scalar') return node?.kind
  const { style, value, isString, isNull, anchor, tag } = node
  return [style, value, isString, isNull, ...(anchor ? [`&${anchor}`] : []), ...(tag ? [tag] : [])]
}

describe('deferred documents', () => {
  const TEXT = 'a: 1\n---\nb: *x\n---\nc: [\n---\nd: 4\n'

  /** What happens when documents are used, as lines. */
  function follow() {
    const lines: string[] = []
    const stream = readDocuments(sourceOf(TEXT), {
      onDeferredRead: ({ index, contents }) => lines.push(`read ${index} at ${contents?.start}`),
    })
    const use = (index: number): void => {
      const { contents } = stream.documents[index] as (typeof stream.documents)[number]
      lines.push(
        `used ${index}: ${contents?.kind}, errors in ${stream.diagnostics.map(({ at }) => at?.document)}`,
      )
    }
    return { lines, use, ...stream }
  }

  test('are read when their contents are first used, and their errors reported then', () => {
    const { lines, use } = follow()
    for (const index of [3, 1, 0, 0]) use(index)
    expect(lines).toEqual([
      'read 3 at 28',
      'used 3: mapping, errors in ',
      'used 1: undefined, errors in 2',
      'read 0 at 0',
      'used 0: mapping, errors in 2',
      'used 0: mapping, errors in 2',
    ])
  })

  test('are all read for their errors', () => {
    const { lines, use, diagnostics, readDeferred } = follow()
    use(2)
    readDeferred()
    readDeferred()
    expect(lines).toEqual(['used 2: undefined, errors in 3', 'read 0 at 0', 'read 3 at 28'])
    expect(diagnostics.map(({ at }) => at?.document)).toEqual([3, 2])
  })

  test('are read again after they were forgotten, and report nothing more', () => {
    const { lines, use, documents, readDeferred } = follow()
    for (const index of [0, 1]) use(index)
    for (const document of documents) document.forget?.()
    for (const index of [0, 1]) use(index)
    readDeferred()
    expect(lines).toEqual([
      'read 0 at 0',
      'used 0: mapping, errors in ',
      'used 1: undefined, errors in 2',
      'used 0: mapping, errors in 2',
      'used 1: undefined, errors in 2',
      'read 3 at 28',
    ])
  })
})

describe('a scalar', () => {
  test.each<[text: string, shape: unknown]>([
    ['nginx:1.27', ['plain', 'nginx:1.27', true, false]],
    ['"nginx"', ['double', 'nginx', true, false]],
    ["'it''s'", ['single', "it's", true, false]],
    ['|\n x\n', ['literal', 'x\n', true, false]],
    ['>-\n x\n y\n', ['folded', 'x y', true, false]],
    ['~', ['plain', '~', false, true]],
    ['null', ['plain', 'null', false, true]],
    ['""', ['double', '', true, false]],
    ['true', ['plain', 'true', false, false]],
    ['yes', ['plain', 'yes', false, false]],
    ['Off', ['plain', 'Off', false, false]],
    ['"yes"', ['double', 'yes', true, false]],
    ['12', ['plain', '12', false, false]],
    ['-1.5e3', ['plain', '-1.5e3', false, false]],
    ['0x1F', ['plain', '0x1F', false, false]],
    ['0o17', ['plain', '0o17', false, false]],
    ['0b11', ['plain', '0b11', false, false]],
    ['1_000', ['plain', '1_000', false, false]],
    ['.inf', ['plain', '.inf', false, false]],
    ['.NaN', ['plain', '.NaN', false, false]],
    ['2001-12-14', ['plain', '2001-12-14', true, false]],
    ['1.27.3', ['plain', '1.27.3', true, false]],
    ['1:30', ['plain', '1:30', true, false]],
    ['!!str 12', ['plain', '12', true, false, '!!str']],
    ['!!str', ['plain', '', true, false, '!!str']],
    ['!!int "12"', ['double', '12', false, false, '!!int']],
    ['!!null x', ['plain', 'x', false, true, '!!null']],
    ['! 12', ['plain', '12', true, false, '!']],
    ['!local 12', ['plain', '12', true, false, '!local']],
    ['!<tag:yaml.org,2002:str> 12', ['plain', '12', true, false, '!<tag:yaml.org,2002:str>']],
    ['&a x', ['plain', 'x', true, false, '&a']],
    ['&ä !!str\n  x', ['plain', 'x', true, false, '&ä', '!!str']],
    ['!!str # !!int\n  &a x', ['plain', 'x', true, false, '&a', '!!str']],
    ['é\n  ü à\n  x', ['plain', 'é ü à x', true, false]],
    ['"é\n\n  à\\\n  x"', ['double', 'é\nàx', true, false]],
    ['"é \\u00e9 \\xe9 \\U0001F600 \\ud83d\\ude00"', ['double', 'é é é \u{1F600} \u{1F600}', true, false]],
    ['"\\x41\\t\\\\"', ['double', 'A\t\\', true, false]],
    ['|\n  à\n  é\n', ['literal', 'à\né\n', true, false]],
  ])('%j', (text, expected) => {
    const [document] = documentsOf(sourceOf(`k: ${text}`))
    const root = document?.contents
    expect(root?.kind === 'mapping' && shape(root.entries[0]?.value)).toEqual(expected)
  })
})

/** Each node of the last document with its bytes, in the order of the text. */
function ranges(text: string): string[] {
  const source = sourceOf(text)
  const document = documentsOf(source).at(-1)
  const lines: string[] = []
  const visit = (node: YamlNode | undefined): void => {
    if (node === undefined) return
    lines.push(`${node.kind} ${node.start} ${JSON.stringify(source.text.slice(node.start, node.end))}`)
    if (node.kind === 'sequence') for (const item of node.items) visit(item)
    if (node.kind === 'mapping') {
      for (const entry of node.entries) {
        lines.push(`entry ${entry.start}`)
        visit(entry.key)
        visit(entry.value)
      }
    }
  }
  visit(document?.contents)
  return lines
}

describe('ranges', () => {
  test.each<[name: string, text: string, ranges: string[]]>([
    ['block mapping', 'a: b # c\n\n# d\n', ['mapping 0 "a: b"', 'entry 0', 'scalar 0 "a"', 'scalar 3 "b"']],
    [
      'no value',
      'a:   # c\nb:\n',
      [
        'mapping 0 "a:   # c\\nb:"',
        'entry 0',
        'scalar 0 "a"',
        'scalar 2 ""',
        'entry 9',
        'scalar 9 "b"',
        'scalar 11 ""',
      ],
    ],
    [
      'anchors and tags',
      '&m !!map\n&k a: &v !t b\n',
      ['mapping 9 "&k a: &v !t b"', 'entry 9', 'scalar 12 "a"', 'scalar 21 "b"'],
    ],
    [
      'anchor on nothing',
      'a: &x\nb: 1\n',
      [
        'mapping 0 "a: &x\\nb: 1"',
        'entry 0',
        'scalar 0 "a"',
        'scalar 5 ""',
        'entry 6',
        'scalar 6 "b"',
        'scalar 9 "1"',
      ],
    ],
    [
      'block sequence',
      '- a\n-\n- &x\n- - b\n',
      [
        'sequence 0 "- a\\n-\\n- &x\\n- - b"',
        'scalar 2 "a"',
        'scalar 5 ""',
        'scalar 10 ""',
        'sequence 13 "- b"',
        'scalar 15 "b"',
      ],
    ],
    [
      'block scalar',
      'a: |-\n  x\n\n\nb: >+\n  y\n\n',
      [
        'mapping 0 "a: |-\\n  x\\n\\n\\nb: >+\\n  y\\n\\n"',
        'entry 0',
        'scalar 0 "a"',
        'scalar 3 "|-\\n  x\\n"',
        'entry 12',
        'scalar 12 "b"',
        'scalar 15 ">+\\n  y\\n\\n"',
      ],
    ],
    [
      'explicit key',
      '? a\n: b\n? c\n',
      [
        'mapping 0 "? a\\n: b\\n? c"',
        'entry 0',
        'scalar 2 "a"',
        'scalar 6 "b"',
        'entry 8',
        'scalar 10 "c"',
        'scalar 11 ""',
      ],
    ],
    [
      'flow',
      '{a, b: , c: [d: e]}',
      [
        'mapping 0 "{a, b: , c: [d: e]}"',
        'entry 1',
        'scalar 1 "a"',
        'scalar 2 ""',
        'entry 4',
        'scalar 4 "b"',
        'scalar 6 ""',
        'entry 9',
        'scalar 9 "c"',
        'sequence 12 "[d: e]"',
        'mapping 13 "d: e"',
        'entry 13',
        'scalar 13 "d"',
        'scalar 16 "e"',
      ],
    ],
    [
      'flow over lines',
      '{ # c\n  a: "b\n  c" # d\n}',
      [
        'mapping 0 "{ # c\\n  a: \\"b\\n  c\\" # d\\n}"',
        'entry 8',
        'scalar 8 "a"',
        'scalar 11 "\\"b\\n  c\\""',
      ],
    ],
    [
      'alias',
      '- &a b\n- *a\n- *a : c\n',
      [
        'sequence 0 "- &a b\\n- *a\\n- *a : c"',
        'scalar 5 "b"',
        'alias 9 "*a"',
        'mapping 14 "*a : c"',
        'entry 14',
        'alias 14 "*a"',
        'scalar 19 "c"',
      ],
    ],
    ['after a mark', '\uFEFFa: b\n', ['mapping 3 "a: b"', 'entry 3', 'scalar 3 "a"', 'scalar 6 "b"']],
    [
      'after a mark behind ---',
      '# c\n---\nx\n---\n\uFEFFa: b\n',
      ['mapping 17 "a: b"', 'entry 17', 'scalar 17 "a"', 'scalar 20 "b"'],
    ],
    ['comments alone', '--- # c\n# d\n', []],
    ['a tag alone', '--- !!null\n', ['scalar 10 ""']],
    ['no key', ': a\n', ['mapping 0 ": a"', 'entry 0', 'scalar 0 ""', 'scalar 2 "a"']],
  ])('%s', (_, text, expected) => {
    expect(ranges(text)).toEqual(expected)
  })
})

describe('streams', () => {
  test.each<[name: string, text: string, values: unknown[]]>([
    ['YAML', 'a: 1\n---\n- b\n', [[['a', '1']], ['b']]],
    ['JSON', '{"a": [1, {"b": null}]}', [[['a', ['1', [['b', null]]]]]]],
    ['JSON objects in a row', '{"a":1}\n{"b":2}{"c":3}\n', [[['a', '1']], [['b', '2']], [['c', '3']]]],
    [
      'YAML that begins with a brace',
      '{a: 1, b: }\n---\nc\n',
      [
        [
          ['a', '1'],
          ['b', null],
        ],
        'c',
      ],
    ],
    [
      'duplicate keys',
      'a: 1\na: 2\n',
      [
        [
          ['a', '1'],
          ['a', '2'],
        ],
      ],
    ],
    ['contents on the marker line', '--- a\n--- |\n b\n', ['a', 'b\n']],
    ['a version', '%YAML 1.2\n---\n!x a\n', ['a']],
    ['complex keys', '? [a, b]\n: {c: d}\n', [[[['a', 'b'], [['c', 'd']]]]]],
    ['a redefined anchor', '[&a x, *a, &a y, *a]', [['x', 'x', 'y', 'y']]],
    ['an anchor taken over inside', '- &a [&a x]\n- *a\n', [[['x'], 'x']]],
    ['empty', '', []],
    ['comments', '# a\n', []],
  ])('%s', (_, text, values) => {
    expect(documentsOf(sourceOf(text)).map(({ contents }) => plainOf(contents))).toEqual(values)
  })

  test('a mapping of 50,000 keys is read in linear time', () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `key${i}: value`).join('\n')
    const root = documentsOf(sourceOf(text))[0]?.contents
    expect(root?.kind === 'mapping' && root.entries.length).toBe(50_000)
  })
})
