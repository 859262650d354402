import { type Choices, pick } from './choices.ts'

/** A generated node: a scalar's text, null, a list of items, or a list of pairs in a `Pairs`. */
export type Model = string | null | readonly Model[] | Pairs

/** The entries of a mapping. */
export interface Pairs {
  readonly pairs: readonly (readonly [key: string, value: Model])[]
}

/** A generated stream with its value. */
export interface Generated {
  readonly text: string
  readonly documents: readonly Model[]
}

/** The text of a node, which begins on the line of its parent's indicator. */
interface Written {
  readonly text: string
  readonly model: Model
}

interface Writer extends Choices {
  /** The values of the anchors of the current document. */
  readonly anchors: Map<string, Model>
  /** The number of anchors written so far, including incomplete ones. */
  anchorCount: number
  /** Whether the last node is a block scalar, so that following line breaks may belong to it. */
  afterBlock: boolean
}

const WORDS = [
  'nginx',
  'a',
  'registry.example:5000/x/y:1.2@sha256:00',
  'true',
  '12',
  'é',
  '日本',
  '-x',
  'a:b',
  'x#y',
  'a\u00a0b',
]
const TEXTS = [
  ...WORDS,
  '',
  ' a',
  'a: b',
  'x # y',
  "it's",
  '"',
  '\\',
  '{a}',
  '- a',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  'à b',
  '---',
  'a\u2028b',
  '\t',
]
const KEYS = ['image', 'name', 'a', 'imagePullPolicy', 'b-c', 'spec', 'k12', 'é', 'x.y/z', 'containers']
const COMMENTS = ['', '', '', ' # c', '  # é: "x" {', '\t# y']

/** Generates a stream in a random mixture of all styles of YAML. */
export function generateStream(choices: Choices): Generated {
  const count = 1 + choices.choose(3)
  const documents = Array.from({ length: count }, (_, i) => generateDocument(choices, i))
  const text = documents.map((one) => one.text).join('')
  const ended = choices.choose(6) === 1 && !documents.at(-1)?.afterBlock ? text.replace(/\n$/, '') : text
  const broken = choices.choose(4) === 1 ? ended.replaceAll('\n', '\r\n') : ended
  return {
    text: (choices.choose(8) === 1 ? '\uFEFF' : '') + broken,
    documents: documents.map((one) => one.model),
  }
}

function generateDocument(choices: Choices, index: number): Written & { readonly afterBlock: boolean } {
  const writer: Writer = {
    choose: (count) => choices.choose(count),
    anchors: new Map(),
    anchorCount: 0,
    afterBlock: false,
  }
  const start = pick(
    choices,
    index === 0
      ? ['', '---\n', '# c\n---\n', '--- # c\n\n']
      : ['---\n', '--- # é\n', '...\n---\n', '...\n# c\n\n---\n'],
  )
  if (choices.choose(5) === 1) {
    const json = choices.choose(2) === 1
    const root = flowNode(writer, 0, pick(choices, json ? ['  ', '\t', ''] : ['  ', '']), json)
    return { text: `${start}${root.text}\n`, model: root.model, afterBlock: false }
  }
  const root = blockCollection(writer, 0, choices.choose(6) === 1 ? 1 : 0)
  return { text: `${start}${root.text}`, model: root.model, afterBlock: writer.afterBlock }
}

/** @returns lines, each with its indentation and line break */
function blockCollection(writer: Writer, depth: number, indent: number): Written {
  return writer.choose(4) === 1 ? blockSequence(writer, depth, indent) : blockMapping(writer, depth, indent)
}

function blockMapping(writer: Writer, depth: number, indent: number): Written {
  const pairs: (readonly [string, Model])[] = []
  let text = ''
  for (let i = 1 + writer.choose(4); i > 0; i -= 1) {
    text += filler(writer, indent) + ' '.repeat(indent)
    const key = pick(writer, KEYS)
    const explicit = writer.choose(16) === 1
    const written = keyText(writer, key)
    const start = explicit
      ? `? ${written}\n${' '.repeat(indent)}:`
      : `${written}${pick(writer, [':', ':', ':', ' :'])}`
    const value = blockValue(writer, depth + 1, indent, true)
    text += start + value.text
    pairs.push([key, value.model])
  }
  return { text, model: { pairs } }
}

