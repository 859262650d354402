/**
 * A condition in CEL (https://cel.dev), or a constant that is known here: constants are folded, so that a policy holds only what its
 * profile asks for.
 */
export type Condition = boolean | Test | Junction | Negation | Choice

/** An expression of its own. */
interface Test {
  readonly kind: 'call' | 'relation'
  readonly text: string
}

interface Junction {
  readonly kind: 'all' | 'any'
  readonly of: readonly Exclude<Condition, boolean>[]
}

interface Negation {
  readonly kind: 'not'
  readonly of: Exclude<Condition, boolean>
}

interface Choice {
  readonly kind: 'choice'
  readonly condition: Exclude<Condition, boolean>
  readonly then: Exclude<Condition, boolean>
  readonly otherwise: Exclude<Condition, boolean>
}

/** A variable, a selection or a call, which can be negated without parentheses. */
export function call(text: string): Condition {
  return { kind: 'call', text }
}

/** An expression with a comparison or `in` at its top level. */
export function relation(text: string): Condition {
  return { kind: 'relation', text }
}

/** All of the conditions hold. */
export function allOf(...conditions: readonly Condition[]): Condition {
  return junction('all', conditions)
}

/** Any of the conditions holds. */
export function anyOf(...conditions: readonly Condition[]): Condition {
  return junction('any', conditions)
}

function junction(kind: 'all' | 'any', conditions: readonly Condition[]): Condition {
  const neutral = kind === 'all'
  const open: Exclude<Condition, boolean>[] = []
  for (const condition of conditions) {
    if (condition === !neutral) return condition
    if (typeof condition === 'boolean') continue
    const parts = condition.kind === kind ? condition.of : [condition]
    open.push(...parts.filter((part) => open.every((one) => formatCondition(one) !== formatCondition(part))))
  }
  const [first] = open
  if (first === undefined) return neutral
  return open.length === 1 ? first : { kind, of: open }
}

/** The condition does not hold. */
export function not(condition: Condition): Condition {
  if (typeof condition === 'boolean') return !condition
  return condition.kind === 'not' ? condition.of : { kind: 'not', of: condition }
}

/** One condition where another holds, else a third. */
export function choose(condition: Condition, then: Condition, otherwise: Condition): Condition {
  if (typeof condition === 'boolean') return condition ? then : otherwise
  if (formatCondition(then) === formatCondition(otherwise)) return then
  if (typeof then === 'boolean') {
    return then ? anyOf(condition, otherwise) : allOf(not(condition), otherwise)
  }
  if (typeof otherwise === 'boolean') return otherwise ? anyOf(not(condition), then) : allOf(condition, then)
  return { kind: 'choice', condition, then, otherwise }
}

/** The text of a condition, with the parentheses that its operators need. */
export function formatCondition(condition: Condition): string {
  if (typeof condition === 'boolean') return String(condition)
  switch (condition.kind) {
    case 'call':
    case 'relation':
      return condition.text
    case 'all':
      return condition.of.map((one) => inParentheses(one, ['any', 'choice'])).join(' && ')
    case 'any':
      return condition.of.map((one) => inParentheses(one, ['all', 'choice'])).join(' || ')
    case 'not':
      return `!${inParentheses(condition.of, ['relation', 'all', 'any', 'choice'])}`
    case 'choice':
      return [
        `${inParentheses(condition.condition, ['choice'])} ? ${inParentheses(condition.then, ['choice'])}`,
        inParentheses(condition.otherwise, []),
      ].join(' : ')
  }
}

/** The text of a condition on one line if it fits, else in parentheses with one operand a line. */
export function formatBlock(condition: Condition): string {
  const line = formatCondition(condition)
  if (line.length <= LONGEST_LINE || typeof condition === 'boolean') return line
  if (condition.kind !== 'all' && condition.kind !== 'any') return line
  const other = condition.kind === 'all' ? 'any' : 'all'
  const operands = condition.of.map((one) => inParentheses(one, [other, 'choice']))
  return `(\n  ${operands.join(condition.kind === 'all' ? ' &&\n  ' : ' ||\n  ')}\n)`
}

const LONGEST_LINE = 80

type Kind = Exclude<Condition, boolean>['kind']

function inParentheses(condition: Exclude<Condition, boolean>, kinds: readonly Kind[]): string {
  const text = formatCondition(condition)
  return kinds.includes(condition.kind) ? `(${text})` : text
}

/** A string literal: raw where a regular expression stays legible by it, and escaped where it has a quote or a control character. */
export function literal(text: string): string {
  if (/^[^'\\\p{C}]*$/u.test(text)) return `'${text}'`
  if (/^[^'\p{C}]*$/u.test(text)) return `r'${text}'`
  return `'${[...text].map((sign) => (/^[^'\\\p{C}]$/u.test(sign) ? sign : escapeOf(sign))).join('')}'`
}

function escapeOf(sign: string): string {
  return `\\U${(sign.codePointAt(0) as number).toString(16).padStart(8, '0')}`
}

/** Whether a text matches an expression of RE2. */
export function matches(text: string, expression: string): Condition {
  return call(`${text}.matches(${literal(expression)})`)
}

/** Whether a text is one of several. */
export function isOneOf(text: string, values: readonly string[]): Condition {
  const [only = ''] = values
  return values.length === 1
    ? relation(`${text} == ${literal(only)}`)
    : relation(`${text} in [${values.map(literal).join(', ')}]`)
}

/** A map literal of strings, with one entry a line. */
export function formatRecord(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([key, value]) => `  ${literal(key)}: ${indent(value)}`)
  return `{\n${lines.join(',\n')}\n}`
}

/** Indents all lines of an expression but the first. */
export function indent(expression: string): string {
  return expression.replaceAll('\n', '\n  ')
}
