import { InternalError } from '../../diagnostics/errors.ts'
import type { ObjectName } from '../gvk.ts'
import { type ImagePullPolicy, PULL_POLICIES } from '../image-field.ts'
import { expandAlternatives, type PathPattern, parsePathPattern } from '../path-pattern.ts'

/** What else must hold for a field to be found, or how it must be pinned. */
export type Condition =
  /** Found only if the user asks for it: `docs/image-fields.md` gives the reasons. */
  | 'optional'
  /** The digest may not be written without the tag. */
  | 'keep-tag'
  /** An image only if it has a tag or digest: otherwise a controller appends a version. */
  | 'tagged'
  /** An image only if it has a slash, a colon or an at sign: otherwise it is a version. */
  | 'with-path'
  /** An image only after `oci://`, `docker://` or the like. */
  | 'url'
  /** An image only beside `kind: DockerImage`. */
  | 'docker-image'
  /** An image only if it equals an image of the stream: a copy (rule R7) that is always pinned with it. */
  | 'copy'

const CONDITIONS: ReadonlySet<string> = new Set<Condition>([
  'optional',
  'keep-tag',
  'tagged',
  'with-path',
  'url',
  'docker-image',
  'copy',
])

/** The objects that a row is about. */
interface RowTarget {
  /** The empty string for core; `*.example.com` for every group below one. */
  readonly group: string
  readonly kind: string
  /** Absent for every object of the type. */
  readonly object?: ObjectName
}

/** A key beside an image that holds its pull policy, with the values that the schema allows. */
export interface PolicyKey {
  readonly key: string
  readonly allowed: readonly ImagePullPolicy[]
}

/** A field that holds an image: rule R5. */
export interface ImageRow extends RowTarget {
  readonly action: 'pin'
  /** For an image in an embedded text, the path to the text. */
  readonly path: PathPattern
  /** For an image in an embedded text, where it is in there; without a path, the text holds Kubernetes objects. */
  readonly text?: { readonly format: 'json' | 'yaml'; readonly path?: PathPattern }
  /** Absent where the schema has no pull policy beside the image. */
  readonly policy?: PolicyKey
  readonly conditions: ReadonlySet<Condition>
}

/** A mapping that spells a reference in several keys: rule R5. */
export interface SplitRow extends RowTarget {
  readonly action: 'pin-split'
  /** The path of the mapping. */
  readonly path: PathPattern
  readonly keys: SplitKeys
  /** In the same mapping. */
  readonly policy?: PolicyKey
  readonly conditions: ReadonlySet<Condition>
}

/** The keys under which the parts of a reference stand. */
export interface SplitKeys {
  readonly registry?: string | undefined
  readonly repository: string
  /** The key of the repository if there is none under `repository`. */
  readonly oldRepository?: string | undefined
  readonly tag: string
  /** Absent where the schema has none: the digest is written behind the tag, which the operator joins with `:`. */
  readonly digest?: string | undefined
}

/** A field that no rule of ours finds, even if it looks like an image. */
export interface DeniedRow extends RowTarget {
  readonly action: 'deny'
  readonly path: PathPattern
  /** Whether the path may begin at any depth. */
  readonly anywhere: boolean
  readonly reason: string
}

/** A type whose objects hold no image that can be pinned. */
export interface SkippedRow extends RowTarget {
  readonly action: 'skip'
  readonly reason: string
}

/** A text that names images and cannot be edited in place: it is left unchanged, with a warning. */
export interface UneditableRow extends RowTarget {
  readonly action: 'warn'
  readonly path: PathPattern
  readonly reason: string
}

/** A PodSpec that reaches the API server as written: every container in it must have an image. */
export interface PodSpecRow extends RowTarget {
  readonly action: 'pod-spec'
  readonly path: PathPattern
}

/** A row of the tables: what is known about a field, or about all objects of a type. */
export type TableRow = ImageRow | SplitRow | DeniedRow | SkippedRow | UneditableRow | PodSpecRow

type Fact =
  | Omit<ImageRow, keyof RowTarget>
  | Omit<SplitRow, keyof RowTarget>
  | Omit<DeniedRow, keyof RowTarget>
  | Omit<SkippedRow, keyof RowTarget>
  | Omit<UneditableRow, keyof RowTarget>
  | Omit<PodSpecRow, keyof RowTarget>

/**
 * Parses a line of a table. Its columns are separated by white space:
 *
 * 1. API groups, separated by commas; `core` for the core group, `*` for any, `*.example.com` for those below one.
 * 2. Kinds, separated by commas; one `*` at the beginning or end stands for any text. `ConfigMap/settings` is for
 *    objects of that name, `ConfigMap/system/settings` for those of a namespace and a name.
 * 3. The path, with `{a,b}` for alternatives. After `(yaml)` or `(json)` it continues in the document that the text there
 *    holds. `**.` at the beginning stands for any path; `.` is the whole object.
 * 4. What to do:
 *    - `pin`: the field holds an image. Then, optionally, the key of the pull policy beside it (with the allowed values in
 *      parentheses if these are not all three of core/v1), or `-`; then conditions, separated by commas. `{repository}:{tag}`
 *      among these says that the path leads to a mapping, and which of its keys hold the parts of the reference.
 *    - `deny` REASON: no rule finds the field.
 *    - `skip` REASON: the objects hold no image that can be pinned. The path is `.`.
 *    - `warn` REASON: the text names images and cannot be edited.
 *    - `pod-spec`: the PodSpec of a workload, in which every container must have an image.
 *
 * @returns one row for each combination of the alternatives
 * @throws {InternalError} if the line is malformed
 */
