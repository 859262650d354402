import { quoteYaml } from '../diagnostics/printable.ts'
import type { JsonValue } from '../yaml/json-value.ts'

/** Text that every reader of YAML takes for itself without quotes. */
const PLAIN = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z/][\w./-]*(?:[:@][\w./-]+)*$/i

/**
 * Writes a value as block YAML. For the manifests that Pinpull itself composes, never for a user's: those are only
 * ever spliced.
 *
 * @param indent how far each line is moved in
 */
export function formatYaml(value: JsonValue, indent = ''): string {
  if (Array.isArray(value)) return value.map((item) => formatItem(item, indent)).join('')
  return Object.entries(value as Record<string, JsonValue>)
    .map(([key, child]) => `${indent}${formatScalar(key)}:${formatChild(child, `${indent}  `)}`)
    .join('')
}

function formatItem(item: JsonValue, indent: string): string {
  if (!isCollection(item) || isEmpty(item)) return `${indent}- ${formatInline(item)}\n`
  // The first line of a nested collection stands behind the dash.
  return `${indent}- ${formatYaml(item, `${indent}  `).slice(indent.length + 2)}`
}

function formatChild(child: JsonValue, indent: string): string {
  if (!isCollection(child) || isEmpty(child)) return ` ${formatInline(child)}\n`
  // A list stands under its key, not further in: one level less for what is nested deep as it is.
  return `\n${formatYaml(child, Array.isArray(child) ? indent.slice(2) : indent)}`
}

function formatInline(value: JsonValue): string {
  if (isCollection(value)) return Array.isArray(value) ? '[]' : '{}'
  return typeof value === 'string' ? formatScalar(value) : JSON.stringify(value)
}

function formatScalar(text: string): string {
  return PLAIN.test(text) ? text : quoteYaml(text)
}

function isCollection(value: JsonValue): value is Exclude<JsonValue, string | number | boolean | null> {
  return typeof value === 'object' && value !== null
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0
}
