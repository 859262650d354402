import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { EmbeddedText } from '../kube/embedded-text.ts'
import type { ImageField } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import type { Change } from '../yaml/edit/nested-text.ts'
import { aliasesOf, formatPath } from '../yaml/lookup.ts'
import type { Alias, Mapping, NodeChange, Scalar } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'

/**
 * A change that is requested for one image field: `set` replaces the value of a node, `insert` adds an entry to a mapping. A
 * field whose value must stay the same requests its current value, so that no other field can change a value that both share
 * through a YAML anchor.
 */
export type RequestedChange = SetRequest | InsertRequest

interface SetRequest {
  readonly kind: 'set'
  readonly field: ImageField
  readonly node: Scalar | Alias
  readonly value: string
}

interface InsertRequest {
  readonly kind: 'insert'
  readonly field: ImageField
  readonly mapping: Mapping
  readonly afterKey: number
  readonly key: string
  readonly value: string
}

/** The changes to make in a stream, and the conflicts between the requests for them. */
export interface MergedChanges {
  readonly changes: readonly Change[]
  /**
   * A `YAML_ALIAS_CONFLICT` for each request that contradicts an earlier one, or that would change an alias that is no image field.
   * If there is any, the changes must not be applied.
   */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Merges the requests of all image fields of a stream into changes of its documents. Fields that share a node, through an alias
 * of a collection or a merge key, must request the same value. An anchored scalar is only changed if each of its aliases belongs
 * to a field as well: otherwise the change would also affect something that is not an image. An alias whose field requests
 * another value than the scalar gets is replaced by that value. Requests of the current value become no change, and those in one
 * embedded text become one `nest` change.
 * @param requests in document order
 */
export function mergeChanges(requests: readonly RequestedChange[], source: Source): MergedChanges {
  const diagnostics: Diagnostic[] = []
  const sets = new Map<Scalar | Alias, SetRequest>()
  const inserts = new Map<Mapping, Map<string, InsertRequest>>()

  for (const request of requests) {
    const existing =
      request.kind === 'set' ? sets.get(request.node) : inserts.get(request.mapping)?.get(request.key)
    if (existing !== undefined) {
      if (existing.value !== request.value) diagnostics.push(conflict(request, existing, source))
    } else if (request.kind === 'set') {
      sets.set(request.node, request)
    } else {
      const keys = inserts.get(request.mapping) ?? new Map()
      inserts.set(request.mapping, keys.set(request.key, request))
    }
  }

  const accepted: RequestedChange[] = []
  for (const request of sets.values()) {
    const { node, field, value } = request
    if (node.kind === 'alias') {
      const { target } = node
      const current = target.kind === 'scalar' ? (sets.get(target)?.value ?? target.value) : undefined
      if (current !== value) accepted.push(request)
    } else if (node.isNull || node.value !== value) {
      const aliases = aliasesOf(field.embedded?.document ?? field.document, node)
      if (aliases.every((alias) => sets.has(alias))) accepted.push(request)
      else diagnostics.push(aliasConflict(request, node, source))
    }
  }
  for (const keys of inserts.values()) accepted.push(...keys.values())
  return { changes: nestChanges(accepted), diagnostics }
}

/** Puts the changes within each embedded text into one change of that text. */
function nestChanges(requests: readonly RequestedChange[]): Change[] {
  const changes: Change[] = []
  const byText = new Map<EmbeddedText, NodeChange[]>()
  for (const { field, ...change } of requests) {
    const text = field.embedded?.text
    if (text === undefined) changes.push(change)
    else byText.set(text, [...(byText.get(text) ?? []), change])
  }
  for (const [text, changesOfText] of byText) changes.push({ kind: 'nest', ...text, changes: changesOfText })
  return changes
}

function conflict(request: RequestedChange, existing: RequestedChange, source: Source): Diagnostic {
  const args = { first: describe(existing), second: describe(request) }
  return { code: 'YAML_ALIAS_CONFLICT', severity: 'error', args, at: locationOf(request.field, source) }
}

function aliasConflict(request: SetRequest, node: Scalar, source: Source): Diagnostic {
  const args = { first: describe(request), second: `${node.value} at an alias that is not an image field` }
  return { code: 'YAML_ALIAS_CONFLICT', severity: 'error', args, at: locationOf(request.field, source) }
}

function describe(request: RequestedChange): string {
  const value = request.kind === 'set' ? request.value : `${request.key}: ${request.value}`
  return `${value} at ${formatPath(request.field.path)}`
}
