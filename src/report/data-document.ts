import { escapeJson } from '../diagnostics/printable.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import { formatYaml } from '../yaml/yaml-text.ts'

/** The formats for programs that every listing and report has. */
export type DataFormat = 'json' | 'yaml'

/**
 * Formats what a command found as one document for programs. It begins with the version of Pinpull that wrote it; keys are only
 * ever added.
 *
 * @param content must not have the key `tool`
 */
export function formatDataDocument(format: DataFormat, content: object, version: string): string {
  return formatData(format, { tool: { name: 'pinpull', version }, ...content })
}

/** Formats data that names its version itself, such as a configuration. */
export function formatData(format: DataFormat, data: object): string {
  if (format === 'json') return `${printableJson(data)}\n`
  // Like JSON, without the properties that are undefined.
  return formatYaml(JSON.parse(JSON.stringify(data)) as JsonValue)
}

/** Formats a value as indented JSON with invisible characters escaped. */
export function printableJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, undefined, 2))
}
