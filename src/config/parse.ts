import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Digest } from '../reference/reference.ts'
import { effectiveEntries, toJsonValue } from '../yaml/json-value.ts'
import { keyText, resolveAlias, valueAt } from '../yaml/lookup.ts'
import type { FieldPath, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import { crossCheck, validParts } from './checks/cross-check.ts'
import type { Config, ConfigSpec, ProfileSpec } from './config.ts'
import { unwrap } from './config-map.ts'
import { type ConfigDiagnostic, type ConfigNode, readConfigNode, toDiagnostics } from './config-node.ts'
import { checkDenyDigests, withDenyDigests } from './denied-digests.ts'
import { parseFields } from './field-settings.ts'
import { contradictionIn, findSelectorErrors, type LabelSelector } from './label-selector.ts'
import { parseLockSettings } from './lock-settings.ts'
import { mergeProfiles } from './merge.ts'
import { CONFIG_SCHEMA, type ConfigObject } from './schema/config-schema.ts'
import { checkTrust, validate } from './schema/validate.ts'
import { describeTier, type TrustTier, trustHint } from './trust.ts'

/** The result of parsing a configuration. */
export interface ParsedConfig {
  /** Absent if there is an error. */
  readonly config?: Config
  readonly diagnostics: readonly Diagnostic[]
}

/** How much the source of a configuration is trusted, which limits what it may set. */
export interface ConfigOrigin {
  readonly tier: TrustTier
  /**
   * Whether a path, relative to the configuration's folder, stays in that folder when every link on it is followed.
   * Absent: every path does, as for a text that is in no folder.
   */
  readonly staysInside?: ((path: string) => boolean) | undefined
}

/**
 * Parses the configuration in a file: the object itself, or a ConfigMap around it.
 * @param origin a setting that a configuration from there may not make is the diagnostic CONFIG_UNTRUSTED
 */
export function parseConfig(source: Source, origin: ConfigOrigin): ParsedConfig {
  const config = readConfigNode(source)
  return 'diagnostics' in config ? config : parseConfigNode(config, origin, source.file)
}

/** Parses a configuration that is the `functionConfig` of a ResourceList; it has trust tier 3. */
export function parseFunctionConfig(config: ConfigNode): ParsedConfig {
  return parseConfigNode(config, { tier: 3 })
}

function parseConfigNode(outer: ConfigNode, origin: ConfigOrigin, file?: string): ParsedConfig {
  const { tier } = origin
  const unwrapped = unwrap(outer, tier)
  if (unwrapped.kind === 'invalid') return unwrapped
  const { config } = unwrapped
  const isMap = unwrapped.kind === 'settings'
  const object = isMap ? unwrapped.object : (toJsonValue(config.node) as unknown as ConfigObject)
  const found = isMap ? checkSettings(object, origin) : checkObject(config.node, object, origin)
  if (found.length > 0) return { diagnostics: toDiagnostics(found, config) }
  return { config: configOf(object, tier, file), diagnostics: [] }
}

/** Checks the settings of a ConfigMap, whose shape is known to be valid. */
function checkSettings({ spec = {} }: ConfigObject, origin: ConfigOrigin): ConfigDiagnostic[] {
  return [
    ...crossCheck(spec).map((one) => ({ ...one, path: ['data', 'profile'] })),
    ...checkFile(spec.lockFile, origin, ['data', 'lockFile']),
  ]
}

/** @param object the value of the node; of any shape, until the node is found valid */
function checkObject(node: YamlNode, object: ConfigObject, origin: ConfigOrigin): ConfigDiagnostic[] {
  const shape = validate(node, CONFIG_SCHEMA)
  const wrong = [...shape, ...checkLabelSelectors(object, shape)]
  const { spec, isReportable } = validParts(
    object,
    wrong.map(({ path }) => path),
  )
  const found = [
    ...wrong,
    ...crossCheck(spec).filter(isReportable),
    ...checkTrust(node, CONFIG_SCHEMA, origin.tier),
  ]
  if (found.length > 0) return found
  return [
    ...checkFile(object.spec?.lockFile, origin, ['spec', 'lockFile']),
    ...checkFile(object.spec?.lock?.file, origin, ['spec', 'lock', 'file']),
    ...checkFile(object.spec?.denyDigestsFile, origin, ['spec', 'denyDigestsFile']),
    ...verifyFiles(object.spec?.profiles ?? []).flatMap(({ file, path }) => checkFile(file, origin, path)),
  ]
}

/** The keys and trusted roots that profiles name, each with the path of its setting. */
function verifyFiles(
  profiles: readonly ProfileSpec[],
): { readonly file: string | undefined; readonly path: FieldPath }[] {
  return profiles.flatMap(({ trustedRoot, verify = [] }, index) => {
    const at = ['spec', 'profiles', index]
    return [
      { file: trustedRoot, path: [...at, 'trustedRoot'] },
      ...verify.flatMap((entry, position) => [
        ...(entry.keys ?? []).map((file, key) => ({ file, path: [...at, 'verify', position, 'keys', key] })),
        { file: entry.trustedRoot, path: [...at, 'verify', position, 'trustedRoot'] },
      ]),
    ]
  })
}

/** A file that a lower tier names has to stay in the folder of the configuration: it is written, or quoted in messages, or decides. */
function checkFile(
  file: string | undefined,
  { tier, staysInside = () => true }: ConfigOrigin,
  path: FieldPath,
): ConfigDiagnostic[] {
  if (tier === 1 || file === undefined || staysInside(file)) return []
  const reason = `may not be set to a path out of its folder by ${describeTier(tier)}`
  return [{ code: 'CONFIG_UNTRUSTED', path, reason, advice: trustHint(tier) }]
}

/**
 * Checks every label selector that has a valid shape, also in profiles that have errors elsewhere.
 * @param shape what is wrong with the shape of the configuration
 */
function checkLabelSelectors(object: unknown, shape: readonly ConfigDiagnostic[]): ConfigDiagnostic[] {
  return [...labelSelectorsIn(object, [])].flatMap(({ selector, path }): ConfigDiagnostic[] => {
    if (shape.some((one) => isWithin(one.path, path) || isWithin(path, one.path))) return []
    const errors = findSelectorErrors(selector)
    if (errors.length > 0) {
      return errors.map(({ path: inner, reason }) => ({
        code: 'CONFIG_INVALID',
        path: [...path, ...inner],
        reason: `is wrong: ${reason}`,
      }))
    }
    const reason = contradictionIn(selector)
    return reason === undefined ? [] : [{ code: 'CONFIG_RULE_DEAD', path, reason }]
  })
}

function* labelSelectorsIn(
  value: unknown,
  path: FieldPath,
): Generator<{ readonly selector: LabelSelector; readonly path: FieldPath }> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    if (key === 'labelSelector') yield { selector: child as LabelSelector, path: at }
    else yield* labelSelectorsIn(child, at)
  }
}

