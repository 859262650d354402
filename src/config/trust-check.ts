import { follow, keyText } from '../yaml/lookup.ts'
import type { FieldPath, YamlNode } from '../yaml/nodes.ts'
import { entriesOf, typeOf } from '../yaml/plain-value.ts'
import type { ConfigProblem } from './problem.ts'
import type { AnySchema } from './schema/schema.ts'
import { describeTier, maySet, type TrustTier, wayUp } from './trust.ts'

/**
 * Finds the settings of a configuration that its tier may not make. It walks the same entries as the validation,
 * including aliases and merge keys, so that it judges exactly what takes effect.
 *
 * @param node a node of the configuration; a wrong shape is left for the validation to report
 * @param schema holds for every key which tier may set it
 * @param tier the configuration's own
 * @param path of the node
 * @returns CONFIG_UNTRUSTED for each; only for the uppermost key if everything below it is refused
 */
export function checkTrust(
  node: YamlNode,
  schema: AnySchema,
  tier: TrustTier,
  path: FieldPath = [],
): ConfigProblem[] {
  if (tier === 1) return []
  if ('anyOf' in schema) {
    const fitting = schema.anyOf.find((one) => !('anyOf' in one) && one.type === typeOf(node))
    return fitting === undefined ? [] : checkTrust(node, fitting, tier, path)
  }
  const value = follow(node)
  const refused = (at: YamlNode, where: FieldPath, reason: string): ConfigProblem => ({
    code: 'CONFIG_UNTRUSTED',
    node: at,
    path: where,
    reason: `${reason} ${describeTier(tier)}`,
    advice: wayUp(tier),
  })
  if (value.kind === 'scalar') {
    const needed = schema.type === 'string' ? schema.tierOf?.[value.value] : undefined
    if (needed === undefined || maySet(needed, tier)) return []
    return [refused(node, path, `may not be set to "${value.value}" by`)]
  }
  if (value.kind === 'sequence') {
    if (schema.type !== 'array') return []
    return value.items.flatMap((item, index) => checkTrust(item, schema.items, tier, [...path, index]))
  }
  if (schema.type !== 'object') return []
  const { properties = {}, additionalProperties: others } = schema
  return entriesOf(value).flatMap((entry) => {
    const key = keyText(entry)
    if (key === undefined) return []
    const at = [...path, key]
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (property === undefined)
      return typeof others === 'object' ? checkTrust(entry.value, others, tier, at) : []
    if (!maySet(property.tier, tier)) return [refused(entry.key, at, 'may not be set by')]
    return checkTrust(entry.value, property, tier, at)
  })
}
