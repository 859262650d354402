import { isDeepStrictEqual } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { isImagePath, isPolicyPath, type Path } from './image-paths.ts'

/** What a host has rendered: a stream as text, or objects where the host has read them itself. */
export type Render = string | readonly unknown[]

/** What differs between a render without Pinpull and the same with it. */
export interface RenderComparison {
  /** In the render without Pinpull; items of a `List` are objects of their own, as kubectl, Helm and Argo CD take them. */
  readonly objects: number
  /** Images that have a digest more, and nothing else. */
  readonly images: number
  /** Pull policies that were changed or added. */
  readonly policies: number
  /** Every other difference. None may be there. */
  readonly others: readonly string[]
  /** All of it, for the log: `helm 4.2.4: 11 objects, 6 images and 4 pull policies differ, nothing else`. */
  readonly line: string
}

/**
 * Compares what a host renders without Pinpull with what it renders with it: the same objects in the same order, with the same
 * values of the same types but for digests behind images and for pull policies. It shares no code with Pinpull: the streams are
 * read by the library `yaml`, under both versions of YAML, since the readers of the hosts are a mixture of both.
 *
 * @param host named in the line, with its version
 * @param bytes compares texts too: every line, comments and blank ones included, has to be the same but for digests, quotes
 *   around them, and policies. Not for hosts that write the stream anew, such as Argo CD.
 * @param anyOrder does not compare the order, where the host itself has another one as soon as it calls another program
 * @throws where a stream is no YAML
 */
export function sameRender(
  host: string,
  before: Render,
  after: Render,
  { bytes = false, anyOrder = false }: { readonly bytes?: boolean; readonly anyOrder?: boolean } = {},
): RenderComparison {
  const found = { images: 0, policies: 0, others: [] as string[] }
  compareAll(readObjects(before, '1.2'), readObjects(after, '1.2'), anyOrder, found)
  const again = { images: 0, policies: 0, others: [] as string[] }
  compareAll(readObjects(before, '1.1'), readObjects(after, '1.1'), anyOrder, again)
  const others = [...new Set([...found.others, ...again.others])]
  if (bytes) others.push(...differentLine(before, after))
  const objects = readObjects(before, '1.2').length
  const nothing = anyOrder ? 'nothing else (order not compared)' : 'nothing else'
  const rest = others.length === 0 ? nothing : `and also:\n  ${others.join('\n  ')}`
  const { images, policies } = found
  const line = `${host}: ${count(objects, 'object')}, ${count(images, 'image')} and ${count(policies, 'pull policy')} differ, ${rest}`
  return { objects, images, policies, others, line }
}

/** Prints what differs: the line that the log of CI is read for. */
export function reported(comparison: RenderComparison): RenderComparison {
  console.info(comparison.line)
  return comparison
}

function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`.replace(/ys$/, 'ies')}`
}

interface KubernetesLike {
  readonly apiVersion?: unknown
  readonly kind?: unknown
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown }
  readonly items?: unknown
}

function readObjects(render: Render, version: '1.1' | '1.2'): KubernetesLike[] {
  if (typeof render !== 'string') return render.flatMap(itemsOf)
  const documents = parseAllDocuments(render, { version, intAsBigInt: true, keepSourceTokens: false })
  if (!Array.isArray(documents)) return []
  return documents.flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0]
    return itemsOf(document.toJS({ maxAliasCount: -1 }))
  })
}

function itemsOf(value: unknown): KubernetesLike[] {
  if (value === null || value === undefined) return []
  const object = value as KubernetesLike
  return object.kind === 'List' && Array.isArray(object.items) ? object.items.flatMap(itemsOf) : [object]
}

interface Found {
  images: number
  policies: number
  readonly others: string[]
}

