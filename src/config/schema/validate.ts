import { suggestionFor } from '../../diagnostics/suggestion.ts'
import { redactThroughUserInfo } from '../../reference/server-url.ts'
import { effectiveEntries, schemaTypeOf } from '../../yaml/json-value.ts'
import { keyText, resolveAlias } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlNode } from '../../yaml/nodes.ts'
import type { ConfigDiagnostic } from '../config-node.ts'
import { describeTier, maySet, type TrustTier, trustHint } from '../trust.ts'
import type { AnyOfSchema, AnySchema, OtherNames, StringSchema } from './schema.ts'

type ObjectLike = Extract<AnySchema, { type: 'object' }>

/** The names of types in messages. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  null: 'nothing',
}

/** Validates a node against a schema. @returns every error, in the order of the text */
export function validate(node: YamlNode, schema: AnySchema, path: FieldPath = []): ConfigDiagnostic[] {
  if ('anyOf' in schema) return validateAnyOf(node, schema, path)
  const type = schemaTypeOf(node)
  if (type === 'null' && schema.nullable) return []
  if (type !== schema.type) return [wrongType(node, path, [schema])]
  const value = resolveAlias(node)
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
  const type = schemaTypeOf(node)
  const fitting = anyOf.find((one) => !('anyOf' in one) && one.type === type)
  return fitting ? validate(node, fitting, path) : [wrongType(node, path, anyOf)]
}

function validateString(scalar: Scalar, schema: StringSchema, path: FieldPath): ConfigDiagnostic[] {
  const text = scalar.value
  if (schema.enum && !schema.enum.includes(text)) {
    const error = invalid(scalar, path, `is "${text}", and has to be one of ${schema.enum.join(', ')}`)
    return [withSuggestion(error, text, schema.enum)]
  }
  if (text.length < (schema.minLength ?? 0)) return [invalid(scalar, path, 'is empty')]
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(text)) {
    const shown = redactThroughUserInfo(text)
    return [invalid(scalar, path, `is "${shown}", and has to be ${schema.patternErrorMessage}`)]
  }
  return []
}

function validateMapping(mapping: Mapping, schema: ObjectLike, path: FieldPath): ConfigDiagnostic[] {
  const { properties = {}, additionalProperties: others, otherNames = {} } = schema
  const errors: ConfigDiagnostic[] = []
  const seen = new Set<string>()
  for (const entry of effectiveEntries(mapping)) {
    const key = keyText(entry)
    if (key === undefined) {
      errors.push(invalid(entry.key, path, 'has a key that is no string'))
      continue
    }
    const at = [...path, key]
    if (seen.has(key)) errors.push(invalid(entry.key, at, 'appears twice'))
    seen.add(key)
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (property !== undefined) errors.push(...validate(entry.value, property, at))
    else if (others === false)
      errors.push(unknownKey(entry.key, at, key, Object.keys(properties), otherNames))
    else if (others !== true) {
      const names = schema.propertyNames?.enum
      if (names && !names.includes(key)) errors.push(unknownKey(entry.key, at, key, names))
      else errors.push(...validate(entry.value, others, at))
    }
  }
  for (const key of schema.required ?? []) {
    if (!seen.has(key)) errors.push(invalid(mapping, path, `lacks ${key}`))
  }
  if (seen.size < (schema.minProperties ?? 0)) errors.push(invalid(mapping, path, 'is empty'))
  return errors
}

function wrongType(node: YamlNode, path: FieldPath, expected: readonly AnySchema[]): ConfigDiagnostic {
  const names = expected.map((schema) => ('anyOf' in schema ? '' : TYPE_NAMES[schema.type]))
  const scalar = resolveAlias(node)
  const actual = scalar.kind === 'scalar' && !scalar.isNull ? scalar.value : TYPE_NAMES[schemaTypeOf(node)]
  const error = invalid(node, path, `has to be ${names.join(' or ')}, and is ${actual}`)
  const quotable = scalar.kind === 'scalar' && !scalar.isNull && names.includes(TYPE_NAMES['string'])
  return quotable ? { ...error, advice: `put it in quotes: "${scalar.value}"` } : error
}

function unknownKey(
  node: YamlNode,
  path: FieldPath,
  key: string,
  known: readonly string[],
  otherNames: OtherNames = {},
): ConfigDiagnostic {
  const error: ConfigDiagnostic = {
    code: 'CONFIG_UNKNOWN_KEY',
    node,
    path,
    reason: 'is not known',
    advice: `known here: ${known.join(', ')}`,
  }
  const meant = Object.hasOwn(otherNames, key) ? otherNames[key] : undefined
  return meant === undefined
    ? withSuggestion(error, key, known)
    : { ...error, advice: `it is called ${meant} here` }
}

function withSuggestion(error: ConfigDiagnostic, word: string, known: readonly string[]): ConfigDiagnostic {
  const suggestion = suggestionFor(word, known)
  return suggestion === undefined ? error : { ...error, advice: `did you mean ${suggestion}?` }
}

function invalid(node: YamlNode, path: FieldPath, reason: string): ConfigDiagnostic {
  return { code: 'CONFIG_INVALID', node, path, reason }
}

/**
 * Finds the settings of a configuration that its tier may not make. It walks the same entries as `validate`, including
 * aliases and merge keys, so that it sees exactly what takes effect.
 *
 * @param node a node of the configuration; parts of a wrong shape are ignored, since `validate` reports them
 * @param schema has the least trusted tier of every key
 * @param tier the configuration's own tier
 * @param path the path of the node
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
    const fitting = schema.anyOf.find((one) => !('anyOf' in one) && one.type === schemaTypeOf(node))
    return fitting === undefined ? [] : checkTrust(node, fitting, tier, path)
  }
  const value = resolveAlias(node)
  const untrusted = (at: YamlNode, where: FieldPath, reason: string): ConfigDiagnostic => ({
    code: 'CONFIG_UNTRUSTED',
    node: at,
    path: where,
    reason: `${reason} ${describeTier(tier)}`,
    advice: trustHint(tier),
  })
  if (value.kind === 'scalar') {
    const needed = schema.type === 'string' ? schema.tierOf?.[value.value] : undefined
    if (needed === undefined || maySet(needed, tier)) return []
    return [untrusted(node, path, `may not be set to "${value.value}" by`)]
  }
  if (value.kind === 'sequence') {
    if (schema.type !== 'array') return []
    return value.items.flatMap((item, index) => checkTrust(item, schema.items, tier, [...path, index]))
  }
  if (schema.type !== 'object') return []
  const { properties = {}, additionalProperties: others } = schema
  return effectiveEntries(value).flatMap((entry) => {
    const key = keyText(entry)
    if (key === undefined) return []
    const at = [...path, key]
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (property === undefined)
      return typeof others === 'object' ? checkTrust(entry.value, others, tier, at) : []
    if (!maySet(property.tier, tier)) return [untrusted(entry.key, at, 'may not be set by')]
    return checkTrust(entry.value, property, tier, at)
  })
}
