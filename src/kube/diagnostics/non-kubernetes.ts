import type { Severity } from '../../diagnostics/catalogue-entry.ts'
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { keyText, resolveAlias } from '../../yaml/lookup.ts'
import type { Mapping, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import { positionAt } from '../../yaml/position.ts'
import type { Source } from '../../yaml/source.ts'
import { type GroupVersionKind, gvkOfDocument, gvkOfType } from '../gvk.ts'
import { itemsKeyOf, resourcesOf } from '../resource.ts'
import { isToolConfiguration } from '../tables/lookup.ts'
import { halfItems, halfTyped, halfUntyped, halfWord } from './half-object.ts'
import { buildAdvice, type NonObject, recognizeNonObject } from './look-alike.ts'

/** The parsed documents of a stream. */
interface Stream {
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  /** The errors of the documents that cannot be parsed. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Whether a stream has a Kubernetes object that a cluster could accept. */
export function holdsObject({ documents }: Pick<Stream, 'documents'>): boolean {
  return documents.some((document) => nonObjectIn(document) === undefined && isObject(document))
}

/** What tells of a stream whether it holds a Kubernetes object; not the stream itself, which a run need not keep. */
export interface ObjectFacts {
  readonly holdsObject: boolean
  /** Whether it has an object, half of one, or a document that cannot be parsed and may be one. */
  readonly mayHoldObject: boolean
  /** `INPUT_WITHOUT_OBJECTS` for its first document that is neither empty nor an object, if it has no object. */
  readonly finding: Diagnostic | undefined
}

export function objectFactsOf(stream: Stream): ObjectFacts {
  if (holdsObject(stream)) return { holdsObject: true, mayHoldObject: true, finding: undefined }
  if (mayHoldObject(stream) || holdsHalf(stream))
    return { holdsObject: false, mayHoldObject: true, finding: undefined }
  const [first] = nonObjectsIn(stream)
  const finding = first && diagnosticOf('INPUT_WITHOUT_OBJECTS', 'warning', first)
  return { holdsObject: false, mayHoldObject: false, finding }
}

/**
 * Reports streams that are not empty but hold no Kubernetes object: messages of another program, or a file that must be rendered
 * first. Empty lists are accepted, and a document that cannot be parsed may be a manifest if it names a kind. Half an object is
 * reported by `documentDiagnostics`.
 *
 * @param streams of one run: a folder may hold other files beside manifests
 */
export function inputWithoutObjectsDiagnostics(streams: readonly ObjectFacts[]): readonly Diagnostic[] {
  if (streams.some(({ mayHoldObject }) => mayHoldObject)) return []
  return streams.flatMap(({ finding }) => finding ?? []).slice(0, 1)
}

/** Whether a stream certainly has no Kubernetes object: a document that cannot be parsed may be one. */
export function holdsNoKubernetes(stream: Stream): boolean {
  return (
    stream.diagnostics.length === 0 && !holdsObject(stream) && !holdsHalf(stream) && !holdsEmptyList(stream)
  )
}

/** Reports that a named stream holds no object, with what it looks like and what to do. */
export function nonKubernetesDiagnostic(stream: Stream, severity: Severity): Diagnostic {
  const file = stream.source.file === undefined ? {} : { file: stream.source.file }
  const [first = { found: 'it is empty', advice: WAS_IT_WRITTEN, at: file }] = nonObjectsIn(stream)
  return diagnosticOf('DOCUMENT_WITHOUT_OBJECT', severity, first)
}

const WAS_IT_WRITTEN = 'look at what wrote it: did it fail?'

/** Which documents that are not Kubernetes objects are errors instead of warnings. */
export interface DocumentRequirements {
  /** Whether half an object is an error. */
  readonly isStrict: boolean
  /** Whether every document that is not an object is an error. */
  readonly requirePinned: boolean
}

/**
 * Reports documents that are not Kubernetes objects in a stream that also has objects. Half an object, such as one that has only one of
 * `apiVersion` and `kind`, is reported in any stream, because a truncated stream may end with it.
 * @param stream all documents of a stream, or some
 * @param whole all of them
 */
export function documentDiagnostics(
  stream: Stream,
  { isStrict, requirePinned }: DocumentRequirements,
  whole: Pick<Stream, 'documents'> = stream,
): Diagnostic[] {
  const nonObjects = [...untypedDocuments(stream), ...halfListItems(stream)]
  if (nonObjects.length === 0) return []
  const isMixed = holdsObject(stream) || holdsObject(whole)
  return nonObjects.flatMap((one) => {
    if (one.half) {
      return [diagnosticOf('DOCUMENT_WITHOUT_OBJECT', isStrict || requirePinned ? 'error' : 'warning', one)]
    }
    return isMixed ? [diagnosticOf('DOCUMENT_WITHOUT_OBJECT', requirePinned ? 'error' : 'warning', one)] : []
  })
}

interface LocatedNonObject extends NonObject {
  readonly at: Location
}

function diagnosticOf(
  code: 'INPUT_WITHOUT_OBJECTS' | 'DOCUMENT_WITHOUT_OBJECT',
  severity: Severity,
  { found, advice, at }: LocatedNonObject,
): Diagnostic {
  return { code, severity, args: { found, advice }, at }
}

/** A key that every manifest has, as YAML or as JSON. */
const TYPED = /\b(?:apiVersion|kind)["']?[ \t]*:/

function mayHoldObject({ source, diagnostics }: Stream): boolean {
  if (diagnostics.length === 0) return false
  return diagnostics.some(({ code }) => code !== 'YAML_INVALID') || TYPED.test(source.text)
}

function nonObjectsIn(stream: Stream): LocatedNonObject[] {
  const [broken] = stream.diagnostics
  if (broken !== undefined) {
    return [{ found: 'it is not valid YAML either', advice: STEP_BEFORE, at: broken.at ?? {} }]
  }
  return stream.documents.flatMap((document) => locate(stream, document, nonObjectIn(document, stream)))
}

/** The documents without a type, and half objects. The configuration of a tool has a type, and may be meant for that tool. */
function untypedDocuments(stream: Stream): LocatedNonObject[] {
  return stream.documents.flatMap((document) => {
    if (document.unparsed !== undefined) return []
    const nonObject = nonObjectIn(document, stream)
    return nonObject?.half || gvkOfDocument(document) === undefined ? locate(stream, document, nonObject) : []
  })
}

/** The items of lists that are half an object. The list around them is an object. */
function halfListItems(stream: Stream): LocatedNonObject[] {
  return stream.documents.flatMap((document) => {
    if (document.unparsed !== undefined || document.contents === undefined) return []
    const gvk = gvkOfDocument(document)
    if (gvk === undefined || itemsKeyOf(gvk) === undefined) return []
    const root = resolveAlias(document.contents)
    if (root.kind !== 'mapping') return []
    return halfItems(root, gvk).map(({ node, ...half }) => at(stream, document, node, half))
  })
}

function locate(
  stream: Stream,
  document: YamlDocument,
  nonObject: NonObject | undefined,
): LocatedNonObject[] {
  if (nonObject === undefined || document.contents === undefined) return []
  return [at(stream, document, document.contents, nonObject)]
}

function at(
  { source }: Stream,
  document: YamlDocument,
  { start }: YamlNode,
  nonObject: NonObject,
): LocatedNonObject {
  const file = source.file === undefined ? {} : { file: source.file }
  return { ...nonObject, at: { ...file, document: document.index + 1, ...positionAt(source, start) } }
}

function holdsHalf(stream: Stream): boolean {
  return stream.documents.some((document) => nonObjectIn(document, stream)?.half === true)
}

/** An empty list is an object for kubectl, but holds none. */
function holdsEmptyList({ documents }: Stream): boolean {
  return documents.some(
    (document) =>
      document.unparsed === undefined &&
      gvkOfDocument(document) !== undefined &&
      nonObjectIn(document) === undefined,
  )
}

/** Whether a document is an object, or a list of objects. One that was not parsed is. */
function isObject(document: YamlDocument): boolean {
  return document.unparsed !== undefined || resourcesOf(document).length > 0
}

/** @returns what a document is that is neither empty nor a Kubernetes object */
function nonObjectIn(document: YamlDocument, stream?: Pick<Stream, 'source'>): NonObject | undefined {
  const { unparsed } = document
  const file = stream?.source.file
  if (unparsed !== undefined) return toolConfiguration(gvkOfType(unparsed), file)
  const { contents } = document
  const root = contents === undefined ? undefined : resolveAlias(contents)
  if (root === undefined || (root.kind === 'scalar' && root.isNull)) return undefined
  if (root.kind !== 'mapping') {
    const half = stream === undefined ? undefined : halfWord(document, stream.source)
    if (half !== undefined) return half
  }
  if (root.kind === 'scalar') return { found: `it is text (${quoted(root.value)})`, advice: MESSAGES }
  if (root.kind === 'sequence') return { found: 'it is a list', advice: STEP_BEFORE }
  const gvk = gvkOfDocument(document)
  if (gvk === undefined) return untyped(root, file)
  // The answer of an API server in place of an object (apimachinery, pkg/apis/meta/v1/types.go `Status`).
  if (gvk.group !== '' || gvk.kind !== 'Status')
    return toolConfiguration(gvk, file) ?? halfTyped(root, gvk, document.end === stream?.source.bytes.length)
  const message = root.stringAt('message') ?? root.stringAt('status') ?? 'nothing'
  return { found: `an API server answered: ${message}`, advice: STEP_BEFORE }
}

function untyped(root: Mapping, file: string | undefined): NonObject {
  const known = recognizeNonObject(root, file)
  if (known !== undefined) return known
  const half = halfUntyped(root)
  return half ?? { found: `it has no apiVersion and no kind${shownKeys(root)}`, advice: STEP_BEFORE }
}

const STEP_BEFORE =
  'check the previous step: did it fail without pipefail, print more than manifests, or skip a function?'
const MESSAGES = 'check the previous step: did it fail, or did 2>&1 mix its messages with the manifests?'
const LONGEST_QUOTE = 60

function quoted(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return `"${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}"`
}

function toolConfiguration(gvk: GroupVersionKind, file: string | undefined): NonObject | undefined {
  if (!isToolConfiguration(gvk)) return undefined
  const found = `a ${gvk.kind} is read by a tool, not by a cluster`
  return {
    found,
    advice: gvk.kind === 'Kustomization' ? buildAdvice(file) : 'run that tool, and give Pinpull its output',
  }
}

const SHOWN_KEYS = 3

/** The first keys of a mapping, by which people recognize a file. */
function shownKeys({ entries }: Mapping): string {
  const keys = entries.flatMap((entry) => keyText(entry) ?? [])
  const more = keys.length > SHOWN_KEYS ? ', …' : ''
  return keys.length === 0 ? '' : `; its top-level keys: ${keys.slice(0, SHOWN_KEYS).join(', ')}${more}`
}
