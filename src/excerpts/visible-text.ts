import type { FieldOptions } from '../kube/find/field-options.ts'
import { findImages } from '../kube/find/find-images.ts'
import type { ImageField } from '../kube/image-field.ts'
import type { Stream } from '../plan/stream-decisions.ts'
import { keyText } from '../yaml/lookup.ts'
import type { Entry, YamlDocument, YamlNode } from '../yaml/nodes.ts'

/** A scalar of a document, as bytes of its source. */
export interface Token {
  readonly start: number
  readonly end: number
  /** The value, to compare it with what a message shows; absent for a key. */
  readonly value?: string
  readonly isVisible: boolean
}

/** What of a document may be shown. Bytes outside of the tokens are indicators, anchors, tags and comments. */
export interface VisibleText {
  /** In ascending order, without overlaps. */
  readonly tokens: readonly Token[]
  /** Ranges of which nothing may be shown: objects that are Secrets. */
  readonly secrets: readonly { readonly start: number; readonly end: number }[]
}

/** Keys whose values identify an object, or are parts of an image. */
const VISIBLE_KEYS: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'name',
  'namespace',
  'image',
  'reference',
  'imagePullPolicy',
  'pullPolicy',
  'registry',
  'repository',
  'tag',
  'digest',
])

/** What names, references and policies consist of. A longer text, or one with spaces, is something else. */
const WORD = /^[\w.\-/:@$(){}*+~]{1,300}$/

/** Keys that are read as they are: identifiers, and names with a prefix as annotations have. */
const KEY = /^(?:<<|[\w.\-/$]{1,300})$/

/** Also `SecretList`, whose items have no kind of their own, and SealedSecret and the like. */
const SECRET = /secret/i

/**
 * Decides what of each document of a stream may be shown: keys, names of objects and containers, images, pull policies, and
 * Pinpull's annotations. Everything else may be a password, also in an environment variable, an argument or an annotation.
 * @param options the fields of the profile, as for `findImages`
 * @returns undefined for a document that has errors
 */
export function createVisibleText(
  stream: Pick<Stream, 'source' | 'documents'>,
  options: FieldOptions,
): (document: YamlDocument) => VisibleText | undefined {
  const known = new Map<YamlDocument, VisibleText | undefined>()
  let fields: Map<YamlDocument, ImageField[]> | undefined
  return (document) => {
    if (known.has(document)) return known.get(document)
    fields ??= Map.groupBy(
      findImages(stream.documents, stream.source, options).fields,
      (field) => field.document,
    )
    const { contents } = document
    const text =
      contents === undefined ? undefined : visibleTextOf(document, contents, fields.get(document) ?? [])
    known.set(document, text)
    return text
  }
}

function visibleTextOf(
  document: YamlDocument,
  contents: YamlNode,
  fields: readonly ImageField[],
): VisibleText {
  const found: Found = { tokens: [], secrets: [] }
  if (isSecret(contents)) found.secrets.push({ start: document.start, end: document.end })
  else collectNode(contents, false, found)
  // Fields within a text come after the string that contains them, which they divide.
  return { tokens: withVisible(found.tokens, fields.flatMap(rangesOf)), secrets: found.secrets }
}

interface Found {
  readonly tokens: Token[]
  readonly secrets: { readonly start: number; readonly end: number }[]
}

function isSecret(node: YamlNode): boolean {
  return node.kind === 'mapping' && SECRET.test(node.stringAt('kind') ?? '')
}

function collectNode(node: YamlNode, isVisible: boolean, found: Found): void {
  switch (node.kind) {
    case 'alias':
      // The name of an anchor, which is no value.
      found.tokens.push({ start: node.start, end: node.end, isVisible: true })
      return
    case 'scalar': {
      const { start, end, value } = node
      const isShown = (isVisible && WORD.test(value)) || node.isNull
      if (end > start) found.tokens.push({ start, end, value, isVisible: isShown })
      return
    }
    case 'sequence':
      for (const item of node.items) collectNode(item, false, found)
      return
    case 'mapping':
      if (isSecret(node)) found.secrets.push(node)
      else for (const entry of node.entries) collectEntry(entry, found)
  }
}

function collectEntry(entry: Entry, found: Found): void {
  const { key, value } = entry
  const text = keyText(entry)
  if (key.kind !== 'scalar') collectNode(key, false, found)
  else if (key.end > key.start)
    found.tokens.push({ start: key.start, end: key.end, isVisible: KEY.test(text ?? key.value) })
  const isVisible = text !== undefined && (VISIBLE_KEYS.has(text) || text.startsWith('pinpull.dev/'))
  collectNode(value, isVisible && value.kind === 'scalar', found)
}

type Range = Pick<Token, 'start' | 'end'>

/** The image and the pull policy of a field, and the value of an anchor if the image is an alias. */
function rangesOf({ node, scalar, policy, embedded }: ImageField): Range[] {
  const entry = policy?.entry
  const nodes = [node, scalar, ...(entry === undefined ? [] : [entry.key, entry.value])]
  if (embedded === undefined) return nodes
  const { mapEdit } = embedded.text.text
  return nodes
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => mapEdit({ start, end, text: '' }))
}

/** Makes ranges visible: they are tokens themselves, or within one. */
function withVisible(tokens: readonly Token[], ranges: readonly Range[]): Token[] {
  const shown = ranges.filter(({ start, end }) => end > start).toSorted((a, b) => a.start - b.start)
  let next = 0
  return tokens
    .toSorted((a, b) => a.start - b.start)
    .flatMap((token) => {
      while ((shown[next]?.end ?? Number.POSITIVE_INFINITY) <= token.start) next += 1
      const parts: Token[] = []
      let at = token.start
      for (let i = next; (shown[i]?.start ?? Number.POSITIVE_INFINITY) < token.end; i += 1) {
        const { start, end } = shown[i] as Range
        if (start < at || end > token.end) continue
        if (start === token.start && end === token.end) return [{ ...token, isVisible: true }]
        if (start > at) parts.push({ start: at, end: start, isVisible: token.isVisible })
        parts.push({ start, end, isVisible: true })
        at = end
      }
      if (parts.length === 0) return [token]
      if (at < token.end) parts.push({ start: at, end: token.end, isVisible: token.isVisible })
      return parts
    })
}

/** For documents with errors: what may be shown of a line is its key. */
export const LINE_KEY = /^(\s*(?:- +)*)([\w.\-/$]{1,60}:)(?=\s|$)/

/** Whether a text without a readable document may hold a Secret. */
export function mayBeSecret(text: string): boolean {
  return SECRET.test(text)
}
