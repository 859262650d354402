import { RE2JS } from 're2js'
import type { ValueExpression } from '../kube/find/field-options.ts'

/** A parsed regular expression with the number of its groups, or the reason why it is invalid. */
export type ParsedExpression =
  | { readonly kind: 'expression'; readonly expression: ValueExpression; readonly groups: number }
  | { readonly kind: 'invalid'; readonly reason: string }

/**
 * Parses a regular expression in RE2's syntax, which matches in linear time: an expression may come from an untrusted
 * chart or checkout, and with JavaScript's own engine a few characters could stall the run.
 *
 * Features that only JavaScript has (lookaround, backreferences) are errors; escapes that RE2 spells differently
 * (`\uHHHH`, `\/`, `(?<name>`) are translated.
 */
export function parseExpression(text: string): ParsedExpression {
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(text))
    const groups = compiled.groupCount()
    return { kind: 'expression', groups, expression: { text, find: (value) => findGroup(compiled, value) } }
  } catch (error) {
    return { kind: 'invalid', reason: reasonOf(error as Error) }
  }
}

/** The range of the first group of the first match; undefined if nothing matches, or the group does not take part. */
function findGroup(compiled: RE2JS, value: string): readonly [start: number, end: number] | undefined {
  const matcher = compiled.matcher(value)
  if (!matcher.find()) return undefined
  const start = matcher.start(1)
  return start < 0 ? undefined : [start, matcher.end(1)]
}

function reasonOf({ message }: Error): string {
  const reason = message.replace(/^error parsing regexp: /, '')
  return /perl operator|invalid named capture|\(\?[=!<]/.test(reason)
    ? `${reason} (RE2's syntax has no lookaround)`
    : reason
}
