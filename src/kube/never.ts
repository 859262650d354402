import { InternalError } from '../diagnostics/errors.ts'
import type { FieldPath } from '../yaml/nodes.ts'
import type { GroupVersionKind } from './gvk.ts'
import { coversKind } from './kind-selector.ts'
import { expandAlternatives, matchesPath, type PathPattern, parsePathPattern } from './path-pattern.ts'
import { linesOf, linesOfGroup } from './table-lines.ts'
import { never } from './tables/never.ts'

/** A field that is never found, whatever its shape. */
export interface NeverField {
  readonly group: string
  readonly kind: string
  readonly path: PathPattern
  /** Whether anything may stand before the path. */
  readonly anywhere: boolean
  readonly reason: string
}

/** The one row that is about every type. */
const OF_ANY_TYPE: NeverField = {
  group: '*',
  kind: '*',
  path: {
    text: 'rbd.image',
    steps: [
      { kind: 'key', key: 'rbd' },
      { kind: 'key', key: 'image' },
    ],
  },
  anywhere: true,
  reason: 'a Ceph block device',
}

/** Every row of the never list. */
export function neverFields(): readonly NeverField[] {
  return [OF_ANY_TYPE, ...linesOf(never).flatMap(parseNeverField)]
}

/**
 * Why a field is no image that can be pinned; `undefined` where it may be one.
 *
 * @param path below the resource's root
 */
export function neverReason(gvk: GroupVersionKind, path: FieldPath): string | undefined {
  return neverFieldsOf(gvk).find((row) =>
    matchesPath(row.path, row.anywhere ? path.slice(-row.path.steps.length) : path),
  )?.reason
}

function neverFieldsOf(gvk: GroupVersionKind): readonly NeverField[] {
  const type = `${gvk.group}/${gvk.kind}`
  const known = byType.get(type)
  if (known !== undefined) return known
  const rows = linesOfGroup([never], gvk.group).flatMap(parseNeverField)
  const found = [OF_ANY_TYPE, ...rows.filter(({ kind }) => coversKind(kind, gvk.kind))]
  byType.set(type, found)
  return found
}

/** A memo of a pure function. */
const byType = new Map<string, readonly NeverField[]>()

function parseNeverField(line: string): readonly NeverField[] {
  const [, group, kinds, paths, reason] = /^(\S+)\s+(\S+)\s+(\S+)\s+:\s+(.+)$/.exec(line) ?? []
  if (group === undefined || kinds === undefined || paths === undefined || reason === undefined) {
    throw new InternalError(`malformed row: ${line}`)
  }
  const anywhere = paths.startsWith('**.')
  return kinds.split(',').flatMap((kind) =>
    expandAlternatives(anywhere ? paths.slice(3) : paths).map((path) => {
      return { group, kind, path: parsePathPattern(path), anywhere, reason }
    }),
  )
}
