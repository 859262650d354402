import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { type CauseGroup, groupByCause } from './cause.ts'
import {
  formatCause,
  formatHint,
  formatMessage,
  formatObject,
  formatPosition,
  formatResource,
  formatWithAccount,
  sharedArgs,
} from './message.ts'
import { formatOutcome, type ImageEntry } from './report.ts'
import { formatVerified } from './signer.ts'

/** How many images, or places of one image, an entry lists. */
const LISTED = 5

/**
 * Formats diagnostics for people: `web.yaml:12:18: error CODE: …`, the object, and the hint. Those with the same cause
 * share one text: the message, what is affected, and the hint.
 *
 * @param listsAll whether to list everything that is affected, and not only the first five
 * @returns one text for each cause, without a line break at its end, each made when it is asked for: those of a large folder take
 *   more memory than the diagnostics
 */
export function* formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  color: boolean,
  listsAll: boolean = false,
): Generator<string, void> {
  for (const cause of groupByCause(diagnostics)) yield formatEntry(cause, color, listsAll ? Infinity : LISTED)
}

/** @param limit how many images or places to list */
function formatEntry(cause: CauseGroup, color: boolean, limit: number): string {
  const [first] = cause
  const images = placesByImage(cause)
  const args = sharedArgs(cause)
  const hint = `  → ${formatHint({ ...first, args }, cause)}`
  if (images.size > 1) {
    const { message, account } = formatWithAccount({ code: first.code, args }, formatCause)
    const affected = `${images.size} images are affected:`
    const head = account.length === 0 ? `${message}; ${affected}` : message
    return [
      formatHead(first, '', head, color),
      ...formatAccount(account, limit),
      ...(account.length === 0 ? [] : [`  ${affected}`]),
      ...formatImages(images, limit),
      hint,
    ].join('\n')
  }
  const [places = []] = images.values()
  const [place] = places
  const position = place === undefined ? '' : formatPosition(place)
  const object = place === undefined ? '' : formatObject(place)
  const { message, account } = formatWithAccount(first, formatMessage)
  // The message about a key of the configuration begins with its path.
  const isInMessage = object === '' || message.startsWith(`${object} `)
  return [
    formatHead(first, position, message, color),
    ...formatAccount(account, limit),
    ...(isInMessage ? [] : [`  ${object}`]),
    ...formatOtherPlaces(places.slice(1), limit - 1),
    hint,
  ].join('\n')
}

/** `web.yaml:12:18: error CODE: message`. */
function formatHead(
  { severity, code }: Diagnostic,
  position: string,
  message: string,
  color: boolean,
): string {
  const kind = paint(
    `${severity} ${code}:`,
    severity === 'error' ? 31 : severity === 'warning' ? 33 : 36,
    color,
  )
  return `${position === '' ? '' : `${position}: `}${kind} ${message}`
}

/** The places where each image is used, without repetitions, in the order of the input. */
function placesByImage(cause: CauseGroup): ReadonlyMap<string, readonly Location[]> {
  const images = new Map<string, Map<string, Location>>()
  for (const { args, at } of cause) {
    const image = String(args['image'] ?? '')
    const places = images.get(image) ?? new Map<string, Location>()
    images.set(image, places)
    if (at !== undefined) places.set(`${formatPosition(at)} ${formatObject(at)}`, at)
  }
  return new Map([...images].map(([image, places]) => [image, [...places.values()]]))
}

/** What was looked at, a line each. */
function formatAccount(account: readonly string[], limit: number): string[] {
  const lines = account.slice(0, limit).map((item) => `    ${printable(item)}`)
  return withRest(lines, account.length - limit)
}

/** `also web.yaml:40:18: Deployment worker, …`, a line for each place. */
function formatOtherPlaces(places: readonly Location[], limit: number): string[] {
  const lines = places.slice(0, limit).map((place) => {
    const parts = [formatPosition(place), formatObject(place)].filter((part) => part !== '')
    return `  also ${parts.join(': ')}`
  })
  return withRest(lines, places.length - limit)
}

/** `web.yaml:12:18: nginx:1.27 (Deployment web)`, a line for each image; with no limit, a line for each place. */
function formatImages(images: ReadonlyMap<string, readonly Location[]>, limit: number): string[] {
  const lines = [...images].slice(0, limit).flatMap(([image, places]) => {
    const shown = limit === Infinity ? places : places.slice(0, 1)
    if (shown.length === 0) return [`  ${printable(image)}`]
    const others = places.length - shown.length
    const rest = others === 0 ? '' : ` and ${count(others, 'more place')}`
    return shown.map((place) => `  ${formatImageAt(image, place)}${rest}`)
  })
  return withRest(lines, images.size - limit)
}

function formatImageAt(image: string, place: Location): string {
  const position = formatPosition(place)
  const object = place.resource === undefined ? '' : ` (${formatResource(place.resource)})`
  return printable(`${position === '' ? '' : `${position}: `}${image}${object}`)
}

/** Says at the end of the last line how many more there are: a line of its own would make the entry longer. */
function withRest(lines: readonly string[], rest: number): string[] {
  if (rest <= 0) return [...lines]
  return lines.with(-1, `${lines.at(-1)}, and ${rest} more (--verbose lists all)`)
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Formats the result for an image, with its location. */
export function formatImage(entry: ImageEntry): string {
  const { at, image, result, reason, origin, policyBefore, policyAfter, verified } = entry
  const change = image === result ? image : `${image} → ${result}`
  const policy =
    policyBefore === policyAfter ? '' : `, pull policy ${policyBefore ?? 'unset'} → ${policyAfter ?? 'unset'}`
  const position = formatPosition(at)
  const text = `${formatOutcome(entry)} ${change} (${reason ?? origin})${policy}`
  const lines = [
    printable(`${position === '' ? '' : `${position}: `}${text}`),
    `  ${formatObject(at)}`,
    ...(verified === undefined ? [] : [printable(`  ${formatVerified(verified)}`)]),
  ]
  return lines.join('\n')
}

function paint(text: string, code: number, color: boolean): string {
  return color ? `\u001b[${code}m${text}\u001b[0m` : text
}
