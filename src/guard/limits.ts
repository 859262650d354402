import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { JsonValue } from '../yaml/json-value.ts'

/** In code points, of one expression: cel-go's parser refuses a longer one. */
const LONGEST_EXPRESSION = 100_000

/**
 * In characters, of the regular expressions in one expression. The API server stops an expression at a cost of 1,000,000
 * (apis/cel/config.go), and a match costs a tenth of the text times a quarter of the expression (cel-go, checker/cost.go): with this
 * many, a Pod with 50 images whose names have 128 characters is still judged.
 */
const LONGEST_PATTERNS = 6000

/** Finds expressions that the API server would refuse, or would stop for a large Pod. */
export function limitDiagnostics(objects: readonly JsonValue[], profile: string): Diagnostic[] {
  return objects
    .flatMap((object) => expressionsIn(object))
    .flatMap(([name, expression]) => {
      const reason = reasonOf(expression)
      if (reason === undefined) return []
      const args = { profile, reason: `${name} ${reason}` }
      return [{ code: 'GUARD_TOO_COSTLY', severity: 'error', args } as const]
    })
}

function reasonOf(expression: string): string | undefined {
  const length = [...expression].length
  if (length > LONGEST_EXPRESSION) {
    return `has ${length} characters, and an expression may have ${LONGEST_EXPRESSION}`
  }
  const patterns = [...expression.matchAll(/\.matches\(r?'([^']*)'\)/g)].map(
    ([, pattern = '']) => pattern.length,
  )
  const sum = patterns.reduce((a, b) => a + b, 0)
  return sum > LONGEST_PATTERNS
    ? `has patterns of ${sum} characters, and with more than ${LONGEST_PATTERNS} the API server would stop at a Pod with 50 images`
    : undefined
}

/** The expressions in an object, each with the name of what it belongs to. */
function expressionsIn(value: JsonValue, name = 'an expression'): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item) => expressionsIn(item, name))
  if (typeof value !== 'object' || value === null) return []
  const own = 'name' in value && typeof value['name'] === 'string' ? `the variable ${value['name']}` : name
  return Object.entries(value as Readonly<Record<string, JsonValue>>).flatMap(([key, child]) =>
    /expression$/i.test(key) && typeof child === 'string' ? [[own, child]] : expressionsIn(child, name),
  )
}
