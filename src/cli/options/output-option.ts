import type { ReportFormat } from '../io/report-file.ts'
import { choiceOption, type OptionSpec } from './option.ts'

/** The formats that the report of a run can be printed in. */
export const REPORT_FORMATS: readonly ReportFormat[] = [
  'text',
  'json',
  'yaml',
  'sarif',
  'junit',
  'markdown',
  'html',
  'github',
]

/** The formats of a command that prints text for people, or data. */
export const TEXT_FORMATS = ['text', 'json', 'yaml'] as const

/**
 * Other words for formats. What is printed for people is a table in one command and text in another, and both words mean it in
 * both; `lines` and `list` are what `name` was called.
 */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['text', 'table'],
  ['table', 'text'],
  ['lines', 'name'],
  ['list', 'name'],
])

/**
 * `--output`, with the same names of formats in every command: `text` or `table` for people, `json` and `yaml` for programs,
 * `name` for scripts, one name on each line; and the formats of other tools.
 *
 * @param formats the first one is the default
 */
export function outputOption(formats: readonly string[], description: string): OptionSpec {
  return {
    ...choiceOption('output', 'format', formats, description, SYNONYMS),
    short: 'o',
    aliases: [{ name: 'format' }],
  }
}
