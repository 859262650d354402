import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { follow, keyText } from '../yaml/lookup.ts'
import type { FieldPath, YamlNode } from '../yaml/nodes.ts'
import { entriesOf, plainValue } from '../yaml/plain-value.ts'
import type { Source } from '../yaml/source.ts'
import { type Carried, diagnose, readCarrier } from './carrier.ts'
import type { Config, ConfigObject, ConfigSpec } from './config.ts'
import { unpack } from './config-map.ts'
import { crossCheck } from './cross-check.ts'
import { parseFields } from './field-settings.ts'
import { type KubernetesNode, validateMetadata, validateSelector } from './kubernetes-types.ts'
import { mergeProfiles } from './merge.ts'
import type { ConfigProblem } from './problem.ts'
import { CONFIG_SCHEMA } from './schema/config-schema.ts'
import { soundParts } from './sound-parts.ts'
import { describeTier, type TrustTier, wayUp } from './trust.ts'
import { checkTrust } from './trust-check.ts'
import { validate } from './validate.ts'

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
  const carried = readCarrier(source)
  if ('diagnostics' in carried) return carried
  return parseCarried(carried, origin, source.file)
}

/** Reads the configuration that came with the input, as a ResourceList's `functionConfig`: of the third tier. */
export async function parseFunctionConfig(carried: Carried): Promise<ParsedConfig> {
  return parseCarried(carried, { tier: 3 })
}

async function parseCarried(outer: Carried, origin: ConfigOrigin, file?: string): Promise<ParsedConfig> {
  const { tier } = origin
  const unpacked = unpack(outer, tier)
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
      ? { diagnostics: diagnose(problems, carried) }
      : { config: configOf(unpacked.object, tier, file), diagnostics: [] }
  }
  const shape = validate(carried.node, CONFIG_SCHEMA)
  const kubernetes = await validateKubernetesTypes(carried.node, shape, nodeAt)
  const problems = [...shape, ...kubernetes]
  const object = plainValue(carried.node)
  const { spec, isTold } = soundParts(
    object,
    problems.map(({ path }) => path),
  )
  const reasons = crossCheck(spec).filter(isTold)
  problems.push(
    ...reasons.map((one) => ({ ...one, node: nodeAt(one.path) })),
    ...checkTrust(carried.node, CONFIG_SCHEMA, tier),
  )
  if (problems.length === 0) {
    const { lockFile } = (object as unknown as ConfigObject).spec ?? {}
    problems.push(...checkLockFile(lockFile, origin, ['spec', 'lockFile'], nodeAt))
  }
  if (problems.length > 0) return { diagnostics: diagnose(problems, carried) }
  return { config: configOf(object as unknown as ConfigObject, tier, file), diagnostics: [] }
}

/** A lock file that a lower tier names has to stay in the folder of the configuration: `pinpull lock` writes it. */
function checkLockFile(
  lockFile: string | undefined,
  { tier, staysInside = () => true }: ConfigOrigin,
  path: FieldPath,
  nodeAt: (path: FieldPath) => YamlNode,
): ConfigProblem[] {
  if (tier === 1 || lockFile === undefined || staysInside(lockFile)) return []
  const reason = `may not be set to a path out of its folder by ${describeTier(tier)}`
  return [{ code: 'CONFIG_UNTRUSTED', node: nodeAt(path), path, reason, advice: wayUp(tier) }]
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
  shape: readonly ConfigProblem[],
  nodeAt: (path: FieldPath) => YamlNode,
): Promise<ConfigProblem[]> {
  const problems: ConfigProblem[] = []
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
