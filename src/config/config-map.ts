import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { effectiveEntries, toJsonValue } from '../yaml/json-value.ts'
import { keyText, resolveAlias, valueAt } from '../yaml/lookup.ts'
import type { Mapping, YamlNode } from '../yaml/nodes.ts'
import { readSource } from '../yaml/source.ts'
import { type ConfigDiagnostic, type ConfigNode, readConfigNode, toDiagnostics } from './config-node.ts'
import { CONFIG_API_VERSION, CONFIG_KIND, type ConfigObject } from './schema/config-schema.ts'
import type { ObjectSchema } from './schema/schema.ts'
import { checkTrust, validate } from './schema/validate.ts'
import type { TrustTier } from './trust.ts'

/**
 * A configuration without the ConfigMap around it: a configuration `object`; the few `settings` that a ConfigMap may have as
 * keys, with the object that they amount to; or the errors of an `invalid` ConfigMap.
 */
export type UnwrappedConfig =
  | { readonly kind: 'object'; readonly config: ConfigNode }
  | { readonly kind: 'settings'; readonly object: ConfigObject; readonly config: ConfigNode }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }

/** The `data` of a ConfigMap. */
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
 * Unwraps a ConfigMap: `data` holds a whole configuration as `pinpull.yaml`, or the settings that a KRM function is
 * most often given (`kpt fn eval -- profile=staging`). Anything else is taken as the object itself.
 *
 * @param tier the tier of the configuration: not every tier may name a lock file
 */
export function unwrap(config: ConfigNode, tier: TrustTier): UnwrappedConfig {
  const root = resolveAlias(config.node)
  if (root.kind !== 'mapping' || !isConfigMap(root)) return { kind: 'object', config }
  const data = valueAt(root, 'data')
  if (data === undefined || toJsonValue(data) === null) {
    return { kind: 'settings', object: emptyObject(), config }
  }
  const found = [...validate(data, DATA_SCHEMA, ['data']), ...checkTrust(data, DATA_SCHEMA, tier, ['data'])]
  if (found.length > 0) return { kind: 'invalid', diagnostics: toDiagnostics(found, config) }
  const { profile, lockFile, 'pinpull.yaml': text } = toJsonValue(data) as ConfigMapData
  if (text === undefined) {
    return { kind: 'settings', object: emptyObject({ defaultProfile: profile, lockFile }), config }
  }
  if (profile !== undefined || lockFile !== undefined) {
    const reason = 'holds pinpull.yaml, and so no other settings'
    const found: ConfigDiagnostic = { code: 'CONFIG_INVALID', path: ['data'], reason }
    return { kind: 'invalid', diagnostics: toDiagnostics([found], config) }
  }
  const entry = effectiveEntries(data as Mapping).find((one) => keyText(one) === 'pinpull.yaml')
  return unwrapText(entry?.value ?? data, text, config)
}

/** A configuration as text in a scalar: positions in it are counted on from where the scalar stands. */
function unwrapText(node: YamlNode, text: string, outer: ConfigNode): UnwrappedConfig {
  const inner = readConfigNode(readSource(new TextEncoder().encode(text)))
  const scalar = resolveAlias(node)
  const base = outer.locationOf(scalar, ['data', 'pinpull.yaml'])
  // In a literal block line n of the text is n lines below the header; elsewhere escapes and folding hide the line.
  const isLiteral = scalar.kind === 'scalar' && scalar.style === 'literal'
  const shifted = (place: Location): Location => ({
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
    return { kind: 'invalid', diagnostics }
  }
  return {
    kind: 'object',
    config: { node: inner.node, locationOf: (at, path) => shifted(inner.locationOf(at, path)) },
  }
}

function isConfigMap(root: Mapping): boolean {
  if (root.stringAt('apiVersion') === 'v1' && root.stringAt('kind') === 'ConfigMap') return true
  // `kpt fn eval` on a stream passes its settings in an object without apiVersion and kind.
  const has = (key: string): boolean => root.find(key) !== undefined
  return !has('apiVersion') && !has('kind') && has('data')
}

function emptyObject(
  spec: { defaultProfile?: string | undefined; lockFile?: string | undefined } = {},
): ConfigObject {
  const given = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined))
  return { apiVersion: CONFIG_API_VERSION, kind: CONFIG_KIND, spec: given }
}
