/**
 * A name that is written in place of another: images of `from` are pulled from `to`. Both are a registry's host with
 * or without the first segments of a repository; `from` may be `*` for every registry, and what is appended to `to`
 * is then the whole name.
 */
export interface NameRewrite {
  readonly from: string
  readonly to: string
}

/**
 * The name that is written for a full repository name such as `docker.io/library/nginx`: of the rewrites whose `from`
 * matches, the longest decides. Undefined where none does, or where the name is one of theirs already. `*` leaves
 * names on the mirror's own host alone.
 */
export function rewriteName(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  if (rewrites.some(({ to }) => below(name, to) !== undefined)) return undefined
  const [longest] = rewrites
    .filter(({ from, to }) => (from === '*' ? hostOf(name) !== hostOf(to) : below(name, from) !== undefined))
    .sort((a, b) => (b.from === '*' ? -1 : a.from === '*' ? 1 : b.from.length - a.from.length))
  if (longest === undefined) return undefined
  return longest.from === '*' ? nestedName(name, longest.to) : longest.to + below(name, longest.from)
}

/**
 * The name that a rewritten one was made from, so that rules, the lock and a second run see the same image. Undefined
 * where no rewrite could have made it.
 */
export function originalName(name: string, rewrites: readonly NameRewrite[]): string | undefined {
  const [longest] = rewrites
    .filter(({ to }) => below(name, to) !== undefined)
    .sort((a, b) => b.to.length - a.to.length)
  if (longest === undefined) return undefined
  const rest = below(name, longest.to) as string
  return longest.from === '*' ? rest.slice(1).replace(/^([^/_]+)_(\d+)\//, '$1:$2/') : longest.from + rest
}

/**
 * A whole name below another. The colon before a port cannot stand inside a repository's name, and becomes an
 * underscore, which no host has.
 */
export function nestedName(name: string, below: string): string {
  return `${below}/${name.replace(/^([^/:]+):(\d+)\//, '$1_$2/')}`
}

function hostOf(name: string): string {
  return name.split('/', 1)[0] ?? ''
}

/** What follows a prefix of whole segments: empty, or beginning with a slash. */
function below(name: string, prefix: string): string | undefined {
  if (name === prefix) return ''
  return name.startsWith(`${prefix}/`) ? name.slice(prefix.length) : undefined
}
