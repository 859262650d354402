import { catalogueEntry } from '../diagnostics/catalogue.ts'
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatCause, formatHint, formatLocation, formatMessage, formatResource } from './message.ts'
import { formatOutcome, type ImageEntry } from './report.ts'

/**
 * Formats diagnostics for people. Those with the same cause share one text: the message, everything that is affected, and
 * the hint.
 * @returns one text for each cause, without a line break at its end
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], color: boolean): string[] {
  return groupByCause(diagnostics).map((cause) => formatCauseGroup(cause, color))
}

/** Formats one diagnostic: message, location and hint. */
export function formatDiagnostic(diagnostic: Diagnostic, color: boolean): string {
  return formatCauseGroup([diagnostic], color)
}

function formatCauseGroup(cause: CauseGroup, color: boolean): string {
  const [first] = cause
  const { severity, code } = first
  const head = paint(
    `${severity} ${code}:`,
    severity === 'error' ? 31 : severity === 'warning' ? 33 : 36,
    color,
  )
  const images = objectsByImage(cause)
  const message =
    images.size === 1 ? formatMessage(first) : `${formatCause(first)}; ${images.size} images are affected`
  const affected = images.size === 1 ? locationsOf(cause) : formatImages(images)
  return [`${head} ${message}`, ...affected, `  → ${formatHint(first)}`].join('\n')
}

function locationsOf(cause: CauseGroup): string[] {
  const locations = cause.map(({ at }) => (at === undefined ? '' : formatLocation(at)))
  return [...new Set(locations)].flatMap((location) => (location === '' ? [] : [`  at ${location}`]))
}

/** The objects that use each image, in the order of the input. */
function objectsByImage(cause: CauseGroup): ReadonlyMap<string, ReadonlySet<string>> {
  const images = new Map<string, Set<string>>()
  for (const { args, at } of cause) {
    const image = String(args['image'] ?? '')
    const objects = images.get(image) ?? new Set()
    images.set(image, objects)
    if (at !== undefined) objects.add(formatObject(at))
  }
  return images
}

/** `shop.yaml, Deployment shop/web`, or the full location outside of an object. */
function formatObject(place: Location): string {
  const { file, resource } = place
  if (resource === undefined) return formatLocation(place)
  return [...(file === undefined ? [] : [printable(file)]), formatResource(resource)].join(', ')
}

/** The maximum length of a line in a list of images. */
const WIDTH = 120

/** `nginx:1.27 (Pod p0), redis:7 (Pod p1; Pod p2)`, wrapped at `WIDTH`. */
function formatImages(images: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const items = [...images].map(([image, objects]) =>
    objects.size === 0 ? printable(image) : `${printable(image)} (${[...objects].join('; ')})`,
  )
  const lines: string[] = []
  for (const [index, item] of items.entries()) {
    const text = index === items.length - 1 ? item : `${item},`
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + text.length > WIDTH) lines.push(`  ${text}`)
    else lines[lines.length - 1] = `${last} ${text}`
  }
  return lines
}

/** Formats the result for an image, with its location. */
export function formatImage(entry: ImageEntry): string {
  const { at, image, result, reason, origin, policyBefore, policyAfter } = entry
  const change = image === result ? image : `${image} → ${result}`
  const policy =
    policyBefore === policyAfter ? '' : `, pull policy ${policyBefore ?? 'unset'} → ${policyAfter ?? 'unset'}`
  const text = `${formatOutcome(entry)} ${change} (${reason ?? origin})${policy}`
  return `${printable(text)}\n  at ${formatLocation(at)}`
}

function paint(text: string, code: number, color: boolean): string {
  return color ? `\u001b[${code}m${text}\u001b[0m` : text
}

/** Diagnostics with the same cause, in their original order. */
export type CauseGroup = readonly [Diagnostic, ...Diagnostic[]]

/**
 * Groups diagnostics by cause: if a registry is down, each of its images fails with the same message. Problems of the
 * images and manifests themselves are not grouped.
 *
 * @returns in the order of the first diagnostic of each group
 */
export function groupByCause(diagnostics: readonly Diagnostic[]): readonly CauseGroup[] {
  const causes = new Map<string, [Diagnostic, ...Diagnostic[]]>()
  for (const [index, diagnostic] of diagnostics.entries()) {
    const key = isShared(diagnostic) ? causeKey(diagnostic) : String(index)
    const known = causes.get(key)
    if (known === undefined) causes.set(key, [diagnostic])
    else known.push(diagnostic)
  }
  return [...causes.values()]
}

/** Whether a diagnostic may have a cause outside of the manifests, such as a registry, which affects several images. */
function isShared({ code }: Diagnostic): boolean {
  const { message, exit } = catalogueEntry(code)
  return exit === 'external' || exit === 'usage' || message.startsWith('{image}: ')
}

/** The key is the same for diagnostics that differ in the image only. */
function causeKey(diagnostic: Diagnostic): string {
  const { code, severity } = diagnostic
  return JSON.stringify([code, severity, formatCause(diagnostic), formatHint(diagnostic)])
}
