import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import { follow, keyText, stringAt } from '../yaml/lookup.ts'
import type { Mapping, YamlDocument } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'
import { type GroupVersionKind, gvkIn, gvkOf } from './gvk.ts'
import { resourcesOf } from './resource.ts'
import { isToolConfiguration } from './skip.ts'

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
 * lists of nothing are well, and what cannot be read may be a manifest, unless it names no kind.
 *
 * @param streams of one run: a folder may hold other files beside manifests
 */
export function objectlessFindings(streams: readonly Stream[]): readonly Diagnostic[] {
  if (streams.some((stream) => holdsObject(stream) || mayHoldObject(stream))) return []
  return streams.flatMap(strangersIn).slice(0, 1)
}

/** What every manifest has somewhere, be it as YAML or as JSON. */
const TYPED = /\b(?:apiVersion|kind)["']?[ \t]*:/

function mayHoldObject({ source, diagnostics }: Stream): boolean {
  if (diagnostics.length === 0) return false
  return diagnostics.some(({ code }) => code !== 'YAML_INVALID') || TYPED.test(source.text)
}

function strangersIn({ source, documents, diagnostics }: Stream): Diagnostic[] {
  const strange = (found: string, at: Place): Diagnostic => {
    return { code: 'INPUT_WITHOUT_OBJECTS', severity: 'warning', args: { found }, at }
  }
  const [broken] = diagnostics
  if (broken !== undefined) return [strange('it is no YAML either', broken.at ?? {})]
  const file = source.file === undefined ? {} : { file: source.file }
  return documents.flatMap((document) => {
    const found = strangerIn(document)
    if (found === undefined || document.contents === undefined) return []
    const { start } = document.contents
    return [strange(found, { ...file, document: document.index + 1, ...positionAt(source, start) })]
  })
}

/** Whether a document says that it is an object, or a list of some. One that was not read for its type is. */
function isObject(document: YamlDocument): boolean {
  return document.opaque !== undefined || resourcesOf(document).length > 0
}

/** What a document is that is neither empty nor a Kubernetes object. */
function strangerIn(document: YamlDocument): string | undefined {
  const { opaque } = document
  if (opaque !== undefined) return strangerType(gvkIn(opaque))
  const { contents } = document
  const root = contents === undefined ? undefined : follow(contents)
  if (root === undefined || (root.kind === 'scalar' && root.isNull)) return undefined
  if (root.kind === 'scalar') return 'it is text'
  if (root.kind === 'sequence') return 'it is a list'
  const gvk = gvkOf(root)
  if (gvk === undefined) return `it has ${missingTypes(root)}, but ${shownKeys(root)}`
  // What an API server answers in place of an object (apimachinery, pkg/apis/meta/v1/types.go `Status`).
  if (gvk.group !== '' || gvk.kind !== 'Status') return strangerType(gvk)
  return `an API server answered: ${stringAt(root, 'message') ?? stringAt(root, 'status') ?? 'nothing'}`
}

function strangerType(gvk: GroupVersionKind): string | undefined {
  return isToolConfiguration(gvk) ? `a ${gvk.kind} is for a tool to read, and not for a cluster` : undefined
}

function missingTypes(object: Mapping): string {
  return ['apiVersion', 'kind']
    .filter((key) => stringAt(object, key) === undefined)
    .map((key) => `no ${key}`)
    .join(' and ')
}

const SHOWN_KEYS = 3

/** The first keys of a mapping: they tell what somebody took for a manifest. */
function shownKeys({ entries }: Mapping): string {
  const keys = entries.flatMap((entry) => keyText(entry) ?? [])
  const more = keys.length > SHOWN_KEYS ? ', …' : ''
  return `${keys.slice(0, SHOWN_KEYS).join(', ')}${more}` || 'nothing'
}