export function parseTableRow(line: string): readonly TableRow[] {
  const [, groups = '', kinds = '', paths = '', action = '', rest = ''] =
    /^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)(?:\s+(\S.*))?$/.exec(line) ?? []
  const facts = parseAction(paths, action, rest)
  if (facts === undefined) throw new InternalError(`malformed row: ${line}`)
  return groups.split(',').flatMap((group) =>
    kinds.split(',').flatMap((kind) =>
      facts.map((fact) => {
        return { group: group === 'core' ? '' : group, ...parseKind(kind), ...fact }
      }),
    ),
  )
}

/** Parses a kind of the second column, with the name of an object if there is one. */
export function parseKind(text: string): Pick<RowTarget, 'kind' | 'object'> {
  const [kind = '', ...names] = text.split('/')
  const [name, namespace] = names.reverse()
  if (name === undefined) return { kind }
  return { kind, object: namespace === undefined ? { name } : { namespace, name } }
}

function parseAction(paths: string, action: string, rest: string): readonly Fact[] | undefined {
  if (action === 'pin') return parsePin(paths, rest)
  if (action === 'pod-spec') {
    return rest === '' ? patterns(paths).map((path) => ({ action, path })) : undefined
  }
  if (rest === '') return undefined
  switch (action) {
    case 'skip':
      return paths === '.' ? [{ action, reason: rest }] : undefined
    case 'warn':
      return patterns(paths).map((path) => ({ action, path, reason: rest }))
    case 'deny': {
      const anywhere = paths.startsWith('**.')
      const below = anywhere ? paths.slice('**.'.length) : paths
      return patterns(below).map((path) => ({ action, path, anywhere, reason: rest }))
    }
    default:
      return undefined
  }
}

function patterns(paths: string): readonly PathPattern[] {
  return expandAlternatives(paths).map(parsePathPattern)
}

function parsePin(paths: string, rest: string): readonly Fact[] | undefined {
  const [policy = '-', conditionText, ...more] = rest === '' ? [] : rest.split(/\s+/)
  const texts = conditionText?.split(',') ?? []
  const keys = texts.flatMap((one) => parseSplitKeys(one) ?? [])[0]
  const conditions = texts.filter((one) => !SPLIT_KEYS.test(one))
  if (more.length > 0 || !conditions.every((one) => CONDITIONS.has(one))) return undefined
  const shared = { ...parsePolicy(policy), conditions: new Set(conditions as Condition[]) }
  if (keys !== undefined)
    return patterns(paths).map((path) => ({ action: 'pin-split', path, keys, ...shared }))
  return expandAlternatives(paths).map((path) => ({ action: 'pin', ...parseImagePath(path), ...shared }))
}

/** Parses a path, and the second one that follows `(yaml)` or `(json)`. */
function parseImagePath(text: string): Pick<ImageRow, 'path' | 'text'> {
  const [, outer = text, format, inner = ''] = /^(.+)\((yaml|json)\)\.?(.*)$/.exec(text) ?? []
  const path = parsePathPattern(outer)
  if (format !== 'yaml' && format !== 'json') return { path }
  return { path, text: inner === '' ? { format } : { format, path: parsePathPattern(inner) } }
}

/** `{registry}/{repository}:{tag}@{digest}`, of which the first and the last may be absent. */
const SPLIT_KEYS = /^(?:\{(\w+)\}\/)?\{(\w+)(?:\|(\w+))?\}:\{(\w+)\}(?:@\{(\w+)\})?$/

/**
 * Parses which keys hold the parts of a reference: `{repository}:{tag}`, `{registry}/{newName|name}:{newTag}@{digest}`.
 *
 * @returns undefined if the text is malformed
 */
export function parseSplitKeys(text: string): SplitKeys | undefined {
  const [, registry, repository, oldRepository, tag, digest] = SPLIT_KEYS.exec(text) ?? []
  if (repository === undefined || tag === undefined) return undefined
  return {
    repository,
    tag,
    registry,
    oldRepository,
    digest,
  }
}

function parsePolicy(text: string): { policy?: PolicyKey } {
  if (text === '-') return {}
  const [, key = text, values] = /^(\w+)\(([\w,]+)\)$/.exec(text) ?? []
  const allowed = PULL_POLICIES.filter((one) => values === undefined || values.split(',').includes(one))
  return { policy: { key, allowed } }
}
