import { catalogueEntry } from '../diagnostics/catalogue.ts'
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatCause, formatHint, formatLocation, formatMessage, formatResource } from './message.ts'
import type { ImageEntry } from './report.ts'

/**
 * Findings for people to read: of each cause once what is wrong, everything that it affects, and what to do next.
 * @returns one text a cause, without a line break at its end
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], color: boolean): string[] {
  return groupByCause(diagnostics).map((cause) => formatSameCause(cause, color))
}

/** One finding: what, where, and what to do next. */
export function formatDiagnostic(diagnostic: Diagnostic, color: boolean): string {
  return formatSameCause([diagnostic], color)
}

function formatSameCause(cause: CauseGroup, color: boolean): string {
  const [first] = cause
  const { severity, code } = first
  const head = paint(
    `${severity} ${code}:`,
    severity === 'error' ? 31 : severity === 'warning' ? 33 : 36,
    color,
  )
  const images = placesByImage(cause)
  const message =
    images.size === 1 ? formatMessage(first) : `${formatCause(first)}; ${images.size} images are affected`
  const places = images.size === 1 ? placesOf(cause) : formatImages(images)
  return [`${head} ${message}`, ...places, `  → ${formatHint(first)}`].join('\n')
}

function placesOf(cause: CauseGroup): string[] {
  const places = cause.map(({ at }) => (at === undefined ? '' : formatLocation(at)))
  return [...new Set(places)].flatMap((place) => (place === '' ? [] : [`  at ${place}`]))
}

/** The objects that each image stands in, in the order of the input. */
function placesByImage(cause: CauseGroup): ReadonlyMap<string, ReadonlySet<string>> {
  const images = new Map<string, Set<string>>()
  for (const { args, at } of cause) {
    const image = String(args['image'] ?? '')
    const places = images.get(image) ?? new Set()
    images.set(image, places)
    if (at !== undefined) places.add(formatObject(at))
  }
  return images
}

/** `shop.yaml, Deployment shop/web`; the place itself where it is in no object. */
function formatObject(place: Location): string {
  const { file, resource } = place
  if (resource === undefined) return formatLocation(place)
  return [...(file === undefined ? [] : [printable(file)]), formatResource(resource)].join(', ')
}

/** How long the lines of a list become. */
const WIDTH = 120

/** `nginx:1.27 (Pod p0), redis:7 (Pod p1; Pod p2)`, in as few lines as that takes. */
function formatImages(images: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const items = [...images].map(([image, places]) =>
    places.size === 0 ? printable(image) : `${printable(image)} (${[...places].join('; ')})`,
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

/** What became of an image, and where it stands. */
export function formatImage({
  at,
  image,
  result,
  outcome,
  reason,
  origin,
  policyBefore,
  policyAfter,
}: ImageEntry): string {
  const change = outcome === 'pinned' ? `${image} → ${result} (${origin})` : `${image} (${reason})`
  const policy =
    policyBefore === policyAfter ? '' : `, pull policy ${policyBefore ?? 'unset'} → ${policyAfter ?? 'unset'}`
  return `${printable(`${outcome} ${change}${policy}`)}\n  at ${formatLocation(at)}`
}

function paint(text: string, code: number, color: boolean): string {
  return color ? `\u001b[${code}m${text}\u001b[0m` : text
}

/** Diagnostics with one cause, at least one, in their original order. */
export type CauseGroup = readonly [Diagnostic, ...Diagnostic[]]

/**
 * Groups diagnostics by cause: a registry that is down fails each of its images with the same message. Problems of the
 * images and manifests themselves are not grouped.
 *
 * @returns the causes, in the order of their first diagnostics
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

/** Whether several images may have it for one reason: it was found out by asking, or lies outside of the manifests. */
function isShared({ code }: Diagnostic): boolean {
  const { message, exit } = catalogueEntry(code)
  return exit === 'external' || exit === 'usage' || message.startsWith('{image}: ')
}

/** The same for what differs in nothing but the image. */
function causeKey(diagnostic: Diagnostic): string {
  const { code, severity } = diagnostic
  return JSON.stringify([code, severity, formatCause(diagnostic), formatHint(diagnostic)])
}
