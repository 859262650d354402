import type { Entry, Scalar, YamlNode } from './nodes.ts'
import { decodeText } from './source.ts'
import { YamlProblem } from './yaml-problem.ts'

/** A document as it is written. */
export interface WrittenDocument {
  /** Decoded as latin1. */
  readonly text: string
  /** Where in the source it begins. */
  readonly base: number
}

/**
 * Finds a place where go-yaml, with which Kubernetes reads, makes other nodes of a document than YAML 1.2 does: it knows
 * YAML 1.1 for the most part, and some rules that are in neither (scannerc.go `yaml_parser_fetch_next_token` and
 * `yaml_parser_scan_plain_scalar`). The fast reader leaves all of these.
 */
export function findDivergence(written: WrittenDocument, root: YamlNode): YamlProblem | undefined {
  const isBlock = root.kind === 'scalar' && (root.style === 'literal' || root.style === 'folded')
  if (
    isBlock &&
    /\n[^ \t\r\n]/.test(written.text.slice(root.start - written.base, root.end - written.base))
  ) {
    return new YamlProblem(
      root.start,
      'to Kubernetes, the text of a document that is a block scalar is indented: indent it',
    )
  }
  return divergenceIn(written, root, false)
}

function divergenceIn(written: WrittenDocument, node: YamlNode, inFlow: boolean): YamlProblem | undefined {
  const name = node.kind === 'alias' ? node.name : node.anchor
  if (name !== undefined && /[?:%@`]/.test(name)) {
    const reason = `to Kubernetes the anchor name ${name} ends earlier: use only letters, digits, _ and -`
    return new YamlProblem(node.start, reason)
  }
  switch (node.kind) {
    case 'alias':
      return undefined
    case 'scalar':
      return scalarDivergence(written, node, inFlow)
    case 'sequence':
      return firstOf(node.items, (item) => divergenceIn(written, item, node.style === 'flow'))
    case 'mapping': {
      const flow = node.style === 'flow'
      return firstOf(
        node.entries,
        (entry) =>
          emptyKey(entry) ??
          (flow ? gluedColon(written, entry) : undefined) ??
          divergenceIn(written, entry.key, flow) ??
          divergenceIn(written, entry.value, flow),
      )
    }
  }
}

function scalarDivergence(written: WrittenDocument, node: Scalar, inFlow: boolean): YamlProblem | undefined {
  const text = textOf(written, node)
  switch (node.style) {
    case 'plain':
      if (!inFlow || !/^:|\?/.test(text)) return undefined
      return new YamlProblem(
        node.start,
        'Kubernetes splits plain text within brackets at a ? or a colon: quote it',
      )
    case 'single':
      return undefined
    case 'double':
      if (!/\\\r?\n[ \t]*\r?\n/.test(text)) return undefined
      return new YamlProblem(
        node.start,
        'readers differ on a blank line behind an escaped line break: write \\n',
      )
    case 'literal':
    case 'folded':
      return blockDivergence(written, node, text)
  }
}

/** White space alone in a block scalar: go-yaml takes it for text, or for a line more, where other readers do not. */
function blockDivergence(written: WrittenDocument, node: Scalar, text: string): YamlProblem | undefined {
  const body = text.slice(text.search(/\n|$/))
  const behind = written.text.slice(node.end - written.base, node.end - written.base + 1024)
  const isBlank = /^[ \r\n]*$/.test(body) && (body.includes(' ') || /^ +/.test(behind))
  const isCut = text.slice(0, 3).includes('+') && /(?:^|\n)[ \t]+$/.test(body + behind)
  if (!isBlank && !isCut && !isCutShort(written, node, text)) return undefined
  return new YamlProblem(
    node.start,
    'readers differ on lines of white space at the end of a block scalar: remove them',
  )
}

/**
 * Whether lines of white space follow a block scalar that says how far it is indented. The library measures them by the first
 * line of the text, which may be indented further, and so leaves out what is text.
 */
function isCutShort({ text: whole, base }: WrittenDocument, { end }: Scalar, text: string): boolean {
  if (!/^.[-+]?[1-9]/.test(text)) return false
  const blank = /[ \r\n]*/y
  blank.lastIndex = end - base
  const lines = blank.exec(whole)?.[0] ?? ''
  return / \r?\n/.test(lines) || (lines.endsWith(' ') && blank.lastIndex === whole.length)
}

/** Brackets with nothing between them, for which go-yaml ends the document where they are a key. */
function emptyKey({ key }: Entry): YamlProblem | undefined {
  const isEmpty =
    (key.kind === 'mapping' ? key.entries : key.kind === 'sequence' ? key.items : [1]).length === 0
  return isEmpty
    ? new YamlProblem(key.start, 'Kubernetes does not accept an empty list or mapping as a key')
    : undefined
}

/** A colon directly before a bracket or a comma, which go-yaml takes for a part of the plain key before it. */
function gluedColon({ text, base }: WrittenDocument, { key }: Entry): YamlProblem | undefined {
  if (key.kind !== 'scalar' || key.style !== 'plain') return undefined
  const [colon] = /^[ \t]*:(?=[,[\]{}])/.exec(text.slice(key.end - base, key.end - base + 1024)) ?? []
  if (colon === undefined) return undefined
  return new YamlProblem(key.end + colon.length - 1, 'Kubernetes needs a space after this colon')
}

function textOf({ text, base }: WrittenDocument, { start, end }: YamlNode): string {
  return decodeText(text.slice(start - base, end - base))
}

function firstOf<T>(
  items: readonly T[],
  find: (item: T) => YamlProblem | undefined,
): YamlProblem | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** White space of Unicode that is none to YAML. */
const OTHER_SPACE = /^[ \t\r\n]*[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/

/**
 * Finds what Kubernetes' decoder does before it reads YAML: where a stream begins with a brace, it takes the first value for
 * JSON by itself, and it steps over white space of Unicode to look for that brace (apimachinery,
 * `pkg/util/yaml/decoder.go`, `YAMLOrJSONDecoder.Decode`).
 * @param written the first document of the stream
 * @param root absent where the document has none
 */
export function findHeadDivergence(
  { text, base }: WrittenDocument,
  root: YamlNode | undefined,
): YamlProblem | undefined {
  const head = decodeText(text.slice(0, 256).replace(/[\xc0-\xff][\x80-\xbf]*$/, ''))
  if (OTHER_SPACE.test(head)) {
    return new YamlProblem(
      base,
      'kubectl skips characters at the start of a stream that are not white space in YAML: remove them',
    )
  }
  const brace = /^[ \t\r\n]*\{/.exec(text)?.[0].length
  if (brace === undefined) return undefined
  const isRoot = root?.kind === 'mapping' && root.style === 'flow' && root.start === base + brace - 1
  return isRoot
    ? undefined
    : new YamlProblem(base, 'kubectl reads the braces at the start of this stream as a separate document')
}
