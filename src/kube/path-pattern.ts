import { PinpullError } from '../diagnostics/errors.ts'
import type { FieldPath } from '../yaml/nodes.ts'

/** One step of a pattern: a key, any key, or any item of a sequence. */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'anyKey' }
  | { readonly kind: 'items' }

/** A pattern of paths below a resource's root. */
export interface PathPattern {
  /** As it was written. */
  readonly text: string
  readonly steps: readonly PathStep[]
}

const ANY_KEY: PathStep = { kind: 'anyKey' }
const ITEMS: PathStep = { kind: 'items' }

/** A key between dots, `*`, a quoted key in brackets, or `[]`; what follows it is looked at by the caller. */
const STEP = /(\*)|([^.[\]{}*"\s]+)|\["((?:[^"\\]|\\.)*)"\]|(\[\])/y

/**
 * Parses a pattern of paths: `spec.jobs[].image`. A key stands for itself, `*` for any key, `[]` for every item of a
 * sequence, and a key with dots or other signs in it is written `["a.b/c"]`.
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
    if (match === null) throw invalid(text, at, 'a key, "*", "[]" or ["a quoted key"] is missing')
    steps.push(stepOf(match, text, at))
    at = STEP.lastIndex
  }
  if (steps[0] === undefined || steps[0].kind === 'items') throw invalid(text, 0, 'it begins with no key')
  return { text, steps }
}

/** Writes out the alternatives of `spec.{a,b.c}.image`, in their order. Tables use them; users need not. */
export function expandAlternatives(text: string): readonly string[] {
  const group = /\{([^{}]*)\}/.exec(text)
  if (group === null) return [text]
  const before = text.slice(0, group.index)
  const after = text.slice(group.index + group[0].length)
  return (group[1] as string).split(',').flatMap((one) => expandAlternatives(`${before}${one}${after}`))
}

/** Whether a path below a resource's root is one of the pattern's. */
export function matchesPath({ steps }: PathPattern, path: FieldPath): boolean {
  return (
    path.length === steps.length && steps.every((step, i) => matchesStep(step, path[i] as string | number))
  )
}

/** Whether one step of a path, a key or an index, is what the pattern has there. */
export function matchesStep(step: PathStep, taken: string | number): boolean {
  if (typeof taken === 'number') return step.kind === 'items'
  return step.kind === 'anyKey' || (step.kind === 'key' && step.key === taken)
}

function stepOf(match: RegExpExecArray, text: string, at: number): PathStep {
  const [, star, key, quoted] = match
  if (star !== undefined) return ANY_KEY
  if (key !== undefined) return { kind: 'key', key }
  if (quoted === undefined) return ITEMS
  try {
    return { kind: 'key', key: JSON.parse(`"${quoted}"`) as string }
  } catch {
    throw invalid(text, at, 'the quoted key is no JSON string')
  }
}

function invalid(path: string, at: number, reason: string): PinpullError {
  return new PinpullError('FIELD_PATH_INVALID', { path, column: at + 1, reason })
}
