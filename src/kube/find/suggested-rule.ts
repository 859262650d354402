import type { GroupVersionKind } from '../gvk.ts'
import { patternOf } from '../path-pattern.ts'
import type { Scope } from '../walk.ts'
import type { ImageCandidate } from './candidate.ts'

/** What a rule has to know of a value to find it. */
export type RuledSign = Pick<ImageCandidate, 'form' | 'image' | 'prefix' | 'parts' | 'scope' | 'at'>

/** The entry of `spec.fields.optional` that asks for the fields of a type. */
export function suggestedOptional({ gvk }: Scope): string {
  return `{${typeOf(gvk)}}`
}

/** The entry of `spec.fields.rules` that finds a value, as YAML on one line. */
export function suggestedRule(sign: RuledSign): string {
  const { scope, at, form } = sign
  const own = at.slice(scope.depth)
  const name = isConfigMap(scope) ? (scope.object.stringAt('metadata', 'name') ?? '') : ''
  const path = patternOf(form === 'parts' ? own.slice(0, -1) : own, scope.object)
  const keys = [
    typeOf(scope.gvk),
    ...(name === '' ? [] : [`name: ${quoted(name)}`]),
    `path: ${quoted(path)}`,
    ...conditionOf(sign),
  ]
  return `{${keys.join(', ')}}`
}

/** ConfigMaps have nothing in common but their type: a rule is about one of them. */
function isConfigMap({ gvk }: Scope): boolean {
  return gvk.group === '' && gvk.kind === 'ConfigMap'
}

function conditionOf({ form, at, prefix, image, parts }: RuledSign): readonly string[] {
  if (parts !== undefined) return [`parts: '${parts}'`]
  if (prefix !== '') return [`value: '${isFlag(prefix) ? '^' : ''}${escaped(prefix)}(\\S+)'`]
  // An argument behind its flag is known by nothing but what it says.
  if (form !== 'program' || typeof at.at(-1) !== 'number') return []
  return [`value: '^(${escaped(image.slice(0, image.lastIndexOf(':')))}[:@].+)$'`]
}

function isFlag(prefix: string): boolean {
  return prefix.startsWith('-')
}

function typeOf({ group, kind }: GroupVersionKind): string {
  return group === '' ? `kind: ${quoted(kind)}` : `group: ${quoted(group)}, kind: ${quoted(kind)}`
}

/** A text as a scalar of a flow mapping. */
function quoted(text: string): string {
  return /^[A-Za-z][\w.-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", "''")
}
