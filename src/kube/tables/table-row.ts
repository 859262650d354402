import { InternalError } from '../../diagnostics/errors.ts'
import type { ObjectName } from '../gvk.ts'
import { type ImagePullPolicy, PULL_POLICIES } from '../image-field.ts'
import { expandAlternatives, type PathPattern, parsePathPattern } from '../path-pattern.ts'

/** What else must hold for a row, or is true of its image. */
export type Condition =
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
  /** An image only if it equals one of the stream, with which it is pinned as rule R7 pins copies, asked or unasked. */
  | 'twin'

const MARKS: ReadonlySet<string> = new Set<Condition>([
  'optional',
  'keep-tag',
  'tagged',
  'with-path',
  'url',
  'docker-image',
  'twin',
])

/** The objects that a row is about. */
interface RowTarget {
  /** The empty string for core; `*.example.com` for every group below one. */
  readonly group: string
  readonly kind: string
  /** Absent: every object of the type. */
  readonly object?: ObjectName
}

/** A key beside an image that holds its pull policy, with what the schema lets stand there. */
export interface PolicyKey {
  readonly key: string
  readonly allowed: readonly ImagePullPolicy[]
}

/** A field that holds an image: rule R5. */
export interface ImageRow extends RowTarget {
  readonly row: 'image'
  /** In an embedded text, the path to the text. */
  readonly path: PathPattern
  /** Where the image is in a text that is a document of its own. */
  readonly text?: { readonly format: 'json' | 'yaml'; readonly path?: PathPattern }
  /** Absent where the schema has no pull policy beside the image. */
  readonly policy?: PolicyKey
  readonly conditions: ReadonlySet<Condition>
}

/** A mapping that spells a reference in several keys, in a schema where a digest can be expressed. */
export interface SplitRow extends RowTarget {
  readonly row: 'parts'
  /** Of the mapping. */
  readonly path: PathPattern
  readonly keys: SplitKeys
  /** In the same mapping. */
  readonly policy?: PolicyKey
  readonly conditions: ReadonlySet<Condition>
}

/** Under which keys the parts of a reference stand. */
export interface SplitKeys {
  readonly registry?: string
  readonly repository: string
  /** Where the repository stands if it has no new one. */
  readonly oldRepository?: string
  readonly tag: string
  /** Absent where the schema has none: then the digest is written behind the tag, which the operator joins with `:`. */
  readonly digest?: string
}

/** A field that is never found, whatever its shape. */
export interface DeniedRow extends RowTarget {
  readonly row: 'left'
  readonly path: PathPattern
  /** Whether anything may stand before the path. */
  readonly anywhere: boolean
  readonly reason: string
}

/** A type whose objects hold no image of their own to pin, whatever they look like. */
export interface SkippedRow extends RowTarget {
  readonly row: 'skipped'
  readonly reason: string
}

/** A text in which images are named in a way that cannot be edited in place: it is left, with a warning. */
export interface UneditableRow extends RowTarget {
  readonly row: 'uneditable'
  readonly path: PathPattern
  readonly reason: string
}

/** A row of the tables: what is known of a field, or of all of a type. */
export type TableRow = ImageRow | SplitRow | DeniedRow | SkippedRow | UneditableRow

/**
 * Reads a line of a table. Columns, with white space between:
 *
 * 1. API groups, with commas between; `core` for the core group, `*` for any.
 * 2. Kinds, with commas between; one `*` at the beginning or end stands for any text. `ConfigMap/settings` is held to a
 *    name, `ConfigMap/system/settings` to a namespace and a name.
 * 3. The path, `{a,b}` for alternatives. `(yaml)` or `(json)` behind the path of a text leads on into the document that
 *    the text is. `**.` before it stands for any path, where the field is left; `.` alone is the whole object.
 * 4. The key of the pull policy beside the image, with what it may be in parentheses where that is not core's three;
 *    `-` where the schema has none. Or a colon, and the reason why the field or object is left; or an exclamation mark,
 *    and the reason why a text that names images is left with a warning.
 * 5. Marks, with commas between; `{repository}:{tag}` says how the parts of a reference are spelled.
 *
 * @returns a row for each alternative
 * @throws {InternalError} where the line is malformed: the tables are part of the program
 */
