import { escapeHidden } from '../../diagnostics/printable.ts'

/** Markup that may be written to a page as it is. */
export interface Markup {
  readonly markup: string
}

/** What may stand in a template: text is escaped, markup is not. */
type Value = Markup | string | number | undefined | readonly (Markup | string)[]

/**
 * Makes markup from a template. Every text in it is escaped, so it cannot become an element or leave an attribute; undefined is
 * nothing, and a list is written without separators.
 */
export function html(template: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const written = template.map((part, index) => part + (index < values.length ? write(values[index]) : ''))
  return { markup: written.join('') }
}

function write(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escapeText(value)
  if ('markup' in value) return value.markup
  return value.map(write).join('')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Escapes text for elements and quoted attributes. Pages are also printed in logs, where `##[` would begin a command. */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"'`]/g, (sign) => ESCAPES[sign] as string)
    .replace(/#(?=#(?:vso|teamcity)?\[)/gi, '&#35;')
}

/** `U+200B`, as Unicode writes a character. */
function codePointName(sign: string): string {
  return `U+${(sign.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`
}

/**
 * Shows text from a manifest or a registry. Characters that are invisible or rearrange others are shown by their number
 * (`U+202E`), in an element of its own, so that they cannot be confused with the text.
 */
export function shown(text: string): Markup {
  return {
    markup: escapeHidden(
      escapeText(text),
      (sign) => html`<span class="hidden-character">${codePointName(sign)}</span>`.markup,
    ),
  }
}

/** Shows a part of a line as `shown` does, but with its tabs. */
export function shownCode(text: string): Markup {
  const [first = '', ...others] = text.split('\t')
  return html`${shown(first)}${others.map((part) => html`\t${shown(part)}`)}`
}

/** Shows text in an attribute, where no element can stand. */
export function shownPlain(text: string): string {
  return escapeHidden(text, codePointName)
}

/** `1 image`, `20 images`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