function compareAll(
  before: readonly KubernetesLike[],
  after: readonly KubernetesLike[],
  anyOrder: boolean,
  found: Found,
): void {
  const [olds, news] = [numbered(before), numbered(after)]
  for (const name of olds.keys()) if (!news.has(name)) found.others.push(`${name} is lost`)
  for (const name of news.keys()) if (!olds.has(name)) found.others.push(`${name} was not there`)
  if (!anyOrder && found.others.length === 0) {
    const order = [...news.keys()]
    const moved = [...olds.keys()].find((name, index) => order[index] !== name)
    if (moved !== undefined) found.others.push(`the order differs from ${moved} on`)
  }
  for (const [name, object] of olds) {
    const other = news.get(name)
    if (other !== undefined) compare(object, other, { name, object, found }, [])
  }
}

/** Objects by identity; those that share one are told apart by their order. */
function numbered(objects: readonly KubernetesLike[]): Map<string, KubernetesLike> {
  const named = new Map<string, KubernetesLike>()
  for (const object of objects) {
    const { apiVersion, kind, metadata } = object
    const place = metadata?.namespace === undefined ? '' : ` in ${metadata.namespace}`
    const name = `${apiVersion} ${kind} ${metadata?.name}${place}`
    let unique = name
    for (let number = 2; named.has(unique); number++) unique = `${name}, number ${number}`
    named.set(unique, object)
  }
  return named
}

function compare(
  before: unknown,
  after: unknown,
  of: { readonly name: string; readonly object: KubernetesLike; readonly found: Found },
  path: Path,
): void {
  if (isDeepStrictEqual(before, after)) return
  if (isCollection(before) && isCollection(after) && Array.isArray(before) === Array.isArray(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], of, [...path, key])
    }
  } else if (isImagePath(of.object, path) && isPinned(before, after)) of.found.images += 1
  else if (isPolicyPath(of.object, path) && isPolicy(after)) of.found.policies += 1
  else of.found.others.push(`${of.name}: ${path.join('.')}: ${shown(before)} became ${shown(after)}`)
}

function isPinned(before: unknown, after: unknown): boolean {
  if (typeof before !== 'string' || typeof after !== 'string' || before.includes('@')) return false
  return after.startsWith(`${before}@`) && /^sha256:[a-f0-9]{64}$/.test(after.slice(before.length + 1))
}

function isPolicy(value: unknown): boolean {
  return value === 'Always' || value === 'IfNotPresent' || value === 'Never'
}

function isCollection(value: unknown): value is { readonly [key: string]: unknown } {
  const isPlain = typeof value === 'object' && value !== null
  return isPlain && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)
}

function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value, bigIntText) ?? 'nothing')
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

function bigIntText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

/** The first line that differs otherwise than by digests and pull policies. That these stand in their fields, the objects tell. */
function differentLine(before: Render, after: Render): string[] {
  if (typeof before !== 'string' || typeof after !== 'string') {
    throw new TypeError('bytes are compared between texts')
  }
  const [olds, news] = [withoutPolicies(before), withoutPolicies(after)]
  const line = Array.from({ length: Math.max(olds.length, news.length) }).findIndex(
    (_, index) => !isSameLine(olds[index], news[index]),
  )
  if (line === -1) return []
  return [`line ${line + 1}, policies not counted: ${shown(olds[line])} became ${shown(news[line])}`]
}

function withoutPolicies(text: string): string[] {
  return text
    .replace(/^ *(?:imagePullPolicy|pullPolicy): (?:Always|IfNotPresent|Never)\r?\n/gm, '')
    .replace(/, ?(?:imagePullPolicy|pullPolicy): (?:Always|IfNotPresent|Never)/g, '')
    .split('\n')
}

/** Older readers take no colon in a plain scalar between braces, so that a digest may bring quotes with it. */
function isSameLine(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined || before === after) return before === after
  const unpinned = after.replace(/@sha256:[a-f0-9]{64}/g, '')
  const unquoted = after.replace(/'([^'\s]+)@sha256:[a-f0-9]{64}'/g, '$1')
  return before === unpinned || before === unquoted
}
