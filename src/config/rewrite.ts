import { splitDomain } from '../reference/docker-hub.ts'
import { isReference } from '../reference/parse.ts'

/**
 * A name that is written in place of another: images of `from` are pulled from `to`. Both are a registry's host with
 * or without the first segments of a repository, as `canonicalPrefix` spells it; `from` may be `*` for every registry,
 * and what is appended to `to` is then the whole name.
 */
export interface NameRewrite {
  readonly from: string
  readonly to: string
}

/*
 * `rewriteName` and `originalName` are a pair: whatever the table, `originalName(rewriteName(x))` is x, and
 * `rewriteName(originalName(y))` is y. Where two names would be written alike, one of them keeps its own.
 */

/**
 * The name that is written for a full repository name such as `docker.io/library/nginx`: of the rewrites whose `from`
 * matches, the longest decides. `*` leaves names on the mirror's own host alone.
 *
 * @returns undefined where none matches, where the name may be one that a rewrite has made, and where
 *   `rewriteObstacle` has a reason
 */
export function rewriteName(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  const written = isMade(name, rewrites) ? undefined : apply(name, rewrites)
  return written !== undefined && originalName(written, rewrites) === name ? written : undefined
}

/**
 * The name that a rewritten one was made from, so that rules, the lock and a second run see the same image.
 *
 * @returns the full name of a repository; undefined where no rewrite makes the name
 */
export function originalName(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  return sourcesOf(name, rewrites).find((source) => !isMade(source, rewrites))
}

/** Why a name keeps its own although a rewrite matches it; undefined where there is no such reason. */
export function rewriteObstacle(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  const rewrite = isMade(name, rewrites) ? undefined : matching(name, rewrites)
  if (rewrite === undefined) return undefined
  const written = applied(name, rewrite)
  if (written === name) return undefined
  if (!isRepository(written)) return `${written} would be no repository's name`
  const original = originalName(written, rewrites)
  return original === name ? undefined : `${written} is what is written for ${original}`
}

/**
 * A whole name below another. The colon before a port cannot stand inside a repository's name, and becomes an
 * underscore, which no host has.
 */
export function nestedName(name: string, below: string): string {
  return `${below}/${name.replace(/^([^/:]+):(\d+)\//, '$1_$2/')}`
}

/** A rewrite as `rewriteName` takes it. */
export function canonicalRewrite({ from, to }: NameRewrite): NameRewrite {
  return { from: canonicalPrefix(from), to: canonicalPrefix(to) }
}

/** Whether a text is a registry's host, or a host with the first segments of a repository. */
export function isNamePrefix(text: string): boolean {
  return isRepository(`${canonicalPrefix(text)}/a/b`)
}

/** A prefix as full names begin with it: `docker.io` for `index.docker.io`. */
function canonicalPrefix(text: string): string {
  const [host = '', ...segments] = text.split('/')
  const { domain, rest } = splitDomain(`${host}/a/b`)
  return [rest === 'a/b' ? domain : host, ...segments].join('/')
}

/** Whether a text is the full name of a repository, as `repositoryName` gives it. */
function isRepository(text: string): boolean {
  const { domain, rest } = splitDomain(text)
  return `${domain}/${rest}` === text && isReference(text)
}

/** Whether a rewrite makes this name from another, be that another's place or not. */
function isMade(name: string, rewrites: readonly NameRewrite[]): boolean {
  return sourcesOf(name, rewrites).length > 0
}

/** Every name that a rewrite would write as this one: those of the longest `to` first, the shortest of these first. */
function sourcesOf(name: string, rewrites: readonly NameRewrite[]): string[] {
  const found = rewrites.flatMap((rewrite) => {
    const rest = below(name, rewrite.to)
    const source = rest === undefined ? undefined : undone(rest, rewrite)
    if (source === undefined || !isRepository(source) || apply(source, rewrites) !== name) return []
    return [{ source, length: rewrite.to.length }]
  })
  found.sort((a, b) => b.length - a.length || a.source.length - b.source.length)
  return found.map(({ source }) => source)
}

/** What the longest rewrite that matches a name makes of it, where that is another repository's name. */
function apply(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  const rewrite = matching(name, rewrites)
  const written = rewrite && applied(name, rewrite)
  return written === undefined || written === name || !isRepository(written) ? undefined : written
}

function matching(name: string, rewrites: readonly NameRewrite[]): NameRewrite | undefined {
  const [longest] = rewrites
    .filter(({ from, to }) => (from === '*' ? hostOf(name) !== hostOf(to) : below(name, from) !== undefined))
    .sort((a, b) => lengthOf(b) - lengthOf(a))
  return longest
}

/** The star is shorter than any prefix. */
function lengthOf({ from }: NameRewrite): number {
  return from === '*' ? 0 : from.length
}

function applied(name: string, { from, to }: NameRewrite): string {
  return from === '*' ? nestedName(name, to) : `${to}${below(name, from)}`
}

/** What `applied` made the name from that ends in this. */
function undone(rest: string, { from }: NameRewrite): string {
  return from === '*' ? rest.slice(1).replace(/^([^/_]+)_(\d+)\//, '$1:$2/') : from + rest
}

function hostOf(name: string): string {
  return name.split('/', 1)[0] ?? ''
}

/** What follows a prefix of whole segments: empty, or beginning with a slash. */
function below(name: string, prefix: string): string | undefined {
  if (name === prefix) return ''
  return name.startsWith(`${prefix}/`) ? name.slice(prefix.length) : undefined
}
