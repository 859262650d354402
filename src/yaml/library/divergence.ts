import type { Entry, Mapping, Scalar, Sequence, YamlNode } from '../nodes.ts'
import { YamlError } from '../reading.ts'
import { BOM, decodeUtf8 } from '../source.ts'
import { readKubernetesBlockScalar } from './kubernetes-block-scalar.ts'

/** A document as it is written. */
export interface DocumentText {
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
export function findDivergence(written: DocumentText, root: YamlNode): YamlError | undefined {
  const isBlock = root.kind === 'scalar' && (root.style === 'literal' || root.style === 'folded')
  if (
    isBlock &&
    /\n[^ \t\r\n]/.test(written.text.slice(root.start - written.base, root.end - written.base))
  ) {
    return new YamlError(
      root.start,
      'to Kubernetes, the text of a document that is a block scalar is indented: indent it',
    )
  }
  return divergenceIn(written, root, AT_ROOT)
}

/** What is around a node. */
interface Context {
  readonly inFlow: boolean
  /** The column of the innermost block mapping or block sequence; -1 at the root. */
  readonly column: number
}

const AT_ROOT: Context = { inFlow: false, column: -1 }

/** What is around the nodes in a collection. */
function contextIn({ text, base }: DocumentText, node: Mapping | Sequence, around: Context): Context {
  if (node.style === 'flow') return { inFlow: true, column: around.column }
  const start = node.start - base
  const line = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1
  return { inFlow: false, column: start - line }
}

function divergenceIn(written: DocumentText, node: YamlNode, around: Context): YamlError | undefined {
  const name = node.kind === 'alias' ? node.name : node.anchor
  if (name !== undefined && /[?:%@`]/.test(name)) {
    const reason = `to Kubernetes the anchor name ${name} ends earlier: use only letters, digits, _ and -`
    return new YamlError(node.start, reason)
  }
  switch (node.kind) {
    case 'alias':
      return undefined
    case 'scalar':
      return scalarDivergence(written, node, around)
    case 'sequence': {
      const inside = contextIn(written, node, around)
      return firstOf(node.items, (item) => divergenceIn(written, item, inside))
    }
    case 'mapping': {
      const inside = contextIn(written, node, around)
      return firstOf(
        node.entries,
        (entry) =>
          emptyKey(entry) ??
          (inside.inFlow ? gluedColon(written, entry) : undefined) ??
          divergenceIn(written, entry.key, inside) ??
          divergenceIn(written, entry.value, inside),
      )
    }
  }
}

function scalarDivergence(
  written: DocumentText,
  node: Scalar,
  { inFlow, column }: Context,
): YamlError | undefined {
  const text = textOf(written, node)
  switch (node.style) {
    case 'plain':
      if (!inFlow || !/^:|\?/.test(text)) return undefined
      return new YamlError(
        node.start,
        'Kubernetes splits plain text within brackets at a ? or a colon: quote it',
      )
    case 'single':
      return undefined
    case 'double':
      if (!/\\\r?\n[ \t]*\r?\n/.test(text)) return undefined
      return new YamlError(
        node.start,
        'readers differ on a blank line behind an escaped line break: write \\n',
      )
    case 'literal':
    case 'folded':
      return blockDivergence(written, node, column)
  }
}

/** Lines of white space in a block scalar are measured by go-yaml, and by npm `yaml`, otherwise than by YAML 1.2. */
function blockDivergence(written: DocumentText, node: Scalar, parent: number): YamlError | undefined {
  const value = readKubernetesBlockScalar(written.text.slice(node.start - written.base), parent)
  // Where Kubernetes refuses it, nothing is applied.
  if (value === undefined || decodeUtf8(value) === node.value) return undefined
  return new YamlError(
    node.start,
    'readers differ on lines of white space at the end of a block scalar: remove them',
  )
}

/** Brackets with nothing between them, for which go-yaml ends the document where they are a key. */
function emptyKey({ key }: Entry): YamlError | undefined {
  const isEmpty =
    (key.kind === 'mapping' ? key.entries : key.kind === 'sequence' ? key.items : [1]).length === 0
  return isEmpty
    ? new YamlError(key.start, 'Kubernetes does not accept an empty list or mapping as a key')
    : undefined
}

/** A colon directly before a bracket or a comma, which go-yaml takes for a part of the plain key before it. */
function gluedColon({ text, base }: DocumentText, { key }: Entry): YamlError | undefined {
  if (key.kind !== 'scalar' || key.style !== 'plain') return undefined
  const [colon] = /^[ \t]*:(?=[,[\]{}])/.exec(text.slice(key.end - base, key.end - base + 1024)) ?? []
  if (colon === undefined) return undefined
  return new YamlError(key.end + colon.length - 1, 'Kubernetes needs a space after this colon')
}

function textOf({ text, base }: DocumentText, { start, end }: YamlNode): string {
  return decodeUtf8(text.slice(start - base, end - base))
}

function firstOf<T>(items: readonly T[], find: (item: T) => YamlError | undefined): YamlError | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** White space of Unicode that is none to YAML. */
const UNICODE_SPACE = /^[ \t\r\n]*[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/

/**
 * Finds what Kubernetes' decoder does before it reads YAML: where a stream begins with a brace, it takes the first value for
 * JSON by itself, and it steps over white space of Unicode to look for that brace (apimachinery,
 * `pkg/util/yaml/decoder.go`, `YAMLOrJSONDecoder.Decode`).
 * @param written the first document of the stream
 * @param root absent where the document has none
 */
export function findHeadDivergence(
  { text, base }: DocumentText,
  root: YamlNode | undefined,
): YamlError | undefined {
  const head = decodeUtf8(text.slice(0, 256).replace(/[\xc0-\xff][\x80-\xbf]*$/, ''))
  if (UNICODE_SPACE.test(head)) {
    return new YamlError(
      base,
      'kubectl skips characters at the start of a stream that are not white space in YAML: remove them',
    )
  }
  const brace = /^[ \t\r\n]*\{/.exec(text)?.[0].length
  if (brace === undefined) return undefined
  const isRoot = root?.kind === 'mapping' && root.style === 'flow' && root.start === base + brace - 1
  return isRoot
    ? undefined
    : new YamlError(base, 'kubectl reads the braces at the start of this stream as a separate document')
}

/** Everything below a space but tab, line feed and carriage return (YAML 1.2.2, rule 1 `c-printable`). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/

/** A byte order mark that begins a line, or follows another one that begins the text. */
const BOM_WITHIN = /\n\u00ef\u00bb\u00bf|^(?:\u00ef\u00bb\u00bf){2}/

/**
 * Finds the characters that YAML readers disagree about or let pass: a document with one is refused unread. Reported
 * are the first of each sort.
 * @param text of the document, decoded as latin1
 * @param base where in the source it begins
 * @returns in ascending order
 */
export function findMisplacedCharacters(text: string, base: number): YamlError[] {
  const problems: YamlError[] = []
  const control = text.search(CONTROL)
  if (control !== -1) {
    const code = text.charCodeAt(control).toString(16).toUpperCase().padStart(4, '0')
    problems.push(new YamlError(base + control, `the control character U+${code} is not allowed`))
  }
  // A line break to YAML and go-yaml, white space to other readers.
  const lone = loneCarriageReturn(text)
  if (lone !== -1) problems.push(new YamlError(base + lone, 'a carriage return stands without a line feed'))
  // go-yaml steps over some, and takes what follows to be indented by it.
  const mark = text.search(BOM_WITHIN)
  if (mark !== -1) {
    const reason = 'there is a byte order mark within the stream: remove it'
    problems.push(new YamlError(base + text.indexOf(BOM, mark + 1), reason))
  }
  return problems.toSorted((a, b) => a.offset - b.offset)
}

function loneCarriageReturn(text: string): number {
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== 0x0a) return at
  }
  return -1
}
