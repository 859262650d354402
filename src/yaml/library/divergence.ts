import type { Entry, Mapping, Scalar, Sequence, YamlNode } from '../nodes.ts'
import { YamlError } from '../reading.ts'
import { BOM, decodeUtf8 } from '../source.ts'
import { readKubernetesBlockScalar } from './kubernetes-block-scalar.ts'

/** The source text of a document, and where in the source it begins. */
export interface DocumentText {
  /** Decoded as Latin-1. */
  readonly text: string
  /** The byte offset of the text in the source. */
  readonly base: number
}

/**
 * Finds text that go-yaml, which Kubernetes uses, reads as other nodes than YAML 1.2: it mostly follows YAML 1.1, and
 * some rules of its own (scannerc.go `yaml_parser_fetch_next_token` and `yaml_parser_scan_plain_scalar`): some anchor names,
 * plain text and colons in flow collections, blank lines in double quotes and block scalars, an unindented block scalar as
 * root node, and empty collections as keys. The scanner does not support such documents.
 * @param root the document's root node, as npm `yaml` has read it
 * @returns an error at the first such text in the order of nodes; undefined if there is none
 */
export function findDivergence(source: DocumentText, root: YamlNode): YamlError | undefined {
  const isBlock = root.kind === 'scalar' && (root.style === 'literal' || root.style === 'folded')
  if (isBlock && /\n[^ \t\r\n]/.test(source.text.slice(root.start - source.base, root.end - source.base))) {
    return new YamlError(
      root.start,
      'to Kubernetes, the text of a document that is a block scalar is indented: indent it',
    )
  }
  return divergenceIn(source, root, AT_ROOT)
}

/** The surroundings of a node. */
interface Context {
  readonly inFlow: boolean
  /** The column of the innermost block mapping or block sequence; -1 at the root. */
  readonly column: number
}

const AT_ROOT: Context = { inFlow: false, column: -1 }

/** @returns the surroundings of the nodes in a collection */
function contextIn({ text, base }: DocumentText, node: Mapping | Sequence, context: Context): Context {
  if (node.style === 'flow') return { inFlow: true, column: context.column }
  const start = node.start - base
  const line = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1
  return { inFlow: false, column: start - line }
}

function divergenceIn(source: DocumentText, node: YamlNode, context: Context): YamlError | undefined {
  const name = node.kind === 'alias' ? node.name : node.anchor
  if (name !== undefined && /[?:%@`]/.test(name)) {
    const reason = `to Kubernetes the anchor name ${name} ends earlier: use only letters, digits, _ and -`
    return new YamlError(node.start, reason)
  }
  switch (node.kind) {
    case 'alias':
      return undefined
    case 'scalar':
      return scalarDivergence(source, node, context)
    case 'sequence': {
      const inside = contextIn(source, node, context)
      return firstOf(node.items, (item) => divergenceIn(source, item, inside))
    }
    case 'mapping': {
      const inside = contextIn(source, node, context)
      return firstOf(
        node.entries,
        (entry) =>
          emptyKey(entry) ??
          (inside.inFlow ? gluedColon(source, entry) : undefined) ??
          divergenceIn(source, entry.key, inside) ??
          divergenceIn(source, entry.value, inside),
      )
    }
  }
}

/** A backslash before a line break and a blank line; two of them are a backslash that is text. */
const ESCAPED_BREAK_BEFORE_BLANK = /(?<!\\)(?:\\\\)*\\\r?\n[ \t]*\r?\n/

function scalarDivergence(
  source: DocumentText,
  node: Scalar,
  { inFlow, column }: Context,
): YamlError | undefined {
  const text = textOf(source, node)
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
      if (!ESCAPED_BREAK_BEFORE_BLANK.test(text)) return undefined
      return new YamlError(
        node.start,
        'readers differ on a blank line behind an escaped line break: write \\n',
      )
    case 'literal':
    case 'folded':
      return blockDivergence(source, node, column)
  }
}

/** Both go-yaml and npm `yaml` differ from YAML 1.2 in blank lines of block scalars. */
function blockDivergence(source: DocumentText, node: Scalar, parent: number): YamlError | undefined {
  const value = readKubernetesBlockScalar(source.text.slice(node.start - source.base), parent)
  // If Kubernetes rejects the scalar, it cannot read another value.
  if (value === undefined || decodeUtf8(value) === node.value) return undefined
  return new YamlError(
    node.start,
    'readers differ on lines of white space at the end of a block scalar: remove them',
  )
}

/** go-yaml ends the document at an empty collection that is a key. */
function emptyKey({ key }: Entry): YamlError | undefined {
  const isEmpty =
    (key.kind === 'mapping' ? key.entries : key.kind === 'sequence' ? key.items : [1]).length === 0
  return isEmpty
    ? new YamlError(key.start, 'Kubernetes does not accept an empty list or mapping as a key')
    : undefined
}

/** go-yaml takes a colon directly before a bracket or a comma for a part of the plain key before it. */
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

/** White space in Unicode, but not in YAML. */
const UNICODE_SPACE = /^[ \t\r\n]*[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/

/**
 * Finds a difference between Kubernetes and YAML 1.2 at the start of a stream. Kubernetes' decoder skips Unicode white space
 * there; and if a brace follows, it reads the value up to the closing brace as JSON, so that this must be the root node
 * (apimachinery, `pkg/util/yaml/decoder.go`, `YAMLOrJSONDecoder.Decode`).
 * @param source the first document of the stream
 * @param root its root node, if it has one
 * @returns an error if the stream starts with white space that is not YAML's, or with a brace that does not start the root
 *   node; else undefined
 */
export function findDivergenceAtStart(
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
 * Finds characters that YAML readers disagree about or wrongly accept: ASCII control characters below the space (other than
 * tabs and line breaks), carriage returns without a line feed, and byte order marks at the start of a later line or after
 * another one at the start of the text. A document with such a character is not read.
 * @param text the document, decoded as Latin-1
 * @param base the byte offset of the text in the source
 * @returns an error for the first character of each of the three kinds, in the order of the text; empty if there is none
 */
export function findMisplacedCharacters(text: string, base: number): YamlError[] {
  const errors: YamlError[] = []
  const control = text.search(CONTROL)
  if (control !== -1) {
    const code = text.charCodeAt(control).toString(16).toUpperCase().padStart(4, '0')
    errors.push(new YamlError(base + control, `the control character U+${code} is not allowed`))
  }
  // YAML and go-yaml read it as a line break, other readers as white space.
  const lone = loneCarriageReturn(text)
  if (lone !== -1) errors.push(new YamlError(base + lone, 'a carriage return stands without a line feed'))
  // go-yaml skips some of them, and counts them as indentation.
  const bom = text.search(BOM_WITHIN)
  if (bom !== -1) {
    const reason = 'there is a byte order mark within the stream: remove it'
    errors.push(new YamlError(base + text.indexOf(BOM, bom + 1), reason))
  }
  return errors.toSorted((a, b) => a.offset - b.offset)
}

function loneCarriageReturn(text: string): number {
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== 0x0a) return at
  }
  return -1
}
