import { catalogueEntry } from '../diagnostics/catalogue.ts'
import type { Args, Diagnostic, Location, ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { redactUrls } from '../reference/server-url.ts'

/**
 * Formats the message of a diagnostic: one sentence without a full stop. It includes the registries that failed before, and
 * the program that the run waited for.
 */
export function formatMessage({ code, args }: Pick<Diagnostic, 'code' | 'args'>): string {
  if (args['image'] === undefined) return formatCause({ code, args })
  return fill(`${catalogueEntry(code).message}${additionsTo(args)}`, args)
}

/** Formats the message without the image, if it starts with that: the same text for all images with the same cause. */
export function formatCause({ code, args }: Pick<Diagnostic, 'code' | 'args'>): string {
  const message = catalogueEntry(code).message.replace(/^("?)\{image\}\1: /, '')
  return fill(`${message}${additionsTo(args)}`, args)
}

function additionsTo(args: Args): string {
  const awaited = args['awaited'] === undefined ? '' : '; {awaited} was still running'
  const earlier = args['earlier'] === undefined ? '' : '; before that failed {earlier}'
  return awaited + earlier
}

/** Formats the hint of a diagnostic, what to do next: one sentence without a full stop. */
export function formatHint({ code, args }: Pick<Diagnostic, 'code' | 'args'>): string {
  return fill(catalogueEntry(code).hint, args)
}

/** `document 2, line 12, column 16: Deployment shop/web, container nginx, spec.template.spec.containers[0].image`. */
export function formatLocation(place: Location): string {
  const position = [
    place.file,
    place.document === undefined ? undefined : `document ${place.document}`,
    place.line === undefined ? undefined : `line ${place.line}`,
    place.column === undefined ? undefined : `column ${place.column}`,
  ].filter(isGiven)
  const object = [
    place.resource === undefined ? undefined : formatResource(place.resource),
    place.container === undefined ? undefined : `container ${place.container}`,
    place.path,
  ].filter(isGiven)
  return printable([position.join(', '), object.join(', ')].filter((part) => part !== '').join(': '))
}

/** `Deployment shop/web`, `Deployment web` where no namespace is given, or `unnamed Deployment`. */
export function formatResource({ kind, namespace, name }: ResourceIdentifier): string {
  if (name === '') return printable(`unnamed ${kind}`)
  return printable(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`)
}

function fill(template: string, args: Args): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => printable(redactUrls(String(args[name] ?? ''))))
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}
