import { escapeJson } from '../diagnostics/printable.ts'

/** A value as indented JSON in which every character that is not to be seen is escaped. */
export function formatJsonText(value: unknown): string {
  return escapeJson(JSON.stringify(value, undefined, 2))
}
