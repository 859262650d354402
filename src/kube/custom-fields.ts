import { InternalError } from '../diagnostics/errors.ts'
import type { GroupVersionKind } from './gvk.ts'
import type { ImagePullPolicy } from './image-field.ts'
import { coversGroup, coversKind } from './kind-selector.ts'
import { expandAlternatives, type PathPattern, parsePathPattern } from './path-pattern.ts'
import { PULL_POLICIES } from './pull-policy.ts'
import { databases } from './tables/databases.ts'
import { observability } from './tables/observability.ts'
import { platform } from './tables/platform.ts'
import { workflows } from './tables/workflows.ts'

/** What else must hold for a row, or is true of its image. */
export type CustomFieldMark =
  /** Looked at only where the user asks for it: `docs/image-fields.md` says why for each. */
  | 'optional'
  /** The digest may not stand without the tag. */
  | 'keep-tag'
  /** An image only if it has a tag or digest: else a controller appends a version. */
  | 'tagged'
  /** An image only if it has a slash, a colon or an at sign: else it is a version. */
  | 'with-path'
  /** An image only after `oci://`, `docker://` or the like. */
  | 'url'
  /** An image only beside `kind: DockerImage`. */
  | 'docker-image'

/** A row of rule R5's table: a field of a custom resource that holds an image. */
export interface CustomField {
  readonly group: string
  readonly kind: string
  readonly path: PathPattern
  /** The key beside the image that holds its pull policy; absent where the schema has none. */
  readonly policy?: { readonly key: string; readonly allowed: readonly ImagePullPolicy[] }
  readonly marks: ReadonlySet<CustomFieldMark>
}

const MARKS: readonly string[] = ['optional', 'keep-tag', 'tagged', 'with-path', 'url', 'docker-image']

/**
 * Reads a table. Columns, with white space between: API groups; kinds; path, with `{a,b}` for alternatives; the key of
 * the pull policy beside the image, with what it may be in parentheses where that is not core's three, or `-`; marks.
 *
 * @throws {InternalError} where a row is malformed: the tables are part of the program
 */
export function parseCustomFields(table: string): readonly CustomField[] {
  return table
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .flatMap((line) => {
      const [groups, kinds, paths, policy, marks, ...more] = line.trim().split(/\s+/)
      if (
        groups === undefined ||
        kinds === undefined ||
        paths === undefined ||
        policy === undefined ||
        more.length > 0
      ) {
        throw new InternalError(`malformed row: ${line}`)
      }
      const shared = { ...parsePolicy(policy), marks: parseMarks(marks) }
      return groups.split(',').flatMap((group) =>
        kinds.split(',').flatMap((kind) =>
          expandAlternatives(paths).map((path) => ({
            group,
            kind,
            path: parsePathPattern(path),
            ...shared,
          })),
        ),
      )
    })
}

/** Every row of rule R5's table. */
export function customFields(): readonly CustomField[] {
  rows ??= [databases, observability, workflows, platform].flatMap(parseCustomFields)
  return rows
}

/** The rows that are about a type. */
export function customFieldsOf(gvk: GroupVersionKind): readonly CustomField[] {
  // Built-in types are in groups without a dot, or of k8s.io: none of them is in the table, and most input is theirs.
  if (!gvk.group.includes('.') || gvk.group === 'rbac.authorization.k8s.io') return []
  const key = `${gvk.group}/${gvk.kind}`
  const known = byType.get(key)
  if (known !== undefined) return known
  const found = customFields().filter(
    (row) => coversGroup(row.group, gvk.group) && coversKind(row.kind, gvk.kind),
  )
  byType.set(key, found)
  return found
}

/** Memos of pure functions: the table is parsed when the first custom resource comes. */
let rows: readonly CustomField[] | undefined
const byType = new Map<string, readonly CustomField[]>()

function parsePolicy(text: string): Pick<CustomField, 'policy'> {
  if (text === '-') return {}
  const [, key = text, values] = /^(\w+)\(([\w,]+)\)$/.exec(text) ?? []
  const allowed = PULL_POLICIES.filter((one) => values === undefined || values.split(',').includes(one))
  return { policy: { key, allowed } }
}

function parseMarks(text: string | undefined): ReadonlySet<CustomFieldMark> {
  const marks = text?.split(',') ?? []
  const unknown = marks.find((mark) => !MARKS.includes(mark))
  if (unknown !== undefined) throw new InternalError(`unknown mark: ${unknown}`)
  return new Set(marks as CustomFieldMark[])
}
