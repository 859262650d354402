import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { entriesOf, plainValue } from '../yaml/json-value.ts'
import { follow, keyText, stringAt, valueAt } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import type { Config, ConfigObject, ConfigSpec } from './config.ts'
import { unwrap } from './config-map.ts'
import { type ConfigDiagnostic, type ConfigNode, readConfigNode, toDiagnostics } from './config-node.ts'
import { crossCheck, validParts } from './cross-check.ts'
import { parseFields } from './field-settings.ts'
import { type KubernetesNode, validateMetadata, validateSelector } from './kubernetes-types.ts'
import { mergeProfiles } from './merge.ts'
import { CONFIG_SCHEMA } from './schema/config-schema.ts'
import { checkTrust, validate } from './schema/validate.ts'
import { describeTier, type TrustTier, trustHint } from './trust.ts'

/** A configuration, or everything that is wrong with it. */
export interface ParsedConfig {
  /** Absent where anything is wrong. */
  readonly config?: Config
  readonly diagnostics: readonly Diagnostic[]
}

/** Whose word a configuration is, and so what it may say. */
export interface ConfigOrigin {
  readonly tier: TrustTier
  /**
   * Whether a path, relative to the configuration's folder, stays in that folder when every link on it is followed.
   * Absent: all of them do, as for a text that is in no folder.
   */
  readonly staysInside?: (path: string) => boolean
}

/**
 * Reads the configuration in a file: the object itself, or a ConfigMap that carries it.
 * @param origin what it may not say is CONFIG_UNTRUSTED
 */
export async function parseConfig(source: Source, origin: ConfigOrigin): Promise<ParsedConfig> {
  const carried = readConfigNode(source)
  if ('diagnostics' in carried) return carried
  return parseConfigNode(carried, origin, source.file)
}

/** Reads the configuration that came with the input, as a ResourceList's `functionConfig`: of the third tier. */
export async function parseFunctionConfig(carried: ConfigNode): Promise<ParsedConfig> {
  return parseConfigNode(carried, { tier: 3 })
}

async function parseConfigNode(
  outer: ConfigNode,
  origin: ConfigOrigin,
  file?: string,
): Promise<ParsedConfig> {
  const { tier } = origin
  const unpacked = unwrap(outer, tier)
  if (unpacked.kind === 'broken') return unpacked
  const { carried } = unpacked
  const nodeAt = (path: FieldPath): YamlNode => nodeOf(carried.node, path)
  if (unpacked.kind === 'settings') {
    const reasons = crossCheck(unpacked.object.spec ?? {})
    const path = ['data', 'profile']
    const problems = [
      ...reasons.map((one) => ({ ...one, path, node: nodeAt(path) })),
      ...checkLockFile(unpacked.object.spec?.lockFile, origin, ['data', 'lockFile'], nodeAt),
    ]
    return problems.length > 0
      ? { diagnostics: toDiagnostics(problems, carried) }
      : { config: configOf(unpacked.object, tier, file), diagnostics: [] }
  }
  const shape = validate(carried.node, CONFIG_SCHEMA)
  const kubernetes = await validateKubernetesTypes(carried.node, shape, nodeAt)
  const problems = [...shape, ...kubernetes]
  const object = plainValue(carried.node)
  const { spec, isReportable } = validParts(
    object,
    problems.map(({ path }) => path),
  )
  const reasons = crossCheck(spec).filter(isReportable)
  problems.push(
    ...reasons.map((one) => ({ ...one, node: nodeAt(one.path) })),
    ...checkTrust(carried.node, CONFIG_SCHEMA, tier),
  )
  if (problems.length === 0) {
    const { lockFile } = (object as unknown as ConfigObject).spec ?? {}
    problems.push(...checkLockFile(lockFile, origin, ['spec', 'lockFile'], nodeAt))
  }
  if (problems.length > 0) return { diagnostics: toDiagnostics(problems, carried) }
  return { config: configOf(object as unknown as ConfigObject, tier, file), diagnostics: [] }
}

/** A lock file that a lower tier names has to stay in the folder of the configuration: `pinpull lock` writes it. */
function checkLockFile(
  lockFile: string | undefined,
  { tier, staysInside = () => true }: ConfigOrigin,
  path: FieldPath,
  nodeAt: (path: FieldPath) => YamlNode,
): ConfigDiagnostic[] {
  if (tier === 1 || lockFile === undefined || staysInside(lockFile)) return []
  const reason = `may not be set to a path out of its folder by ${describeTier(tier)}`
  return [{ code: 'CONFIG_UNTRUSTED', node: nodeAt(path), path, reason, advice: trustHint(tier) }]
}

