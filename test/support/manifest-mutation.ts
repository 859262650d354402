import { type Choices, pick } from './choices.ts'
import { mutate } from './mutation.ts'

/** The parts of a line of a manifest: indentation or dashes, a key, and an optional value. */
const ENTRY = /^((?: |- )*)([\w./-]+):(?: +([^\s#&*!|>'"{[%@`].*?))?$/

const TAGS = [
  ...[
    '!!str',
    '!!int',
    '!!float',
    '!!bool',
    '!!null',
    '!!binary',
    '!!timestamp',
    '!!merge',
    '!!set',
    '!!omap',
    '!!map',
  ],
  ...[
    '!!seq',
    '!!string',
    '!!pairs',
    '!!value',
    '!',
    '!x',
    '!!x',
    '!<tag:yaml.org,2002:str>',
    '!<tag:yaml.org,2002:binary>',
  ],
  ...['!<!x>', '!!%62inary', '!!%73tr', '!str', '!e!x', '!<!>', '!!Str', '!x,y', '!!str,'],
]

/** Texts that readers interpret differently. */
const LITERALS = [
  ...[
    '2001-01-01',
    '2001-12-14t21:59:43.10-05:00',
    '0o17',
    '0o8',
    '017',
    '08',
    '0b1',
    '0b+1',
    '0b2',
    '1_000',
    '_1',
    '0x_1',
  ],
  ...[
    '.inf',
    '-.INF',
    '.nan',
    '1e400',
    '1e3',
    '.5_0',
    '.5',
    '5.',
    '+1',
    '+.5',
    '190:20:30',
    '1:30',
    '~',
    'null',
    'Null',
  ],
  ...[
    'y',
    'Y',
    'n',
    'yes',
    'No',
    'on',
    'OFF',
    'true',
    'TRUE',
    'tRue',
    '<<',
    '=',
    '-',
    '--',
    '?x',
    ':x',
    '-x',
    '""',
    "''",
  ],
  ...[
    '18446744073709551615',
    '18446744073709551616',
    '-9223372036854775808',
    '-9223372036854775809',
    '1.0',
    '1e21',
    '-0',
  ],
  ...[
    'nginx:1.27',
    'evil.example/x:1',
    '"a\\x20b"',
    '"\\u0069mage"',
    "'it''s'",
    '"a\\\n  b"',
    '"a\n\n  b"',
    'a\n      b',
  ],
  ...[
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\/"',
    '"\\\'"',
    '"\\e\\0\\N\\_\\L\\P"',
    '"\\U0001F600"',
    '"a\tb"',
    '"\t"',
  ],
]

/** Lines and texts that are separators or ends for some readers. */
const BREAKS = [
  ...[
    '---#x',
    '---x',
    '---',
    '--- ',
    '---\t# c',
    '--- !!map',
    '--- &a',
    '--- {a: 1}',
    '...',
    '... # c',
    '...x',
    '....',
  ],
  ...[
    '\uFEFF',
    '\uFEFF---',
    '%YAML 1.1',
    '%TAG ! tag:yaml.org,2002:',
    '%TAG !e! tag:yaml.org,2002:',
    '# c',
    '#c\r',
    '\t',
  ],
  ...[
    '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"evil.example/x:1"}]}}',
    '---\u00a0',
    '---\u2028',
    ' ---',
  ],
]
const LINE_BREAKS = [
  '\r',
  '\r\n',
  '\u0085',
  '\u2028',
  '\u2029',
  '\n\n',
  '\n\t',
  '\n \uFEFF',
  '\n\uFEFF',
  '\v',
  '\f',
  ' \n',
  '\0',
]

/** Beginnings of a stream that change its meaning for some readers. */
const HEADS = [
  '\u00a0',
  '\u3000',
  ' ',
  '{}',
  '{"a":1}',
  '{"a":1}: ',
  '{a: 1}\n',
  '\uFEFF',
  '\n',
  '...\n',
  '---\n',
  '--- \r\n',
  '# c\n',
  '\t',
  '[]: ',
]

/** Applies a few changes to a manifest: ones with a meaning in YAML, or any. */
export function mutateManifest(choices: Choices, text: string): string {
  let result = text
  for (let i = 1 + choices.choose(3); i > 0; i -= 1) {
    result = choices.choose(4) === 0 ? mutate(choices, result) : mutateLine(choices, result)
  }
  return result
}

function mutateLine(choices: Choices, text: string): string {
  const lines = text.split('\n')
  const at = choices.choose(lines.length)
  switch (choices.choose(16)) {
    case 3:
      return pick(choices, HEADS) + text
    case 6:
      return mutateStructure(choices, lines, at)
    case 0:
    case 4:
      return lines.toSpliced(at, 0, pick(choices, BREAKS)).join('\n')
    case 1:
    case 5:
      return breakOtherwise(choices, lines, at)
    case 2:
      return lines.toSpliced(at, 0, lines[choices.choose(lines.length)] as string).join('\n')
    default:
      return mutateEntry(choices, lines, at)
  }
}

/** The number of bytes that a reader inspects at the beginning of a stream (apimachinery, `NewYAMLOrJSONDecoder`). */
const LOOKED_AT = 4096

/** Texts longer than a reader's lookahead, keys longer than go-yaml's 1024 bytes, and combinations of lines. */
function mutateStructure(choices: Choices, lines: readonly string[], at: number): string {
  const text = lines.join('\n')
  const rest = lines.slice(at).join('\n')
  const before = lines.slice(0, at).join('\n')
  const blank = pick(choices, [' ', '\n', '\r\n', '\t', '# c\n', '---\n'])
  const length = LOOKED_AT - 8 + choices.choose(16)
  const long = 'x'.repeat(1020 + choices.choose(8))
  const shifted = lines.map((line) => `  ${line}`).join('\n')
  return pick(choices, [
    blank.repeat(Math.floor(length / blank.length)) + text,
    `{"a":"${'x'.repeat(length)}"}\n${text}`,
    `{"a":"${'x'.repeat(length)}"}\n---\n${text}`,
    `${before}\n"${long}": 1\n${rest}`,
    `${before}\n${long}: 1\n${rest}`,
    `${before}\nx: {"${long}": 1}\n${rest}`,
    `${before}\n# ${'x'.repeat(length)}\n${rest}`,
    `--- |\n${text}`,
    `--- >\n${shifted}`,
    `--- "\n${text}`,
    `---\n- ${shifted.trimStart()}`,
    `apiVersion: v1\nkind: List\nitems:\n- ${shifted.trimStart()}`,
    `? ${shifted.trimStart()}\n: x`,
    `x: &a\n${shifted}\n<<: *a`,
    `x: &a\n${shifted}\n<<: [*a, {image: x, kind: y}]`,
    `<<:\n${shifted}`,
    `<<:\n- ${shifted.trimStart()}`,
    `x: |\n${shifted}\n${text}`,
    `x: |1\n${shifted}\n${text}`,
    `x: |+ # c\n${shifted}\n${text}`,
    `x: "${before}\n---\n${rest}"`,
    `${before}\n\uFEFF---\n${rest}`,
    `${before}\n---\n\uFEFF${rest}`,
    `${before}\n...\n\uFEFF${rest}`,
    `${before}\n...\n# c\n${rest}`,
    `${before}\n...\n%YAML 1.1\n---\n${rest}`,
    `%YAML ${pick(choices, ['1.1', '1.2', '1.3', '2.0', '1', '1.1 # c', '1.1 x', '01.1'])}\n---\n${text}`,
    `%YAML 1.1\n%YAML 1.1\n---\n${text}`,
    `%${pick(choices, ['FOO', 'FOO bar', 'TAG !! tag:x,2000:', 'TAG !! tag:yaml.org,2002:'])}\n---\n${text}`,
    text.replaceAll(/^(\s*-) /gm, pick(choices, ['$1\t', '$1  ', '$1\n   ', '$1 - ', '$1 ? '])),
    text.replaceAll(
      /^( *[\w-]+): /gm,
      pick(choices, ['$1 : ', '$1:\t', '$1:\n     ', '$1:  # c\n     ', '"$1": ']),
    ),
    text.replaceAll('\n', pick(choices, ['\r\n', '\r\r\n', '\n\r\n', ' \n', '\t\n', ' #c\r\n'])),
    text.replaceAll(
      'image',
      pick(choices, [
        '"im\\u0061ge"',
        '"im\\x61ge"',
        '"i\\U0000006dage"',
        'Image',
        'ima\u00adge',
        '\uFEFFimage',
      ]),
    ),
    text.replaceAll('kind', pick(choices, ['"k\\u0069nd"', 'Kind', '"kind\\\n"', "'kind'", '"\\kind"'])),
    before +
      String.fromCodePoint(
        pick(
          choices,
          [0x7f, 0x80, 0x9f, 0xa0, 0x200b, 0xfeff, 0xfffe, 0xffff, 0xfffd, 0xd7ff, 0xe000, 0x10ffff],
        ),
      ) +
      rest,
  ])
}

/** Replaces one line break, or all of them, with another kind. */
function breakOtherwise(choices: Choices, lines: readonly string[], at: number): string {
  const lineBreak = pick(choices, LINE_BREAKS)
  if (choices.choose(3) === 0) return lines.join(lineBreak)
  return [lines.slice(0, at).join('\n'), lines.slice(at).join('\n')].join(lineBreak)
}

function mutateEntry(choices: Choices, lines: readonly string[], near: number): string {
  const count = lines.length
  const at = Array.from({ length: count }, (_, i) => (near + i) % count).find((i) =>
    ENTRY.test(lines[i] as string),
  )
  if (at === undefined) return lines.join('\n')
  const [, lead = '', key = '', value = ''] = ENTRY.exec(lines[at] as string) ?? []
  const indent = ' '.repeat(lead.length)
  const line =
    choices.choose(2) === 0
      ? entryOfKey(choices, key, value, indent)
      : entryOfValue(choices, key, value, indent)
  return lines.toSpliced(at, 1, lead + line).join('\n')
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const escaped = (text: string): string =>
  `"${[...text].map((one) => `\\x${(one.codePointAt(0) as number).toString(16).padStart(2, '0')}`).join('')}"`

function entryOfKey(choices: Choices, key: string, value: string, indent: string): string {
  const rest = value === '' ? ':' : `: ${value}`
  const tag = pick(choices, TAGS)
  return pick(choices, [
    `!!binary ${base64(key)}${rest}`,
    `${tag} ${key}${rest}`,
    `"${key}"${rest}`,
    `'${key}'${rest}`,
    `${escaped(key)}${rest}`,
    `? ${key}\n${indent}${rest}`,
    `? ${tag} ${key}\n${indent}${rest}`,
    `? |-\n${indent}  ${key}\n${indent}${rest}`,
    `&a ${key}${rest}`,
    `&a: ${key}${rest}`,
    `x: &a ${key}\n${indent}*a ${rest}`,
    `x: &a ${key}\n${indent}*a${rest}`,
    `<<: {${key}: ${value}}`,
    `<<: [{${key}: ${value}}, {${key}: x}]`,
    `! "<<": {${key}: ${value}}`,
    `! <<: {${key}: ${value}}`,
    `"<<": {${key}: ${value}}`,
    `!!merge <<: {${key}: ${value}}`,
    `<<: &a {${key}: ${value}}\n${indent}${key}: x`,
    `${key}: x\n${indent}<<: {${key}: ${value}}`,
    `${key} ${rest}`,
    `${key}\t${rest}`,
    `${pick(choices, LITERALS)}${rest}\n${indent}${key}${rest}`,
    `"\\\n${indent}${key}"${rest}`,
    `{${key}: ${value}}`,
    `[${key}]${rest}`,
    `true: x\n${indent}"true": y\n${indent}${key}${rest}`,
  ])
}

function entryOfValue(choices: Choices, key: string, value: string, indent: string): string {
  const tag = pick(choices, TAGS)
  const literal = pick(choices, LITERALS)
  const text = choices.choose(2) === 0 ? value : literal
  return `${key}:${pick(choices, [
    ` !!binary ${base64(value)}`,
    ` !!binary |\n${indent}  ${base64(value)}`,
    ` ${tag} ${text}`,
    ` ${tag}`,
    ` ${tag} &a ${text}\n${indent}x: *a`,
    ` &a ${tag} ${text}`,
    ` &a ${text}\n${indent}x: *a`,
    ` ${literal}`,
    ` "${value}"`,
    ` '${value}'`,
    ` ${escaped(value)}`,
    ` |\n${indent}  ${text}`,
    ` >-\n${indent}  ${text}\n\n${indent}  x`,
    ` |2\n${indent}   ${text}`,
    `\n${indent}  ${text}`,
    `\n\t${text}`,
    `\n${indent}\t${text}`,
    `\t${text}`,
    ` ${text}\n${indent}  # c\n${indent}  x`,
    ` ${text} #c`,
    ` ${text}#c`,
    ` [${text}]`,
    ` {x: ${text}}`,
    ` {x: ${text}, ${key}: [${text}, {a: *a}]}`,
    ` {? x : ${text}}`,
    ` [x: ${text}]`,
    ` {"x":${text}}`,
    ` [${tag}, ${text}]`,
    ` ${tag} [${text}]`,
    ` ${tag} {x: ${text}}`,
    ` ${text}\n${indent}${key}: ${literal}`,
    ` *a`,
  ])}`
}
