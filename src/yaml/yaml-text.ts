import { printable, quoteYaml } from '../diagnostics/printable.ts'
import type { JsonValue } from './json-value.ts'

/** Text that is a string without quotes to every YAML reader. */
const PLAIN = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z/][\w./-]*(?:[:@][\w./-]+)*$/i

/**
 * Formats a value as block YAML, for manifests that Pinpull composes and for what it lists. Manifests of the user are never
 * formatted, only spliced.
 *
 * @param indent the indentation of each line
 */
export function formatYaml(value: JsonValue, indent = ''): string {
  if (Array.isArray(value)) return value.map((item) => formatItem(item, indent)).join('')
  return Object.entries(value as Record<string, JsonValue>)
    .map(([key, child]) => `${indent}${formatScalar(key)}:${formatChild(child, `${indent}  `)}`)
    .join('')
}

function formatItem(item: JsonValue, indent: string): string {
  if (!isCollection(item) || isEmpty(item)) return `${indent}- ${formatInline(item)}\n`
  // The first line of a nested collection follows the dash.
  return `${indent}- ${formatYaml(item, `${indent}  `).slice(indent.length + 2)}`
}

function formatChild(child: JsonValue, indent: string): string {
  if (typeof child === 'string' && isLegibleBlock(child)) return formatBlock(child, indent)
  if (!isCollection(child) || isEmpty(child)) return ` ${formatInline(child)}\n`
  // Like kubectl, do not indent a list below its key.
  return `\n${formatYaml(child, Array.isArray(child) ? indent.slice(2) : indent)}`
}

/**
 * Whether a text is more legible in a literal block than in quotes: it has several lines, or would be full of escapes. A block has no
 * escapes, so that all characters must be printable.
 */
function isLegibleBlock(text: string): boolean {
  if (!/^[!-~](?:[ -~\n]*[!-~])?$/.test(text) || / $/m.test(text)) return false
  // A line could be a command of a CI system.
  if (!text.split('\n').every((line) => printable(line) === line)) return false
  return text.includes('\n') || /["\\]/.test(text)
}

function formatBlock(text: string, indent: string): string {
  const lines = text.split('\n').map((line) => (line === '' ? '\n' : `${indent}${line}\n`))
  return ` |-\n${lines.join('')}`
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
