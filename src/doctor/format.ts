import { printable } from '../diagnostics/printable.ts'
import { type DataFormat, formatDataDocument } from '../report/data-document.ts'
import { VERSION } from '../version.ts'
import type { Section, Step, StepStatus } from './step.ts'

const MARKS: Readonly<Record<StepStatus, readonly [mark: string, color: number]>> = {
  ok: ['ok', 32],
  info: ['-', 2],
  warning: ['warning', 33],
  failed: ['FAILED', 31],
}

const MARK_WIDTH = 7
const NAME_WIDTH = 13

/** Formats the title of a section, with a blank line before it. */
export function formatTitle(title: string, color: boolean): string {
  return `\n${color ? `\u001b[1m${printable(title)}\u001b[0m` : printable(title)}\n`
}

/** Formats a step: a line with its time, then details and the hint, indented. */
export function formatStep(
  { name, status, text, details, hint, milliseconds }: Step,
  color: boolean,
): string {
  const [mark, code] = MARKS[status]
  const shown = mark.padEnd(MARK_WIDTH)
  const time = milliseconds === undefined ? '' : ` (${Math.round(milliseconds)} ms)`
  const head = `  ${color ? `\u001b[${code}m${shown}\u001b[0m` : shown} ${name.padEnd(NAME_WIDTH)} ${printable(text)}${time}`
  const indent = ' '.repeat(MARK_WIDTH + NAME_WIDTH + 4)
  const more = [...(details ?? []), ...(hint === undefined ? [] : [`→ ${hint}`])]
  return [head.trimEnd(), ...more.map((line) => `${indent}${printable(line)}`)]
    .map((line) => `${line}\n`)
    .join('')
}

/** Formats all sections as one document for programs. */
export function formatDoctorDocument(
  format: DataFormat,
  sections: readonly Section[],
  exitCode: number,
): string {
  return formatDataDocument(format, { exitCode, sections }, VERSION)
}
