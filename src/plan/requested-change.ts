import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { EmbeddedText } from '../kube/embedded-text.ts'
import type { ImageField } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import type { Change } from '../yaml/edit/nested-text.ts'
import { aliasesOf, formatPath } from '../yaml/lookup.ts'
import type { Alias, Mapping, NodeChange, Scalar } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'

/**
 * What one field wants of the text. Wishes that ask for what already stands there count too: they say that this
 * use of an anchored value may not be changed behind the field's back.
 */
export type RequestedChange =
  | {
      readonly kind: 'set'
      readonly field: ImageField
      readonly node: Scalar | Alias
      readonly value: string
    }
  | {
      readonly kind: 'insert'
      readonly field: ImageField
      readonly mapping: Mapping
      readonly afterKey: number
      readonly key: string
      readonly value: string
    }

/** The changes that grant all wishes, and the conflicts between wishes that cannot be granted together. */
export interface MergedChanges {
  readonly changes: readonly Change[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Turns wishes into changes. Fields that share a node through an anchor or a merge key must wish the same of it; an
 * anchored value is changed at its anchor only if every alias of it belongs to a field that wishes the same, since
 * otherwise the change would leak into a place that is no image.
 * @param wishes in document order
 * @param source the text they are about
 */
export function mergeChanges(wishes: readonly RequestedChange[], source: Source): MergedChanges {
  const diagnostics: Diagnostic[] = []
  const sets = new Map<Scalar | Alias, RequestedChange & { kind: 'set' }>()
  const inserts = new Map<Mapping, Map<string, RequestedChange & { kind: 'insert' }>>()

  for (const wish of wishes) {
    const rival = wish.kind === 'set' ? sets.get(wish.node) : inserts.get(wish.mapping)?.get(wish.key)
    if (rival !== undefined) {
      if (rival.value !== wish.value) diagnostics.push(conflict(wish, rival, source))
    } else if (wish.kind === 'set') {
      sets.set(wish.node, wish)
    } else {
      const keys = inserts.get(wish.mapping) ?? new Map()
      inserts.set(wish.mapping, keys.set(wish.key, wish))
    }
  }

  const changes: Placed[] = []
  for (const wish of sets.values()) {
    if (wish.node.kind === 'alias') {
      const target = wish.node.target
      const standing = target.kind === 'scalar' ? (sets.get(target)?.value ?? target.value) : undefined
      if (standing !== wish.value) changes.push(placed(wish))
    } else if (wish.node.isNull || wish.node.value !== wish.value) {
      const leak = aliasesOf(wish.field.embedded?.document ?? wish.field.document, wish.node).find(
        (alias) => !sets.has(alias),
      )
      if (leak === undefined) changes.push(placed(wish))
      else diagnostics.push(leaking(wish, source))
    }
  }
  for (const keys of inserts.values()) {
    for (const wish of keys.values()) changes.push(placed(wish))
  }
  return { changes: nested(changes), diagnostics }
}

/** A change, and the text in a string that it is made in, where it is. */
interface Placed {
  readonly change: NodeChange
  readonly text?: EmbeddedText
}

function placed({ field, ...change }: RequestedChange): Placed {
  return field.embedded === undefined ? { change } : { change, text: field.embedded.text }
}

/** Puts the changes within each text together. */
function nested(all: readonly Placed[]): Change[] {
  const within = new Map<EmbeddedText, NodeChange[]>()
  const changes: Change[] = []
  for (const { change, text } of all) {
    if (text === undefined) changes.push(change)
    else within.set(text, [...(within.get(text) ?? []), change])
  }
  for (const [text, changesOfText] of within) changes.push({ kind: 'nest', ...text, changes: changesOfText })
  return changes
}

function conflict(wish: RequestedChange, rival: RequestedChange, source: Source): Diagnostic {
  return {
    code: 'YAML_ALIAS_CONFLICT',
    severity: 'error',
    args: {
      first: `${wanted(rival)} at ${formatPath(rival.field.path)}`,
      second: `${wanted(wish)} at ${formatPath(wish.field.path)}`,
    },
    at: locationOf(wish.field, source),
  }
}

function leaking(wish: RequestedChange & { kind: 'set' }, source: Source): Diagnostic {
  return {
    code: 'YAML_ALIAS_CONFLICT',
    severity: 'error',
    args: {
      first: `${wish.value} at ${formatPath(wish.field.path)}`,
      second: `${(wish.node as Scalar).value} at an alias that is no image field`,
    },
    at: locationOf(wish.field, source),
  }
}

function wanted(wish: RequestedChange): string {
  return wish.kind === 'set' ? wish.value : `${wish.key}: ${wish.value}`
}
