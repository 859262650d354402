import { catalogueEntry } from '../diagnostics/catalogue.ts'
import { literal } from './cel.ts'
import type { Check } from './checks.ts'
import { FIELD, IMAGE } from './condition.ts'

/**
 * In characters. The API server drops a message of more than 5 KiB (apis/cel/config.go), and a character has up to four bytes.
 */
const LONGEST_IMAGE = 300
const LONGEST_LIST = 700

/**
 * Formats the message about the images that violate a check: the code, the first of them with its container, what is wrong and
 * what to do, as the command line says it, and the others by name.
 * @param variable the list of these images, which is not empty
 */
export function formatViolation({ code, args }: Check, variable: string): string {
  const { message, hint } = catalogueEntry(code)
  const image = cut(FIELD.image, LONGEST_IMAGE)
  const subject =
    message.includes('{image}') || message.includes('{action}') ? message : `{image}: ${message}`
  // The files from which an object was applied are not known to the API server.
  const next = hint.replace(/\{(pinpull[^{}]*)\}/g, '$1 FILE')
  const text = `${code}: {type} {container}: ${subject}; ${next}`
  const values: Readonly<Record<string, string>> = {
    ...args,
    type: FIELD.type,
    container: FIELD.container,
    image,
    ...('action' in args ? { action: image } : {}),
  }
  const list = `variables.${variable}`
  const others = `${list}.filter(${IMAGE}, ${IMAGE} != ${list}[0]).map(${IMAGE}, ${PLACE}).join(', ')`
  return [
    `${list}.map(${IMAGE}, ${fill(text, values)})[0] +`,
    `(size(${list}) > 1 ? '; likewise ' + [${others}].map(t, ${cut('t', LONGEST_LIST)})[0] : '')`,
  ].join('\n')
}

const PLACE = `${FIELD.type} + ' ' + ${FIELD.container} + ' "' + ${FIELD.image} + '"'`

/** The message without a look at the request, which the API server prints if the other one fails. */
export function formatFallback({ code }: Check): string {
  return `${code}: ${catalogueEntry(code).title}`
}

function cut(text: string, length: number): string {
  return `${text}.substring(0, [size(${text}), ${length}].min())`
}

/** Translates a template of the catalogue to a concatenation. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  const pieces: string[] = []
  for (const [index, piece] of template.split(/\{(\w+)\}/).entries()) {
    const value = index % 2 === 0 ? literal(piece) : values[piece]
    if (value === undefined) throw new Error(`the message has no ${piece}`)
    const last = pieces.at(-1)
    if (last !== undefined && isPlain(last) && isPlain(value)) {
      pieces[pieces.length - 1] = `${last.slice(0, -1)}${value.slice(1)}`
    } else {
      pieces.push(/ \? /.test(value) && !isPlain(value) ? `(${value})` : value)
    }
  }
  return pieces.filter((piece) => piece !== "''").join(' + ')
}

/** Whether an expression is a literal without escapes. */
function isPlain(expression: string): boolean {
  return /^'[^'\\]*'$/.test(expression)
}
