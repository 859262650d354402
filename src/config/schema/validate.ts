import { suggestionFor } from '../../diagnostics/suggestion.ts'
import { afterUserInformation } from '../../reference/server-url.ts'
import { entriesOf, typeOf } from '../../yaml/json-value.ts'
import { follow, keyText } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlNode } from '../../yaml/nodes.ts'
import type { ConfigDiagnostic } from '../config-node.ts'
import { describeTier, maySet, type TrustTier, trustHint } from '../trust.ts'
import type { AnyOfSchema, AnySchema, StringSchema } from './schema.ts'

type ObjectLike = Extract<AnySchema, { type: 'object' }>

/** How the types are called in a message. */
const NAMES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  null: 'nothing',
}

/** Holds a node to a schema, and says everything that is wrong with it, in the order of the text. */
export function validate(node: YamlNode, schema: AnySchema, path: FieldPath = []): ConfigDiagnostic[] {
  if ('anyOf' in schema) return validateAnyOf(node, schema, path)
  const type = typeOf(node)
  if (type === 'null' && schema.nullable) return []
  if (type !== schema.type) return [wrongType(node, path, [schema])]
  const value = follow(node)
  if (value.kind === 'mapping') return validateMapping(value, schema as ObjectLike, path)
  if (value.kind === 'sequence') {
    const { items, minItems = 0 } = schema as Extract<AnySchema, { type: 'array' }>
    if (value.items.length < minItems)
      return [invalid(node, path, 'is an empty list, and has to have something in it')]
    return value.items.flatMap((item, index) => validate(item, items, [...path, index]))
  }
  if (schema.type === 'string') return validateString(value, schema, path)
  if (schema.type === 'integer' && schema.minimum !== undefined && Number(value.value) < schema.minimum) {
    return [invalid(node, path, `is ${value.value}, and has to be ${schema.minimum} at least`)]
  }
  return []
}

function validateAnyOf(node: YamlNode, { anyOf }: AnyOfSchema, path: FieldPath): ConfigDiagnostic[] {
  const type = typeOf(node)
  const fitting = anyOf.find((one) => !('anyOf' in one) && one.type === type)
  return fitting ? validate(node, fitting, path) : [wrongType(node, path, anyOf)]
}

function validateString(scalar: Scalar, schema: StringSchema, path: FieldPath): ConfigDiagnostic[] {
  const text = scalar.value
  if (schema.enum && !schema.enum.includes(text)) {
    const problem = invalid(scalar, path, `is "${text}", and has to be one of ${schema.enum.join(', ')}`)
    return [withSuggestion(problem, text, schema.enum)]
  }
  if (text.length < (schema.minLength ?? 0)) return [invalid(scalar, path, 'is empty')]
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(text)) {
    const shown = afterUserInformation(text)
    return [invalid(scalar, path, `is "${shown}", and has to be ${schema.patternErrorMessage}`)]
  }
  return []
}

function validateMapping(mapping: Mapping, schema: ObjectLike, path: FieldPath): ConfigDiagnostic[] {
  const { properties = {}, additionalProperties: others } = schema
  const problems: ConfigDiagnostic[] = []
  const seen = new Set<string>()
  for (const entry of entriesOf(mapping)) {
    const key = keyText(entry)
    if (key === undefined) {
      problems.push(invalid(entry.key, path, 'has a key that is no string'))
      continue
    }
    const at = [...path, key]
    if (seen.has(key)) problems.push(invalid(entry.key, at, 'appears twice'))
    seen.add(key)
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (property !== undefined) problems.push(...validate(entry.value, property, at))
    else if (others === false) problems.push(unknownKey(entry.key, at, key, Object.keys(properties)))
    else if (others !== true) {
      const names = schema.propertyNames?.enum
      if (names && !names.includes(key)) problems.push(unknownKey(entry.key, at, key, names))
      else problems.push(...validate(entry.value, others, at))
    }
  }
  for (const key of schema.required ?? []) {
    if (!seen.has(key)) problems.push(invalid(mapping, path, `lacks ${key}`))
  }
  if (seen.size < (schema.minProperties ?? 0)) problems.push(invalid(mapping, path, 'is empty'))
  return problems
}

function wrongType(node: YamlNode, path: FieldPath, wanted: readonly AnySchema[]): ConfigDiagnostic {
  const names = wanted.map((schema) => ('anyOf' in schema ? '' : NAMES[schema.type]))
  const scalar = follow(node)
  const said = scalar.kind === 'scalar' && !scalar.isNull ? scalar.value : NAMES[typeOf(node)]
  const problem = invalid(node, path, `has to be ${names.join(' or ')}, and is ${said}`)
  const quotable = scalar.kind === 'scalar' && !scalar.isNull && names.includes(NAMES['string'])
  return quotable ? { ...problem, advice: `put it in quotes: "${scalar.value}"` } : problem
}

function unknownKey(
  node: YamlNode,
  path: FieldPath,
  key: string,
  known: readonly string[],
): ConfigDiagnostic {
  const problem: ConfigDiagnostic = {
    code: 'CONFIG_UNKNOWN_KEY',
    node,
    path,
    reason: 'is not known',
    advice: `known here: ${known.join(', ')}`,
  }
  return withSuggestion(problem, key, known)
}

function withSuggestion(problem: ConfigDiagnostic, word: string, known: readonly string[]): ConfigDiagnostic {
  const suggestion = suggestionFor(word, known)
  return suggestion === undefined ? problem : { ...problem, advice: `did you mean ${suggestion}?` }
}

function invalid(node: YamlNode, path: FieldPath, reason: string): ConfigDiagnostic {
  return { code: 'CONFIG_INVALID', node, path, reason }
}

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
): ConfigDiagnostic[] {
  if (tier === 1) return []
  if ('anyOf' in schema) {
    const fitting = schema.anyOf.find((one) => !('anyOf' in one) && one.type === typeOf(node))
    return fitting === undefined ? [] : checkTrust(node, fitting, tier, path)
  }
  const value = follow(node)
  const refused = (at: YamlNode, where: FieldPath, reason: string): ConfigDiagnostic => ({
    code: 'CONFIG_UNTRUSTED',
    node: at,
    path: where,
    reason: `${reason} ${describeTier(tier)}`,
    advice: trustHint(tier),
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