function blockSequence(writer: Writer, depth: number, indent: number): Written {
  const items: Model[] = []
  let text = ''
  for (let i = 1 + writer.choose(3); i > 0; i -= 1) {
    const dash = `${filler(writer, indent)}${' '.repeat(indent)}-`
    if (depth < 4 && writer.choose(2) === 1) {
      // A collection that begins on the line of the dash.
      const gap = 1 + writer.choose(3)
      const inner = blockCollection(writer, depth + 1, indent + 1 + gap)
      const compact = /^ *(?=[^\s#])/.test(inner.text)
      text += compact ? `${dash}${' '.repeat(gap)}${inner.text.trimStart()}` : `${dash}\n${inner.text}`
      items.push(inner.model)
    } else {
      const value = blockValue(writer, depth + 1, indent, false)
      text += dash + value.text
      items.push(value.model)
    }
  }
  return { text, model: items }
}

/** @returns the text after the colon or dash, including its last line break */
function blockValue(writer: Writer, depth: number, indent: number, inMapping: boolean): Written {
  writer.afterBlock = false
  const form = writer.choose(depth > 4 ? 8 : 12)
  const end = `${pick(writer, COMMENTS)}\n`
  const anchor = writer.choose(8) === 1 ? `&n${writer.anchorCount++}` : ''
  const define = (written: Written): Written => {
    if (anchor !== '') writer.anchors.set(anchor.slice(1), written.model)
    return written
  }
  const lead = anchor === '' ? '' : ` ${anchor}`
  switch (form) {
    case 5: {
      const name = pick(writer, [...writer.anchors.keys()])
      if (name === undefined) return { text: `${end}`, model: null }
      return { text: ` *${name}${end}`, model: writer.anchors.get(name) ?? null }
    }
    case 6:
      return define({ text: `${lead}${end}`, model: null })
    case 7: {
      const pad = ' '.repeat(indent + 1 + writer.choose(3))
      const flow = flowNode(writer, depth, pad, writer.choose(2) === 1)
      return define({ text: `${lead} ${flow.text}${end}`, model: flow.model })
    }
    case 4: {
      const block = blockScalar(writer, indent)
      writer.afterBlock = true
      return define({ text: `${lead} ${block.text}`, model: block.model })
    }
    case 8:
    case 9:
    case 10:
    case 11: {
      // A sequence may have the same indentation as its key.
      const deeper = indent + 1 + writer.choose(4)
      const inner =
        inMapping && form === 8
          ? blockSequence(writer, depth, indent)
          : blockCollection(writer, depth, deeper)
      return define({ text: `${lead}${end}${inner.text}`, model: inner.model })
    }
    default: {
      const scalar = flowScalar(writer, false, ' '.repeat(indent + 1 + writer.choose(3)))
      const gap = writer.choose(8) === 1 ? `${end}${' '.repeat(indent + 1 + writer.choose(3))}` : ' '
      const tag = writer.choose(12) === 1 ? ' !!str' : ''
      return define({ text: `${lead}${tag}${gap}${scalar.text}${end}`, model: scalar.model })
    }
  }
}

/** Blank lines and comments before an entry. */
function filler(writer: Writer, indent: number): string {
  if (writer.afterBlock) return ''
  return pick(writer, ['', '', '', '', '\n', `${' '.repeat(indent)}# image: c\n`, '  \n# é\n'])
}

function keyText(writer: Writer, key: string): string {
  const style = writer.choose(6)
  if (style === 1) return JSON.stringify(key)
  return style === 2 ? `'${key}'` : key
}

function blockScalar(writer: Writer, indent: number): Written {
  const folded = writer.choose(2) === 1
  const chomp = pick(writer, ['', '-', '+'])
  const step = 1 + writer.choose(4)
  const explicit = writer.choose(4) === 1 ? `${step}` : ''
  const lines = Array.from({ length: 1 + writer.choose(3) }, () =>
    pick(writer, ['x', 'image: y', '# z', 'é', 'a "b']),
  ) as string[]
  const blank = writer.choose(3)
  const body = lines.map((line) => `${' '.repeat(indent + step)}${line}\n`).join('') + '\n'.repeat(blank)
  const header = `${folded ? '>' : '|'}${explicit}${chomp}${pick(writer, ['', '', ' # c'])}\n`
  const ends = { '': '\n', '-': '', '+': '\n'.repeat(1 + blank) }[chomp] ?? ''
  return { text: header + body, model: lines.join(folded ? ' ' : '\n') + ends }
}

/**
 * @param pad the beginning of lines after the first
 * @param json whether a JSON reader must be able to read it too
 */
function flowNode(writer: Writer, depth: number, pad: string, json: boolean): Written {
  const form = writer.choose(depth > 4 ? 1 : 4)
  if (form === 1 || (depth === 0 && form === 0)) return flowMapping(writer, depth, pad, json)
  if (form === 2) return flowSequence(writer, depth, pad, json)
  return json ? jsonScalar(writer) : flowScalar(writer, true, pad)
}

function flowMapping(writer: Writer, depth: number, pad: string, json: boolean): Written {
  const pairs = Array.from({ length: writer.choose(4) }, () => {
    const key = pick(writer, KEYS)
    const name = json ? JSON.stringify(key) : keyText(writer, key)
    if (!json && writer.choose(8) === 1) return { text: name, pair: [key, null] as const }
    if (!json && writer.choose(8) === 1) return { text: `${name}: `, pair: [key, null] as const }
    const value = flowNode(writer, depth + 1, pad, json)
    const colon = pick(writer, json ? [': ', ':', ' : '] : [': ', ' : ', ':  '])
    return { text: `${name}${colon}${value.text}`, pair: [key, value.model] as const }
  })
  const texts = pairs.map((one) => one.text)
  const text = flowCollection(writer, '{}', texts, pad, json)
  return { text, model: { pairs: pairs.map((one) => one.pair) } }
}

function flowSequence(writer: Writer, depth: number, pad: string, json: boolean): Written {
  const items = Array.from({ length: writer.choose(4) }, () => flowNode(writer, depth + 1, pad, json))
  const texts = items.map((item) => item.text)
  return { text: flowCollection(writer, '[]', texts, pad, json), model: items.map((item) => item.model) }
}

function flowCollection(
  writer: Writer,
  brackets: string,
  items: readonly string[],
  pad: string,
  json: boolean,
): string {
  const [open, close] = brackets
  const gap = pick(writer, ['', ' ', `\n${pad}`, ...(json ? [] : [` # c\n${pad}`])])
  const gaps = writer.choose(3)
  const space = (at: number): string => (gaps === at ? gap : gaps === 2 ? '' : ' ')
  const last = !json && items.length > 0 && writer.choose(6) === 1 ? ',' : ''
  const between = gap === '' && !json ? ' ' : gap
  return `${open}${space(0)}${items.join(`,${between}`)}${last}${gap === '' ? '' : space(1)}${close}`
}

function jsonScalar(writer: Writer): Written {
  if (writer.choose(5) === 1) return { text: 'null', model: null }
  const text = pick(writer, TEXTS)
  return { text: JSON.stringify(text), model: text }
}

/** @param pad the beginning of lines after the first */
function flowScalar(writer: Writer, inFlow: boolean, pad: string): Written {
  const style = writer.choose(5)
  const fold = writer.choose(6) === 1 ? `\n${pad}` : ' '
  if (style === 1) {
    const text = `${pick(writer, TEXTS)} ${pick(writer, WORDS)}`
    const escaped = writer.choose(3) === 1 ? escapeAll(text) : JSON.stringify(text).slice(1, -1)
    return { text: `"${foldAt(escaped, fold)}"`, model: text }
  }
  if (style === 2) {
    const text = `${pick(writer, TEXTS)} ${pick(writer, WORDS)}`
    return { text: `'${foldAt(text.replaceAll("'", "''"), fold)}'`, model: text }
  }
  const word = pick(
    writer,
    WORDS.filter((one) => !inFlow || !/^-/.test(one)),
  )
  if (style !== 3) return { text: word, model: word }
  const text = `${word} ${pick(writer, WORDS)}`
  return { text: foldAt(text, fold), model: text }
}

/** Breaks a line at its last space, unless more white space surrounds it, which folding would remove. */
function foldAt(text: string, fold: string): string {
  return text.replace(/(?<=[^\s\\])[ ](?=[^\s]+$)/, fold)
}

function escapeAll(text: string): string {
  return [...text]
    .map((one) => (one === ' ' ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .join('')
}