function configOf({ metadata, spec = {} }: ConfigObject, tier: TrustTier, file?: string): Config {
  const { defaultProfile, lockFile, profiles = [], registries = [], fields }: ConfigSpec = spec
  return {
    ...(metadata?.name === undefined ? {} : { name: metadata.name }),
    tier,
    ...(file === undefined ? {} : { file }),
    ...(defaultProfile === undefined ? {} : { defaultProfile }),
    ...(lockFile === undefined ? {} : { lockFile }),
    profiles: mergeProfiles(profiles, fields === undefined ? {} : parseFields(fields)),
    registries,
    spec,
  }
}

/** Metadata, and every LabelSelector that the shape allows to stand where it does. */
async function validateKubernetesTypes(
  root: YamlNode,
  shape: readonly ConfigDiagnostic[],
  nodeAt: (path: FieldPath) => YamlNode,
): Promise<ConfigDiagnostic[]> {
  const problems: ConfigDiagnostic[] = []
  const wrong = new Set(shape.map(({ node }) => node))
  for (const found of kubernetesNodes(root, [])) {
    if (wrong.has(found.node)) continue
    const isMetadata = found.path.length === 1
    problems.push(...(await (isMetadata ? validateMetadata(found, nodeAt) : validateSelector(found, nodeAt))))
  }
  return problems
}

function* kubernetesNodes(node: YamlNode, path: FieldPath): Generator<KubernetesNode> {
  const value = follow(node)
  if (value.kind === 'sequence') {
    for (const [index, item] of value.items.entries()) yield* kubernetesNodes(item, [...path, index])
  }
  if (value.kind !== 'mapping') return
  for (const entry of entriesOf(value)) {
    const key = keyText(entry)
    if (key === undefined) continue
    const at = [...path, key]
    const child = follow(entry.value)
    if (child.kind === 'mapping' && ((key === 'metadata' && path.length === 0) || key === 'labelSelector')) {
      yield { node: child, path: at }
    } else yield* kubernetesNodes(child, at)
  }
}

/** The node at a path, or the nearest one above it where something is missing. */
function nodeOf(root: YamlNode, path: FieldPath): YamlNode {
  let node = root
  for (const step of path) {
    const value = follow(node)
    const next: YamlNode | undefined =
      value.kind === 'sequence'
        ? value.items[Number(step)]
        : value.kind === 'mapping'
          ? entriesOf(value).find((entry) => keyText(entry) === String(step))?.value
          : undefined
    if (next === undefined) return node
    node = next
  }
  return node
}

/** The content of a `functionConfig` beside another configuration. */
export interface ProfileChoice {
  /** The profile that it chooses. */
  readonly profile?: string
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a `functionConfig` beside another configuration: since configurations are never merged, it may only choose a
 * profile.
 *
 * @param carried the functionConfig
 * @param file the name of the configuration in use, for messages
 * @returns the profile, and an error for everything else in it
 */
export function parseProfileChoice(carried: ConfigNode, file: string): ProfileChoice {
  const unpacked = unwrap(carried, 3)
  if (unpacked.kind === 'broken') return unpacked
  if (unpacked.kind === 'settings') {
    const profile = unpacked.object.spec?.defaultProfile
    return { ...(profile === undefined ? {} : { profile }), diagnostics: [] }
  }
  const { node } = unpacked.carried
  const problems = [
    ...validate(node, CONFIG_SCHEMA),
    ...checkTrust(node, CONFIG_SCHEMA, 3),
    ...conflictingSettings(node, file),
  ]
  if (problems.length > 0) return { diagnostics: toDiagnostics(problems, unpacked.carried) }
  const root = follow(node)
  const profile = root.kind === 'mapping' ? stringAt(root, 'spec', 'defaultProfile') : undefined
  return { ...(profile === undefined ? {} : { profile }), diagnostics: [] }
}

/** Every key of the `spec` but the choice of a profile. */
function conflictingSettings(node: YamlNode, file: string): ConfigDiagnostic[] {
  const root = follow(node)
  const spec = root.kind === 'mapping' ? valueAt(root, 'spec') : undefined
  if (spec?.kind !== 'mapping') return []
  return keysOf(spec).flatMap(({ key, node: at }) => {
    if (key === 'defaultProfile') return []
    const path: FieldPath = ['spec', key]
    return [
      {
        code: 'CONFIG_CONFLICT',
        node: at,
        path,
        reason: `stands in the functionConfig, but ${file} is the configuration of this run`,
        advice: `move it to ${file}, or take one of the two away: a functionConfig beside another configuration may only choose a profile`,
      },
    ]
  })
}

function keysOf(mapping: Mapping): { readonly key: string; readonly node: YamlNode }[] {
  return entriesOf(mapping).flatMap((entry) => {
    const key = keyText(entry)
    return key === undefined ? [] : [{ key, node: entry.key }]
  })
}