export function parseTableRow(line: string): readonly TableRow[] {
  const [, groups, kinds, paths, rest] = /^(\S+)\s+(\S+)\s+(\S+)\s+(\S.*)$/.exec(line) ?? []
  if (groups === undefined || kinds === undefined || paths === undefined || rest === undefined) {
    throw malformed(line)
  }
  const [, sign, reason] = /^([:!])\s+(\S.*)$/.exec(rest) ?? []
  const facts =
    reason === undefined
      ? parseFound(paths, rest, line)
      : sign === ':'
        ? parseLeft(paths, reason)
        : parseUneditable(paths, reason)
  return groups.split(',').flatMap((group) =>
    kinds.split(',').flatMap((kind) =>
      facts.map((fact) => {
        return { group: group === 'core' ? '' : group, ...parseKind(kind), ...fact }
      }),
    ),
  )
}

type Fact =
  | Omit<ImageRow, keyof RowTarget>
  | Omit<SplitRow, keyof RowTarget>
  | Omit<DeniedRow, keyof RowTarget>
  | Omit<SkippedRow, keyof RowTarget>
  | Omit<UneditableRow, keyof RowTarget>

function parseKind(text: string): Pick<RowTarget, 'kind' | 'object'> {
  const [kind = '', ...names] = text.split('/')
  const [name, namespace] = names.reverse()
  if (name === undefined) return { kind }
  return { kind, object: namespace === undefined ? { name } : { namespace, name } }
}

function parseLeft(paths: string, reason: string): readonly Fact[] {
  if (paths === '.') return [{ row: 'skipped', reason }]
  const anywhere = paths.startsWith('**.')
  return expandAlternatives(anywhere ? paths.slice('**.'.length) : paths).map((path) => {
    return { row: 'left', path: parsePathPattern(path), anywhere, reason }
  })
}

function parseUneditable(paths: string, reason: string): readonly Fact[] {
  return expandAlternatives(paths).map((path) => {
    return { row: 'uneditable', path: parsePathPattern(path), reason }
  })
}

function parseFound(paths: string, rest: string, line: string): readonly Fact[] {
  const [policyText = '', markText, ...more] = rest.split(/\s+/)
  if (more.length > 0 || /^[:!]/.test(policyText)) throw malformed(line)
  const texts = markText?.split(',') ?? []
  const keys = texts.flatMap((one) => parseParts(one) ?? [])[0]
  const marks = texts.filter((one) => !PARTS.test(one))
  const unknown = marks.find((mark) => !MARKS.has(mark))
  if (unknown !== undefined) throw new InternalError(`unknown mark: ${unknown}`)
  const shared = { ...parsePolicy(policyText), conditions: new Set(marks as Condition[]) }
  return expandAlternatives(paths).map((path) =>
    keys === undefined
      ? { row: 'image', ...parsePlace(path), ...shared }
      : { row: 'parts', path: parsePathPattern(path), keys, ...shared },
  )
}

/** A path, and the one in the text to which it leads where it goes on behind `(yaml)` or `(json)`. */
function parsePlace(text: string): Pick<ImageRow, 'path' | 'text'> {
  const [, outer = text, format, inner = ''] = /^(.+)\((yaml|json)\)\.?(.*)$/.exec(text) ?? []
  const path = parsePathPattern(outer)
  if (format !== 'yaml' && format !== 'json') return { path }
  return { path, text: inner === '' ? { format } : { format, path: parsePathPattern(inner) } }
}

/** `{registry}/{repository}:{tag}@{digest}`, of which the first and the last may be absent. */
const PARTS = /^(?:\{(\w+)\}\/)?\{(\w+)(?:\|(\w+))?\}:\{(\w+)\}(?:@\{(\w+)\})?$/

/** Reads how the parts of a reference are spelled; `undefined` where a text does not say it. */
export function parseParts(text: string): SplitKeys | undefined {
  const [, registry, repository, oldRepository, tag, digest] = PARTS.exec(text) ?? []
  if (repository === undefined || tag === undefined) return undefined
  return {
    repository,
    tag,
    ...(registry === undefined ? {} : { registry }),
    ...(oldRepository === undefined ? {} : { oldRepository }),
    ...(digest === undefined ? {} : { digest }),
  }
}

function parsePolicy(text: string): { policy?: PolicyKey } {
  if (text === '-') return {}
  const [, key = text, values] = /^(\w+)\(([\w,]+)\)$/.exec(text) ?? []
  const allowed = PULL_POLICIES.filter((one) => values === undefined || values.split(',').includes(one))
  return { policy: { key, allowed } }
}

function malformed(line: string): InternalError {
  return new InternalError(`malformed row: ${line}`)
}
