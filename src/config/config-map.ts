import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import { entriesOf, plainValue } from '../yaml/json-value.ts'
import { follow, keyText, lookup, stringAt, valueAt } from '../yaml/lookup.ts'
import type { Mapping, YamlNode } from '../yaml/nodes.ts'
import { readSource } from '../yaml/source.ts'
import { CONFIG_API_VERSION, CONFIG_KIND, type ConfigObject } from './config.ts'
import { type ConfigNode, readConfigNode, toDiagnostics } from './config-node.ts'
import type { ObjectSchema } from './schema/schema.ts'
import { checkTrust, validate } from './schema/validate.ts'
import type { TrustTier } from './trust.ts'

/**
 * A configuration object in one of its carriers, reduced to the object itself; or what is wrong with the carrier.
 */
export type UnwrappedConfig =
  | { readonly kind: 'object'; readonly carried: ConfigNode }
  | { readonly kind: 'settings'; readonly object: ConfigObject; readonly carried: ConfigNode }
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
    profile: { tier: 3, type: 'string', minLength: 1 },
    lockFile: { tier: 2, type: 'string', minLength: 1 },
    'pinpull.yaml': { tier: 3, type: 'string', minLength: 1 },
  },
}

/**
 * Unpacks a ConfigMap: `data` holds a whole configuration as `pinpull.yaml`, or the settings that a KRM function is
 * most often given (`kpt fn eval -- profile=staging`). Anything else is taken as the object itself.
 *
 * @param tier of whoever wrote it: not every tier may name a lock file
 */
export function unwrap(carried: ConfigNode, tier: TrustTier): UnwrappedConfig {
  const root = follow(carried.node)
  if (root.kind !== 'mapping' || !isConfigMap(root)) return { kind: 'object', carried }
  const data = valueAt(root, 'data')
  if (data === undefined || plainValue(data) === null) {
    return { kind: 'settings', object: emptyObject(), carried }
  }
  const problems = [
    ...validate(data, DATA_SCHEMA, ['data']),
    ...checkTrust(data, DATA_SCHEMA, tier, ['data']),
  ]
  if (problems.length > 0) return { kind: 'broken', diagnostics: toDiagnostics(problems, carried) }
  const { profile, lockFile, 'pinpull.yaml': text } = plainValue(data) as ConfigMapData
  if (text === undefined) {
    return { kind: 'settings', object: emptyObject({ defaultProfile: profile, lockFile }), carried }
  }
  if (profile !== undefined || lockFile !== undefined) {
    const problem = { node: data, path: ['data'], reason: 'holds pinpull.yaml, and so no other settings' }
    return { kind: 'broken', diagnostics: toDiagnostics([{ code: 'CONFIG_INVALID', ...problem }], carried) }
  }
  const entry = entriesOf(data as Mapping).find((one) => keyText(one) === 'pinpull.yaml')
  return unwrapText(entry?.value ?? data, text, carried)
}

/** A configuration as text in a scalar: positions in it are counted on from where the scalar stands. */
function unwrapText(node: YamlNode, text: string, outer: ConfigNode): UnwrappedConfig {
  const inner = readConfigNode(readSource(new TextEncoder().encode(text)))
  const scalar = follow(node)
  const base = outer.locationOf(scalar, ['data', 'pinpull.yaml'])
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
    carried: { node: inner.node, locationOf: (at, path) => shifted(inner.locationOf(at, path)) },
  }
}

function isConfigMap(root: Mapping): boolean {
  if (stringAt(root, 'apiVersion') === 'v1' && stringAt(root, 'kind') === 'ConfigMap') return true
  // `kpt fn eval` on a stream passes its settings in an object without apiVersion and kind.
  const has = (key: string): boolean => lookup(root, key) !== undefined
  return !has('apiVersion') && !has('kind') && has('data')
}

function emptyObject(
  spec: { defaultProfile?: string | undefined; lockFile?: string | undefined } = {},
): ConfigObject {
  const given = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined))
  return { apiVersion: CONFIG_API_VERSION, kind: CONFIG_KIND, spec: given }
}
