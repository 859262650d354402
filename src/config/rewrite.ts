import { splitDockerDomain } from '../reference/docker-hub.ts'
import { isReference } from '../reference/parse.ts'

/**
 * A name to write in place of another: images of `from` are pulled from `to`. Both are a registry's host with
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
 * Rewrites a full repository name such as `docker.io/library/nginx` by the rewrite with the longest `from` that
 * matches. `*` does not match names on the mirror's own host.
 *
 * @returns undefined if none matches, if the name may itself be the result of a rewrite, and if `rewriteObstacle` has
 *   a reason
 */
export function rewriteName(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  const rewritten = isRewritten(name, rewrites) ? undefined : apply(name, rewrites)
  return rewritten !== undefined && originalName(rewritten, rewrites) === name ? rewritten : undefined
}

/**
 * Reverses a rewrite, so that rules, the lock file and a second run see the same image.
 *
 * @returns the full name of a repository; undefined if the name is not the result of a rewrite
 */
export function originalName(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  return sourcesOf(name, rewrites).find((source) => !isRewritten(source, rewrites))
}

/**
 * Finds out why a name cannot be rewritten although a rewrite matches it.
 * @returns the reason; undefined if the name can be rewritten, or no rewrite matches it
 */
export function rewriteObstacle(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  const rewrite = isRewritten(name, rewrites) ? undefined : matching(name, rewrites)
  if (rewrite === undefined) return undefined
  const rewritten = applied(name, rewrite)
  if (rewritten === name) return undefined
  if (!isRepository(rewritten)) return `${rewritten} would be no repository's name`
  const original = originalName(rewritten, rewrites)
  return original === name ? undefined : `${rewritten} is what is written for ${original}`
}

/**
 * Appends a repository name to another, such as `quay.io/org/app` to `mirror.example.com/all`. The colon before a port becomes an
 * underscore, because a repository's path cannot contain a colon, and no host contains an underscore.
 */
export function nestedName(name: string, below: string): string {
  return `${below}/${name.replace(/^([^/:]+):(\d+)\//, '$1_$2/')}`
}

/** Makes the names of a rewrite canonical, which `rewriteName` requires. */
export function canonicalRewrite({ from, to }: NameRewrite): NameRewrite {
  return { from: canonicalPrefix(from), to: canonicalPrefix(to) }
}

/** Whether a text is a registry's host, or a host with the first segments of a repository. */
export function isNamePrefix(text: string): boolean {
  return isRepository(`${canonicalPrefix(text)}/a/b`)
}

/** The spelling of a prefix in full names: `docker.io` for `index.docker.io`. */
function canonicalPrefix(text: string): string {
  const [host = '', ...segments] = text.split('/')
  const { domain, rest } = splitDockerDomain(`${host}/a/b`)
  return [rest === 'a/b' ? domain : host, ...segments].join('/')
}

/** Whether a text is the full name of a repository, as `repositoryName` gives it. */
function isRepository(text: string): boolean {
  const { domain, rest } = splitDockerDomain(text)
  return `${domain}/${rest}` === text && isReference(text)
}

/** Whether a rewrite of some other name could result in this one. */
function isRewritten(name: string, rewrites: readonly NameRewrite[]): boolean {
  return sourcesOf(name, rewrites).length > 0
}

/** All names that a rewrite would turn into this one: by the longest `to` first, then the shortest name first. */
function sourcesOf(name: string, rewrites: readonly NameRewrite[]): string[] {
  const found = rewrites.flatMap((rewrite) => {
    const rest = below(name, rewrite.to)
    const source = rest === undefined ? undefined : reversed(rest, rewrite)
    if (source === undefined || !isRepository(source) || apply(source, rewrites) !== name) return []
    return [{ source, length: rewrite.to.length }]
  })
  found.sort((a, b) => b.length - a.length || a.source.length - b.source.length)
  return found.map(({ source }) => source)
}

/** The result of the longest rewrite that matches; undefined unless it is the valid name of another repository. */
function apply(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  const rewrite = matching(name, rewrites)
  const rewritten = rewrite && applied(name, rewrite)
  return rewritten === undefined || rewritten === name || !isRepository(rewritten) ? undefined : rewritten
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

/** The inverse of `applied`, for the rest of a name behind `to`. */
function reversed(rest: string, { from }: NameRewrite): string {
  return from === '*' ? rest.slice(1).replace(/^([^/_]+)_(\d+)\//, '$1:$2/') : from + rest
}

function hostOf(name: string): string {
  return name.split('/', 1)[0] ?? ''
}

/** The part of a name behind a prefix of whole segments: empty, or beginning with a slash. */
function below(name: string, prefix: string): string | undefined {
  if (name === prefix) return ''
  return name.startsWith(`${prefix}/`) ? name.slice(prefix.length) : undefined
}
