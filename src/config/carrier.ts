import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import { readDocuments } from '../yaml/documents.ts'
import { follow, formatPath, keyText, lookup } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlNode } from '../yaml/nodes.ts'
import { entriesOf, plainValue } from '../yaml/plain-value.ts'
import { positionAt, readSource, type Source } from '../yaml/source.ts'
import { CONFIG_API_VERSION, CONFIG_KIND, type ConfigObject } from './config.ts'
import type { ConfigProblem } from './problem.ts'
import type { ObjectSchema } from './schema/schema.ts'
import { validate } from './validate.ts'

/** A node that is, or carries, a configuration, and how places in it are told. */
export interface Carried {
  readonly node: YamlNode
  placeOf(node: YamlNode, path: FieldPath): Place
}

/**
 * A configuration object in one of its carriers, reduced to the object itself; or what is wrong with the carrier.
 */
export type Unpacked =
  | { readonly kind: 'object'; readonly carried: Carried }
  | { readonly kind: 'settings'; readonly object: ConfigObject; readonly carried: Carried }
  | { readonly kind: 'broken'; readonly diagnostics: readonly Diagnostic[] }

/** What a ConfigMap's `data` may hold. */
interface ConfigMapData {
  readonly profile?: string
  readonly lockFile?: string
  readonly 'pinpull.yaml'?: string
}

const DATA_SCHEMA: ObjectSchema<ConfigMapData> = {
  type: 'object',
  additionalProperties: false,
  properties: {
    profile: { type: 'string', minLength: 1 },
    lockFile: { type: 'string', minLength: 1 },
    'pinpull.yaml': { type: 'string', minLength: 1 },
  },
}

/** The one object in a file. */
export function readCarrier(source: Source): Carried | { readonly diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = readDocuments(source)
  if (diagnostics.length > 0) return { diagnostics }
  const [first, second] = documents.filter(({ contents }) => contents !== undefined)
  const file = source.file === undefined ? {} : { file: source.file }
  if (first?.contents === undefined) {
    return { diagnostics: [invalid({ ...file, line: 1 }, 'the configuration', 'holds no object')] }
  }
  if (second !== undefined) {
    const place = { ...file, ...positionAt(source, second.contents?.start ?? second.start) }
    return { diagnostics: [invalid(place, 'the configuration', 'holds more than one document')] }
  }
  return carriedIn(source, first.contents)
}

/** A node of a source that is, or carries, a configuration, such as a `functionConfig`. */
export function carriedIn(source: Source, node: YamlNode): Carried {
  return {
    node,
    placeOf: ({ start }, path) => ({
      ...(source.file === undefined ? {} : { file: source.file }),
      ...positionAt(source, start),
      ...(path.length === 0 ? {} : { path: formatPath(path) }),
    }),
  }
}

/**
 * Unpacks a ConfigMap: `data` holds a whole configuration as `pinpull.yaml`, or the settings that a KRM function is
 * most often given (`kpt fn eval -- profile=staging`). Anything else is taken as the object itself.
 */
export function unpack(carried: Carried): Unpacked {
  const root = follow(carried.node)
  if (root.kind !== 'mapping' || !isConfigMap(root)) return { kind: 'object', carried }
  const data = entriesOf(root).find((entry) => keyText(entry) === 'data')?.value
  if (data === undefined || plainValue(data) === null) {
    return { kind: 'settings', object: emptyObject(), carried }
  }
  const problems = validate(data, DATA_SCHEMA, ['data'])
  if (problems.length > 0) return { kind: 'broken', diagnostics: diagnose(problems, carried) }
  const { profile, lockFile, 'pinpull.yaml': text } = plainValue(data) as ConfigMapData
  if (text === undefined) {
    return { kind: 'settings', object: emptyObject({ defaultProfile: profile, lockFile }), carried }
  }
  if (profile !== undefined || lockFile !== undefined) {
    const problem = { node: data, path: ['data'], reason: 'holds pinpull.yaml, and so no other settings' }
    return { kind: 'broken', diagnostics: diagnose([{ code: 'CONFIG_INVALID', ...problem }], carried) }
  }
  const entry = lookup(data as Mapping, 'pinpull.yaml')?.entry
  return entry === undefined ? { kind: 'object', carried } : unpackText(entry.value, text, carried)
}

/** Turns problems into diagnostics, in the order of the text. */
export function diagnose(problems: readonly ConfigProblem[], carried: Carried): Diagnostic[] {
  return problems
    .toSorted((a, b) => a.node.start - b.node.start)
    .map(({ code, node, path, reason, advice }) => ({
      code,
      severity: 'error',
      args: {
        path: path.length === 0 ? 'the configuration' : formatPath(path),
        reason,
        advice: advice ?? 'see docs/config.md, or pinpull config schema',
      },
      at: carried.placeOf(node, path),
    }))
}

/** A configuration as text in a scalar: positions in it are counted on from where the scalar stands. */
function unpackText(node: YamlNode, text: string, outer: Carried): Unpacked {
  const inner = readCarrier(readSource(new TextEncoder().encode(text)))
  const scalar = follow(node)
  const base = outer.placeOf(scalar, ['data', 'pinpull.yaml'])
  // In a literal block line n of the text is n lines below the header; elsewhere escapes and folding hide the line.
  const isLiteral = scalar.kind === 'scalar' && scalar.style === 'literal'
  const shifted = (place: Place): Place => ({
    ...place,
    ...base,
    ...(isLiteral && base.line !== undefined ? { line: base.line + (place.line ?? 1) } : {}),
    path: place.path === undefined ? 'data["pinpull.yaml"]' : `data["pinpull.yaml"]: ${place.path}`,
  })
  if ('diagnostics' in inner) {
    const diagnostics = inner.diagnostics.map((one) => ({
      ...one,
      ...(one.at ? { at: shifted(one.at) } : {}),
    }))
    return { kind: 'broken', diagnostics }
  }
  return {
    kind: 'object',
    carried: { node: inner.node, placeOf: (at, path) => shifted(inner.placeOf(at, path)) },
  }
}

function isConfigMap(root: Mapping): boolean {
  const { apiVersion, kind } = plainValue(root) as { apiVersion?: unknown; kind?: unknown }
  if (apiVersion === 'v1' && kind === 'ConfigMap') return true
  // `kpt fn eval` on a stream passes its settings in an object without apiVersion and kind.
  return apiVersion === undefined && kind === undefined && lookup(root, 'data') !== undefined
}

function emptyObject(
  spec: { defaultProfile?: string | undefined; lockFile?: string | undefined } = {},
): ConfigObject {
  const given = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined))
  return { apiVersion: CONFIG_API_VERSION, kind: CONFIG_KIND, spec: given }
}

function invalid(at: Place, path: string, reason: string): Diagnostic {
  const args = { path, reason, advice: 'see docs/config.md, or pinpull config schema' }
  return { code: 'CONFIG_INVALID', severity: 'error', args, at }
}
