import type { GroupVersionKind } from '../gvk.ts'
import { patternOf } from '../path-pattern.ts'
import type { Scope } from '../visit.ts'
import type { ImageCandidate } from './candidate.ts'

/** The facts about a value from which a rule that finds it can be made. */
export type RuledCandidate = Pick<ImageCandidate, 'form' | 'image' | 'prefix' | 'parts' | 'scope' | 'at'>

/** @returns the entry of `spec.fields.optional` for a type, as YAML on one line */
export function suggestedOptional({ gvk }: Scope): string {
  return `{${typeOf(gvk)}}`
}

/** @returns the entry of `spec.fields.rules` that finds a value, as YAML on one line */
export function suggestedRule(candidate: RuledCandidate): string {
  const { scope, at, form } = candidate
  const own = at.slice(scope.depth)
  const name = isConfigMap(scope) ? (scope.object.stringAt('metadata', 'name') ?? '') : ''
  const path = patternOf(form === 'parts' ? own.slice(0, -1) : own, scope.object)
  const keys = [
    typeOf(scope.gvk),
    ...(name === '' ? [] : [`name: ${quoted(name)}`]),
    `path: ${quoted(path)}`,
    ...conditionOf(candidate),
  ]
  return `{${keys.join(', ')}}`
}

/** ConfigMaps have nothing in common but their type, so a rule is about one of them. */
function isConfigMap({ gvk }: Scope): boolean {
  return gvk.group === '' && gvk.kind === 'ConfigMap'
}

function conditionOf({ form, at, prefix, image, parts }: RuledCandidate): readonly string[] {
  if (parts !== undefined) return [`parts: '${parts}'`]
  if (prefix !== '') return [`value: '${isFlag(prefix) ? '^' : ''}${escaped(prefix)}(\\S+)'`]
  // An argument after its flag can only be recognized by its text.
  if (form !== 'program' || typeof at.at(-1) !== 'number') return []
  return [`value: '^(${escaped(image.slice(0, image.lastIndexOf(':')))}[:@].+)$'`]
}

function isFlag(prefix: string): boolean {
  return prefix.startsWith('-')
}

function typeOf({ group, kind }: GroupVersionKind): string {
  return group === '' ? `kind: ${quoted(kind)}` : `group: ${quoted(group)}, kind: ${quoted(kind)}`
}

/** @returns the text as a scalar of a flow mapping */
function quoted(text: string): string {
  return /^[A-Za-z][\w.-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", "''")
}
