import { PinpullError } from '../diagnostics/errors.ts'
import { resolveAlias } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlNode } from '../yaml/nodes.ts'

/** A step of a pattern: a key, any key, or the items of a sequence, all of them or those with a given text under a key. */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'anyKey' }
  | { readonly kind: 'items'; readonly where?: ItemSelector }

/** Selects items of a sequence of mappings: `[name=web]`. */
export interface ItemSelector {
  readonly key: string
  readonly value: string
}

/** A pattern of paths below a resource's root. */
export interface PathPattern {
  /** The text that was parsed. */
  readonly text: string
  readonly steps: readonly PathStep[]
}

const ANY_KEY: PathStep = { kind: 'anyKey' }
const ITEMS: PathStep = { kind: 'items' }

/** A key between dots, `*`, a quoted key in brackets, or `[]`. */
const STEP =
  /(\*)|([^.[\]{}*"\s]+)|\["((?:[^"\\]|\\.)*)"\]|(\[\])|\[([\w.-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\]"]+))\]/y

/**
 * Parses a pattern of paths: `spec.jobs[].image`. `*` matches any key, `[]` every item of a sequence, `[name=web]`
 * the items with this text under a key; a key with dots or other signs is written `["a.b/c"]`.
 *
 * @throws {PinpullError} FIELD_PATH_INVALID, with what is wrong and where
 */
export function parsePathPattern(text: string): PathPattern {
  const steps: PathStep[] = []
  let at = 0
  while (at < text.length) {
    if (text[at] === '.' && steps.length > 0) at += 1
    else if (steps.length > 0 && text[at] !== '[') throw invalid(text, at, 'a dot or "[" is missing')
    STEP.lastIndex = at
    const match = STEP.exec(text)
    if (match === null)
      throw invalid(text, at, 'a key, "*", "[]", [name=value] or ["a quoted key"] is missing')
    steps.push(stepOf(match, text, at))
    at = STEP.lastIndex
  }
  if (steps[0] === undefined || steps[0].kind === 'items') throw invalid(text, 0, 'it begins with no key')
  return { text, steps }
}

/** @returns the alternatives of `spec.{a,b.c}.image` in their order; only tables use them */
export function expandAlternatives(text: string): readonly string[] {
  const group = /\{([^{}]*)\}/.exec(text)
  if (group === null) return [text]
  const before = text.slice(0, group.index)
  const after = text.slice(group.index + group[0].length)
  return (group[1] as string).split(',').flatMap((one) => expandAlternatives(`${before}${one}${after}`))
}

/**
 * Whether a path matches a pattern.
 *
 * @param root the mapping at which both begin
 */
export function matchesPath({ steps }: PathPattern, path: FieldPath, root: Mapping): boolean {
  if (path.length !== steps.length) return false
  let node: YamlNode | undefined = root
  for (const [i, step] of steps.entries()) {
    const taken = path[i] as string | number
    const isSelective = step.kind === 'items' && step.where !== undefined
    // Only a selector needs the node, and few patterns have one.
    if (isSelective) node = nodeAt(root, path.slice(0, i + 1))
    if (!matchesStep(step, taken, node)) return false
  }
  return true
}

/**
 * Whether a step of a path matches a step of a pattern.
 *
 * @param taken the key or index
 * @param node the node to which the step leads; only selectors need it
 */
export function matchesStep(step: PathStep, taken: string | number, node: YamlNode | undefined): boolean {
  if (typeof taken === 'number') return step.kind === 'items' && isSelected(step.where, node)
  return step.kind === 'anyKey' || (step.kind === 'key' && step.key === taken)
}

function isSelected(where: ItemSelector | undefined, node: YamlNode | undefined): boolean {
  if (where === undefined) return true
  const item = node === undefined ? undefined : resolveAlias(node)
  return item?.kind === 'mapping' && item.stringAt(where.key) === where.value
}

function nodeAt(root: Mapping, path: FieldPath): YamlNode | undefined {
  let node: YamlNode | undefined = root
  for (const step of path) {
    const value: YamlNode | undefined = node === undefined ? undefined : resolveAlias(node)
    if (value?.kind === 'mapping') node = value.find(String(step))?.entry.value
    else node = value?.kind === 'sequence' ? value.items[Number(step)] : undefined
  }
  return node
}

/**
 * Formats the pattern that leads to a value and to the corresponding ones in other items of the same sequences. Items of
 * lists of variables and parameters are selected by their name.
 *
 * @param root the mapping at which the path begins
 */
export function patternOf(path: FieldPath, root: Mapping): string {
  return path
    .map((step, i) => {
      if (typeof step === 'string') return keyStep(step, i)
      const item = nodeAt(root, path.slice(0, i + 1))
      const mapping = item === undefined ? undefined : resolveAlias(item)
      const isNamed = NAMED_LISTS.has(String(path[i - 1])) && mapping?.kind === 'mapping'
      const name = isNamed ? mapping.stringAt('name') : undefined
      if (name === undefined) return '[]'
      return /^[\w.-]+$/.test(name) ? `[name=${name}]` : `[name=${JSON.stringify(name)}]`
    })
    .join('')
}

/** Lists whose items are not alike: core/v1 `EnvVar`, parameters of Tekton and OpenShift. */
const NAMED_LISTS: ReadonlySet<string> = new Set(['env', 'params', 'parameters'])

function keyStep(key: string, index: number): string {
  if (!/^[^.[\]{}*"\s]+$/.test(key)) return `[${JSON.stringify(key)}]`
  return index === 0 ? key : `.${key}`
}

function stepOf(match: RegExpExecArray, text: string, at: number): PathStep {
  const [, star, key, quoted, , where, quotedValue, plainValue] = match
  if (star !== undefined) return ANY_KEY
  if (key !== undefined) return { kind: 'key', key }
  if (quoted !== undefined) return { kind: 'key', key: unquote(quoted, text, at) }
  if (where === undefined) return ITEMS
  const value = quotedValue === undefined ? plainValue : unquote(quotedValue, text, at)
  return { kind: 'items', where: { key: where, value: value as string } }
}

function unquote(quoted: string, text: string, at: number): string {
  try {
    return JSON.parse(`"${quoted}"`) as string
  } catch {
    throw invalid(text, at, 'the quoted key is no JSON string')
  }
}

function invalid(path: string, at: number, reason: string): PinpullError {
  return new PinpullError('FIELD_PATH_INVALID', { path, column: at + 1, reason })
}
