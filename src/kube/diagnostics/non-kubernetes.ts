import type { Severity } from '../../diagnostics/catalogue-entry.ts'
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { keyText, resolveAlias } from '../../yaml/lookup.ts'
import type { Mapping, YamlDocument } from '../../yaml/nodes.ts'
import { positionAt } from '../../yaml/position.ts'
import type { Source } from '../../yaml/source.ts'
import { type GroupVersionKind, gvkOf, gvkOfType } from '../gvk.ts'
import { resourcesOf } from '../resource.ts'
import { isToolConfiguration } from '../tables/lookup.ts'
import { BUILD_IT, type NonObject, recognizeNonObject } from './look-alike.ts'

/** A stream as it was read. */
interface Stream {
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  /** What is wrong with the documents that cannot be read. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Whether a stream holds something that a cluster could take. */
export function holdsObject({ documents }: Pick<Stream, 'documents'>): boolean {
  return documents.some((document) => strangerIn(document) === undefined && isObject(document))
}

/**
 * What is to be said of streams in which there is something, but not one Kubernetes object: what another program had
 * to say where manifests were expected, or a file that nothing has been made of yet. Streams that are empty or hold
 * lists of nothing are well, and what cannot be read may be a manifest, unless it names no kind. Half an object has a finding
 * of its own.
 *
 * @param streams of one run: a folder may hold other files beside manifests
 */
export function inputWithoutObjectsDiagnostics(streams: readonly Stream[]): readonly Diagnostic[] {
  if (streams.some((stream) => holdsObject(stream) || mayHoldObject(stream) || holdsHalf(stream))) return []
  const [first] = streams.flatMap(strangersIn)
  return first === undefined ? [] : [findingOf('INPUT_WITHOUT_OBJECTS', 'warning', first)]
}

/** Whether nothing in a stream is an object, or may be one: what is in it, where there is anything, is something else. */
export function holdsNoKubernetes(stream: Stream): boolean {
  return (
    stream.diagnostics.length === 0 && !holdsObject(stream) && !holdsHalf(stream) && !holdsEmptyList(stream)
  )
}

/** What is to be said of a stream that was named and holds no object: what it looks like, and what to do with it. */
export function nonKubernetesDiagnostic(stream: Stream, severity: Severity): Diagnostic {
  const file = stream.source.file === undefined ? {} : { file: stream.source.file }
  const [first = { found: 'it is empty', advice: WAS_IT_WRITTEN, at: file }] = strangersIn(stream)
  return findingOf('DOCUMENT_WITHOUT_OBJECT', severity, first)
}

const WAS_IT_WRITTEN = 'look at what wrote it: did it fail?'

/** How much it weighs that a document is no object. */
export interface DocumentRequirements {
  /** Whether the stream is meant for a cluster that takes nothing unproved: half an object is an error. */
  readonly isStrict: boolean
  /** Whether every document has to be proved: any that is none is an error. */
  readonly requirePinned: boolean
}

/**
 * What is to be said of the documents of a stream that are no objects beside those that are; and of half an object, with only one
 * of `apiVersion` and `kind`, wherever it stands: a stream that was cut looks like that.
 */
export function documentDiagnostics(
  stream: Stream,
  { isStrict, requirePinned }: DocumentRequirements,
): Diagnostic[] {
  const strangers = strangersAmong(stream)
  if (strangers.length === 0) return []
  const isMixed = holdsObject(stream)
  return strangers.flatMap((one) => {
    if (one.half) {
      return [findingOf('DOCUMENT_WITHOUT_OBJECT', isStrict || requirePinned ? 'error' : 'warning', one)]
    }
    return isMixed ? [findingOf('DOCUMENT_WITHOUT_OBJECT', requirePinned ? 'error' : 'info', one)] : []
  })
}

interface Placed extends NonObject {
  readonly at: Location
}

function findingOf(
  code: 'INPUT_WITHOUT_OBJECTS' | 'DOCUMENT_WITHOUT_OBJECT',
  severity: Severity,
  { found, advice, at }: Placed,
): Diagnostic {
  return { code, severity, args: { found, advice }, at }
}

/** What every manifest has somewhere, be it as YAML or as JSON. */
const TYPED = /\b(?:apiVersion|kind)["']?[ \t]*:/

function mayHoldObject({ source, diagnostics }: Stream): boolean {
  if (diagnostics.length === 0) return false
  return diagnostics.some(({ code }) => code !== 'YAML_INVALID') || TYPED.test(source.text)
}

function strangersIn(stream: Stream): Placed[] {
  const [broken] = stream.diagnostics
  if (broken !== undefined) {
    return [{ found: 'it is not valid YAML either', advice: STEP_BEFORE, at: broken.at ?? {} }]
  }
  return stream.documents.flatMap((document) => placed(stream, document, strangerIn(document, stream)))
}

/** Those that say of no type that they are of it; what is for a tool may stand in a stream for it. */
function strangersAmong(stream: Stream): Placed[] {
  return stream.documents.flatMap((document) =>
    document.unparsed === undefined && !hasType(document)
      ? placed(stream, document, strangerIn(document, stream))
      : [],
  )
}

function hasType({ contents }: YamlDocument): boolean {
  const root = contents === undefined ? undefined : resolveAlias(contents)
  return root?.kind === 'mapping' && gvkOf(root) !== undefined
}

function placed({ source }: Stream, document: YamlDocument, stranger: NonObject | undefined): Placed[] {
  if (stranger === undefined || document.contents === undefined) return []
  const file = source.file === undefined ? {} : { file: source.file }
  const { start } = document.contents
  return [{ ...stranger, at: { ...file, document: document.index + 1, ...positionAt(source, start) } }]
}

function holdsHalf(stream: Stream): boolean {
  return stream.documents.some((document) => strangerIn(document, stream)?.half === true)
}

/** A list of nothing is an object to kubectl, and holds none. */
function holdsEmptyList({ documents }: Stream): boolean {
  return documents.some(
    (document) => document.unparsed === undefined && hasType(document) && strangerIn(document) === undefined,
  )
}

/** Whether a document says that it is an object, or a list of some. One that was not read for its type is. */
function isObject(document: YamlDocument): boolean {
  return document.unparsed !== undefined || resourcesOf(document).length > 0
}

/** What a document is that is neither empty nor a Kubernetes object. */
function strangerIn(document: YamlDocument, stream?: Pick<Stream, 'source'>): NonObject | undefined {
  const { unparsed } = document
  if (unparsed !== undefined) return strangerType(gvkOfType(unparsed))
  const { contents } = document
  const root = contents === undefined ? undefined : resolveAlias(contents)
  if (root === undefined || (root.kind === 'scalar' && root.isNull)) return undefined
  if (root.kind === 'scalar') return { found: `it is text (${quoted(root.value)})`, advice: MESSAGES }
  if (root.kind === 'sequence') return { found: 'it is a list', advice: STEP_BEFORE }
  const gvk = gvkOf(root)
  if (gvk === undefined) return untyped(root, stream?.source.file)
  // What an API server answers in place of an object (apimachinery, pkg/apis/meta/v1/types.go `Status`).
  if (gvk.group !== '' || gvk.kind !== 'Status') return strangerType(gvk)
  const message = root.stringAt('message') ?? root.stringAt('status') ?? 'nothing'
  return { found: `an API server answered: ${message}`, advice: STEP_BEFORE }
}

function untyped(root: Mapping, file: string | undefined): NonObject {
  const known = recognizeNonObject(root, file)
  if (known !== undefined) return known
  const [apiVersion, kind] = [root.stringAt('apiVersion'), root.stringAt('kind')]
  if (apiVersion !== undefined) return halfOf(`apiVersion ${apiVersion}`, 'kind')
  // The kinds of Kubernetes begin with a capital, and those of others often do not: a pipeline of Drone.
  if (kind !== undefined && /^[A-Z]/.test(kind)) return halfOf(`kind ${kind}`, 'apiVersion')
  return { found: `it has no apiVersion and no kind${shownKeys(root)}`, advice: STEP_BEFORE }
}

function halfOf(there: string, missing: string): NonObject {
  const found = `it has ${there} but no ${missing}, so its images are not checked`
  return {
    found,
    advice: 'add the missing one; if it was there, the stream was cut: check the previous step',
    half: true,
  }
}

const STEP_BEFORE =
  'check the previous step: did it fail without pipefail, print more than manifests, or skip a function?'
const MESSAGES = 'check the previous step: did it fail, or did 2>&1 mix its messages with the manifests?'
const LONGEST_QUOTE = 60

function quoted(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return `"${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}"`
}

function strangerType(gvk: GroupVersionKind): NonObject | undefined {
  if (!isToolConfiguration(gvk)) return undefined
  const found = `a ${gvk.kind} is read by a tool, not by a cluster`
  return {
    found,
    advice: gvk.kind === 'Kustomization' ? BUILD_IT : 'run that tool, and give Pinpull its output',
  }
}

const SHOWN_KEYS = 3

/** The first keys of a mapping: they tell what somebody took for a manifest. */
function shownKeys({ entries }: Mapping): string {
  const keys = entries.flatMap((entry) => keyText(entry) ?? [])
  const more = keys.length > SHOWN_KEYS ? ', …' : ''
  return keys.length === 0 ? '' : `; its top-level keys: ${keys.slice(0, SHOWN_KEYS).join(', ')}${more}`
}
