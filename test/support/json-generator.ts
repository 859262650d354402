import { type Choices, pick } from './choices.ts'

const STRINGS = [
  ...['', 'a', 'image', 'nginx:1.27', 'é', '日本', '\u{1F600}', '\uFEFF', '\u0085', '\u2028', '\x7f'],
  ...[
    '\\n',
    '\\"',
    '\\\\',
    '\\/',
    '\\b\\f\\r\\t',
    '\\u0041',
    '\\ud83d\\ude00',
    '\\ud83d',
    '\\udc00x',
    '\\u0000',
  ],
  ...['}{', '}\\n{', '---', '# x', "it's", 'a: b', ' x ', '{{ x }}', '[', ',', '*a', '&a', '!a', '%', '@'],
]
/** Texts that are not a JSON string for some readers, or for all. */
const ODD_STRINGS = [
  '\\x41',
  '\\q',
  '\\u12',
  '\\u12G4',
  '\t',
  '\x01',
  '\n',
  '\\\n',
  "'",
  '\\',
  'k'.repeat(1100),
]
const LITERALS = [
  '1',
  '0',
  '-1',
  '1.5',
  '-0',
  '1e3',
  '1E+3',
  '1.0e-3',
  '12345678901234567890',
  'true',
  'null',
]
const ODD_LITERALS = [
  '01',
  '-',
  '1.',
  '.5',
  '+1',
  '1e',
  'True',
  'nul',
  'nullx',
  'NaN',
  '0x1F',
  '~',
  'a',
  '- 1',
]
const SPACES = ['', '', '', ' ', '\n', '\n  ', '\n\t', '\r\n', '  \n\n  ']
const ODD_SPACES = ['\r', '# c\n', '\n# c\n', '\uFEFF', ',', '\x0b', '\u00a0', '\n---\n', '\n{', '//\n']

interface Writer extends Choices {
  /** Whether invalid JSON is inserted from time to time. */
  readonly odd: boolean
}

/** Generates JSON text of one or several values; sometimes with invalid parts. */
export function generateJson(choices: Choices): string {
  const writer = { choose: choices.choose.bind(choices), odd: choices.choose(2) === 1 }
  const values = Array.from({ length: choices.choose(6) === 0 ? 1 + choices.choose(3) : 1 }, () =>
    collection(writer, 0),
  )
  const rest = choices.choose(12) === 0 ? pick(choices, ['x', '# c\n', '}', ': x\n', '"a"', '\n- a\n']) : ''
  return space(writer) + values.join(space(writer)) + space(writer) + rest
}

function value(writer: Writer, depth: number): string {
  const what = writer.choose(depth > 5 ? 4 : 7)
  if (what < 3) return string(writer)
  return what === 3 ? oneOf(writer, LITERALS, ODD_LITERALS) : collection(writer, depth + 1)
}

function collection(writer: Writer, depth: number): string {
  const isObject = writer.choose(3) > 0
  // Sometimes deeper than the limit of the scanners.
  if (writer.choose(400) === 0) return `${'['.repeat(450)}${']'.repeat(450)}`
  const parts = Array.from({ length: writer.choose(4) }, () => {
    const before = space(writer)
    if (!isObject) return before + value(writer, depth) + space(writer)
    const colon = writer.choose(40) === 0 ? ' :' : ':'
    return before + string(writer) + colon + space(writer) + value(writer, depth) + space(writer)
  })
  const inside = parts.length === 0 ? space(writer) : parts.join(',')
  return isObject ? `{${inside}}` : `[${inside}]`
}

function string(writer: Writer): string {
  const parts = Array.from({ length: writer.choose(3) }, () => oneOf(writer, STRINGS, ODD_STRINGS))
  return `"${parts.join('')}"`
}

function space(writer: Writer): string {
  return oneOf(writer, SPACES, ODD_SPACES)
}

function oneOf(writer: Writer, usual: readonly string[], odd: readonly string[]): string {
  return pick(writer, writer.odd && writer.choose(30) === 0 ? odd : usual)
}
