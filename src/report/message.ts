import { splitAccount } from '../diagnostics/account.ts'
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

/**
 * Formats the message without the account of what was looked at, for places that have a line for each item of it.
 * @param format `formatMessage`, or `formatCause` for several images
 * @returns the message, which ends with a colon if there is an account, and the items of that
 */
export function formatWithAccount(
  { code, args }: Pick<Diagnostic, 'code' | 'args'>,
  format: typeof formatMessage,
): { readonly message: string; readonly account: readonly string[] } {
  const account = splitAccount(String(args['looked'] ?? ''))
  if (account.length === 0) return { message: format({ code, args }), account }
  return { message: format({ code, args: { ...args, looked: '' } }).trimEnd(), account }
}

/** Formats the message without the image, if it starts with that: the same text for all images with the same cause. */
export function formatCause({ code, args }: Pick<Diagnostic, 'code' | 'args'>): string {
  const message = catalogueEntry(code).message.replace(/^("?)\{image\}\1: /, '')
  return fill(`${message}${additionsTo(args)}`, args)
}

/**
 * The arguments for a message about several images that have the same cause: those of the first, and for repositories or digests
 * that differ `12 repositories, such as team/app`.
 */
export function sharedArgs(
  diagnostics: readonly [Pick<Diagnostic, 'args'>, ...Pick<Diagnostic, 'args'>[]],
): Args {
  const [{ args }] = diagnostics
  const summarize = (key: string, noun: string): Args => {
    const { size } = new Set(diagnostics.map((one) => one.args[key]))
    return size < 2 ? {} : { [key]: `${size} ${noun}, such as ${args[key]}` }
  }
  return { ...args, ...summarize('repository', 'repositories'), ...summarize('digest', 'digests') }
}

function additionsTo(args: Args): string {
  const awaited = args['awaited'] === undefined ? '' : '; {awaited} was still running'
  const earlier = args['earlier'] === undefined ? '' : '; before that failed {earlier}'
  return awaited + earlier
}

/** A command in a hint that reads the manifests at hand: `{pinpull lock}`. */
const HINT_COMMAND = /\{(pinpull[^{}]*)\}/g

/** How many files a command in a hint names. */
const NAMED_FILES = 3

/**
 * Formats the hint of a diagnostic, what to do next: one sentence without a full stop. Its commands name the files of the
 * diagnostic: `pinpull lock web.yaml`, `… | pinpull lock` for standard input, `pinpull lock FILE` if the place is not known.
 *
 * @param all the diagnostics that share the hint
 */
export function formatHint(
  { code, args, at }: Pick<Diagnostic, 'code' | 'args'> & Located,
  all: readonly Located[] = [{ at }],
): string {
  const { hint } = catalogueEntry(code)
  const places = all.flatMap((one) => one.at ?? [])
  const files = [...new Set(places.flatMap(({ file }) => file ?? []))]
  const named = files.length > NAMED_FILES ? 'FILE...' : files.map(shellWord).join(' ')
  const template = hint.replace(HINT_COMMAND, (_, command: string) => {
    if (places.length === 0) return `${command} FILE`
    return files.length === 0 ? `… | ${command}` : `${command} {files}`
  })
  return fill(template, { ...args, files: named })
}

interface Located {
  readonly at?: Location | undefined
}

/** Quotes a name for a shell, if that is necessary. */
function shellWord(name: string): string {
  const word = name.startsWith('-') ? `./${name}` : name
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/**
 * `shop.yaml:12:16: Deployment shop/web, container nginx, spec.template.spec.containers[0].image`: the position and the object,
 * as far as they are known.
 */
export function formatLocation(place: Location): string {
  return [formatPosition(place), formatObject(place)].filter((part) => part !== '').join(': ')
}

/**
 * `shop.yaml:12:16`, or `<stdin>:12:16` for standard input: the form of compilers (GNU Coding Standards, "Formatting Error
 * Messages"), which terminals and editors make links of. The empty string if neither file nor line is known.
 */
export function formatPosition({ file, line, column }: Location): string {
  if (file === undefined && line === undefined) return ''
  const numbers = line === undefined ? [] : [line, ...(column === undefined ? [] : [column])]
  return printable([file ?? '<stdin>', ...numbers].join(':'))
}

/** `Deployment shop/web, container nginx, spec.template.spec.containers[0].image`; the document if nothing else is known. */
export function formatObject(place: Location): string {
  const { document, line, resource, container, path } = place
  const parts = [
    resource === undefined ? undefined : formatResource(resource) + formatPods(place),
    container === undefined ? undefined : `container ${container}`,
    path,
  ].filter(isGiven)
  if (parts.length === 0 && line === undefined && document !== undefined) return `document ${document}`
  return printable(parts.join(', '))
}

function formatPods({ pods }: Location): string {
  if (pods === undefined) return ''
  return pods === 1 ? ' (1 Pod)' : ` (${pods} Pods)`
}

/** `Deployment shop/web`, `Deployment web` where no namespace is given, or `unnamed Deployment`. */
export function formatResource({ kind, namespace, name }: ResourceIdentifier): string {
  if (name === '') return printable(`unnamed ${kind}`)
  return printable(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`)
}

function fill(template: string, args: Args): string {
  return template.replace(/\{(\w+)\}( tries)?/g, (_, name: string, noun: string = '') => {
    const text = printable(redactUrls(String(args[name] ?? '')))
    return `${text}${text === '1' ? noun.replace('tries', 'try') : noun}`
  })
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}