function isWithin(path: FieldPath, part: FieldPath): boolean {
  return part.every((step, index) => path[index] === step)
}

function configOf({ metadata, spec = {} }: ConfigObject, tier: TrustTier, file?: string): Config {
  const {
    defaultProfile,
    denyDigests,
    denyDigestsFile,
    lock,
    profiles = [],
    registries = [],
    fields,
  }: ConfigSpec = spec
  const lockFile = spec.lockFile ?? lock?.file
  const config: Config = {
    ...(typeof metadata?.name === 'string' ? { name: metadata.name } : {}),
    tier,
    ...(file === undefined ? {} : { file }),
    ...(defaultProfile === undefined ? {} : { defaultProfile }),
    ...(lockFile === undefined ? {} : { lockFile }),
    ...(lock === undefined ? {} : { lock: parseLockSettings(lock) }),
    profiles: mergeProfiles(profiles, fields === undefined ? {} : parseFields(fields)),
    registries,
    ...(denyDigestsFile === undefined ? {} : { denyDigestsFile }),
    spec,
  }
  return withDenyDigests(config, (denyDigests ?? []) as readonly Digest[])
}

/** The profile that a `functionConfig` chooses if there is a configuration file, too. */
export interface ProfileChoice {
  readonly profile?: string | undefined
  /** Digests that it denies beside those of the configuration. */
  readonly denied?: readonly Digest[] | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Parses a `functionConfig` if there is a configuration file, too. Configurations are never merged, so it may only choose a
 * profile, and deny further digests.
 *
 * @param file the name of the configuration in use, for messages
 * @returns the profile and the denied digests, and an error for every other setting
 */
export function parseProfileChoice(functionConfig: ConfigNode, file: string): ProfileChoice {
  const unwrapped = unwrap(functionConfig, 3)
  if (unwrapped.kind === 'invalid') return unwrapped
  if (unwrapped.kind === 'settings') {
    return { profile: unwrapped.object.spec?.defaultProfile, diagnostics: [] }
  }
  const { config } = unwrapped
  const shape = validate(config.node, CONFIG_SCHEMA)
  const { spec } = toJsonValue(config.node) as unknown as ConfigObject
  const found = [
    ...shape,
    ...checkTrust(config.node, CONFIG_SCHEMA, 3),
    ...conflictingSettings(config.node, file),
    ...(shape.length > 0 ? [] : checkDenyDigests(spec?.denyDigests ?? [], ['spec', 'denyDigests'])),
  ]
  if (found.length > 0) return { diagnostics: toDiagnostics(found, config) }
  const root = resolveAlias(config.node)
  return {
    profile: root.kind === 'mapping' ? root.stringAt('spec', 'defaultProfile') : undefined,
    denied: (spec?.denyDigests ?? []) as readonly Digest[],
    diagnostics: [],
  }
}

/** Every key of the `spec` but the choice of a profile and denied digests. */
function conflictingSettings(node: YamlNode, file: string): ConfigDiagnostic[] {
  const root = resolveAlias(node)
  const spec = root.kind === 'mapping' ? valueAt(root, 'spec') : undefined
  if (spec?.kind !== 'mapping') return []
  return effectiveEntries(spec).flatMap((entry) => {
    const key = keyText(entry)
    if (key === undefined || key === 'defaultProfile' || key === 'denyDigests') return []
    return [
      {
        code: 'CONFIG_CONFLICT',
        node: entry.key,
        path: ['spec', key],
        reason: `stands in the functionConfig, but ${file} is the configuration of this run`,
        advice: `move it to ${file}, or take one of the two away: a functionConfig beside another configuration may only choose a profile`,
      },
    ]
  })
}
