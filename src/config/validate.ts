import { suggestionFor } from '../diagnostics/suggestion.ts'
import { afterUserInformation } from '../reference/server-url.ts'
import { follow, keyText } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlNode } from '../yaml/nodes.ts'
import { entriesOf, typeOf } from '../yaml/plain-value.ts'
import type { ConfigProblem } from './problem.ts'
import type { AnyOfSchema, AnySchema, StringSchema } from './schema/schema.ts'

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
export function validate(node: YamlNode, schema: AnySchema, path: FieldPath = []): ConfigProblem[] {
  if ('anyOf' in schema) return validateAnyOf(node, schema, path)
  const type = typeOf(node)
  if (type !== schema.type) return [mistyped(node, path, [schema])]
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

function validateAnyOf(node: YamlNode, { anyOf }: AnyOfSchema, path: FieldPath): ConfigProblem[] {
  const type = typeOf(node)
  const fitting = anyOf.find((one) => !('anyOf' in one) && one.type === type)
  return fitting ? validate(node, fitting, path) : [mistyped(node, path, anyOf)]
}

function validateString(scalar: Scalar, schema: StringSchema, path: FieldPath): ConfigProblem[] {
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

function validateMapping(mapping: Mapping, schema: ObjectLike, path: FieldPath): ConfigProblem[] {
  const { properties = {}, additionalProperties: others } = schema
  const problems: ConfigProblem[] = []
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

function mistyped(node: YamlNode, path: FieldPath, wanted: readonly AnySchema[]): ConfigProblem {
  const names = wanted.map((schema) => ('anyOf' in schema ? '' : NAMES[schema.type]))
  const scalar = follow(node)
  const said = scalar.kind === 'scalar' && !scalar.isNull ? scalar.value : NAMES[typeOf(node)]
  const problem = invalid(node, path, `has to be ${names.join(' or ')}, and is ${said}`)
  const quotable = scalar.kind === 'scalar' && !scalar.isNull && names.includes(NAMES['string'])
  return quotable ? { ...problem, advice: `put it in quotes: "${scalar.value}"` } : problem
}

function unknownKey(node: YamlNode, path: FieldPath, key: string, known: readonly string[]): ConfigProblem {
  const problem: ConfigProblem = {
    code: 'CONFIG_UNKNOWN_KEY',
    node,
    path,
    reason: 'is not known',
    advice: `known here: ${known.join(', ')}`,
  }
  return withSuggestion(problem, key, known)
}

function withSuggestion(problem: ConfigProblem, word: string, known: readonly string[]): ConfigProblem {
  const suggestion = suggestionFor(word, known)
  return suggestion === undefined ? problem : { ...problem, advice: `did you mean ${suggestion}?` }
}

function invalid(node: YamlNode, path: FieldPath, reason: string): ConfigProblem {
  return { code: 'CONFIG_INVALID', node, path, reason }
}
