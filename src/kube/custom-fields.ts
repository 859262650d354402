import { InternalError } from '../diagnostics/errors.ts'
import type { GroupVersionKind } from './gvk.ts'
import type { ImagePullPolicy } from './image-field.ts'
import { coversGroup, coversKind } from './kind-selector.ts'
import { expandAlternatives, type PathPattern, parsePathPattern } from './path-pattern.ts'
import { PULL_POLICIES } from './pull-policy.ts'
import { linesOf, linesOfGroup } from './table-lines.ts'
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
 * Reads a row of a table. Columns, with white space between: API groups; kinds; path, with `{a,b}` for alternatives; the
 * key of the pull policy beside the image, with what it may be in parentheses where that is not core's three, or `-`;
 * marks.
 *
 * @throws {InternalError} where the row is malformed: the tables are part of the program
 */
export function parseCustomField(line: string): readonly CustomField[] {
  const [groups, kinds, paths, policy, marks, ...more] = line.split(/\s+/)
  if (!groups || kinds === undefined || paths === undefined || policy === undefined || more.length > 0) {
    throw new InternalError(`malformed row: ${line}`)
  }
  const shared = { ...parsePolicy(policy), marks: parseMarks(marks) }
  const patterns = expandAlternatives(paths).map(parsePathPattern)
  return groups
    .split(',')
    .flatMap((group) =>
      kinds.split(',').flatMap((kind) => patterns.map((path) => ({ group, kind, path, ...shared }))),
    )
}

const TABLES = [databases, observability, workflows, platform]

/** Every row of rule R5's table. */
export function customFields(): readonly CustomField[] {
  return TABLES.flatMap(linesOf).flatMap(parseCustomField)
}

/** The rows that are about a type. */
export function customFieldsOf(gvk: GroupVersionKind): readonly CustomField[] {
  const type = `${gvk.group}/${gvk.kind}`
  const known = byType.get(type)
  if (known !== undefined) return known
  const found = linesOfGroup(TABLES, gvk.group)
    .flatMap(parseCustomField)
    .filter((row) => coversGroup(row.group, gvk.group) && coversKind(row.kind, gvk.kind))
  byType.set(type, found)
  return found
}

/** A memo of a pure function. */
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
