import { follow, lookup, stringAt } from '../yaml/lookup.ts'
import type { Alias, Mapping, Scalar } from '../yaml/nodes.ts'
import { tableRowsOf } from './field-table.ts'
import type { GroupVersionKind } from './gvk.ts'
import type { SplitReference } from './image-field.ts'
import type { SplitField, SplitKeys } from './table-row.ts'

/** The rows about references in parts that are about a type. */
export function splitFieldsOf(gvk: GroupVersionKind): readonly SplitField[] {
  return tableRowsOf(gvk).filter((row) => row.row === 'parts')
}

/** A reference that was put together from its parts. */
export interface JoinedReference {
  readonly image: string
  readonly tag: Scalar
  readonly node: Scalar | Alias
  /** First byte of the tag's key. */
  readonly tagKey: number
  readonly split: SplitReference
}

/**
 * Puts a reference together from its parts; `undefined` where there is no repository or no tag, since then the
 * operator's own defaults stand in, which nobody knows here.
 */
export function joinReference(mapping: Mapping, keys: SplitKeys): JoinedReference | undefined {
  const { oldRepository } = keys
  const repository =
    textAt(mapping, keys.repository) ??
    (oldRepository === undefined ? undefined : textAt(mapping, oldRepository))
  const tag = lookup(mapping, keys.tag)
  const tagScalar = tag === undefined ? undefined : follow(tag.entry.value)
  if (repository === undefined || tag === undefined || tagScalar?.kind !== 'scalar') return undefined
  if (!tagScalar.isString || tagScalar.value === '') return undefined
  const registry = keys.registry === undefined ? undefined : textAt(mapping, keys.registry)
  const digest = keys.digest === undefined ? undefined : lookup(mapping, keys.digest)?.entry.value
  const digestText = keys.digest === undefined ? undefined : textAt(mapping, keys.digest)
  const name = registry === undefined ? repository : `${registry}/${repository}`
  const digestNode = digest?.kind === 'scalar' || digest?.kind === 'alias' ? digest : undefined
  return {
    image: `${name}:${tagScalar.value}${digestText === undefined ? '' : `@${digestText}`}`,
    tag: tagScalar,
    node: tag.entry.value.kind === 'alias' ? tag.entry.value : tagScalar,
    tagKey: tag.entry.key.start,
    split: {
      holder: tag.holder,
      afterKey: tag.entry.key.start,
      ...(keys.digest === undefined ? {} : { digestKey: keys.digest }),
      ...(digestNode === undefined ? {} : { digest: digestNode }),
    },
  }
}

function textAt(mapping: Mapping, key: string): string | undefined {
  return stringAt(mapping, key) || undefined
}
