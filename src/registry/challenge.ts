import type { AddressKind } from './address.ts'

/** One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string
  /** By lower-case name; of a repeated one, the first. */
  readonly params: ReadonlyMap<string, string>
}

/** How a registry wants to be asked, of the ways that Pinpull knows. */
export type AuthScheme =
  | { readonly kind: 'basic' }
  | {
      readonly kind: 'bearer'
      /** As the registry wrote it: it may be relative. */
      readonly realm: string
      readonly service?: string
      readonly scope?: string
      /** What a registry goes on asking for after a token for the repository that it was asked for. */
      readonly insistedScopes?: readonly string[]
      /** What the address was that the challenge came from; undefined where a proxy stood in between. */
      readonly address?: AddressKind | undefined
      /** Whether it is only remembered from an earlier run. */
      readonly isRecalled?: boolean
    }

const TOKEN = /[A-Za-z0-9!#$%&'*+.^_`|~-]+/y
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y
const PARAM = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y
const NEXT_IS_PARAM = /[A-Za-z0-9!#$%&'*+.^_`|~-]+[ \t]*=/y
const SPACE = /[ \t]+/y
const SEPARATORS = /[ \t,]*/y

/**
 * Parses every challenge of every line, in order. Unquoted values may hold what the grammar has quoted, since
 * registries send URLs so. A line that breaks the grammar otherwise is left out as a whole: half of it would be
 * a guess about where credentials go.
 *
 * @param lines the values of the header: servers send several challenges on one line, or a line for each
 */
export function parseChallenges(lines: readonly string[]): Challenge[] {
  return lines.flatMap((line) => parseLine(line) ?? [])
}

/** Picks the way to ask: Bearer before Basic, which would show the password to the registry itself. */
export function pickScheme(challenges: readonly Challenge[]): AuthScheme | undefined {
  for (const { scheme, params } of challenges) {
    const realm = params.get('realm')
    if (scheme !== 'bearer' || !realm) continue
    const service = params.get('service')
    const scope = params.get('scope')
    return { kind: 'bearer', realm, ...(service ? { service } : {}), ...(scope ? { scope } : {}) }
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined
}

function parseLine(line: string): Challenge[] | undefined {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(line)
    if (match === null) return undefined
    at = pattern.lastIndex
    return match
  }
  const peek = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    return pattern.test(line)
  }
  const ends = (): boolean => at === line.length || line[at] === ','

  const challenges: Challenge[] = []
  take(SEPARATORS)
  while (at < line.length) {
    const scheme = take(TOKEN)?.[0]
    if (scheme === undefined) return undefined
    const params = new Map<string, string>()
    challenges.push({ scheme: scheme.toLowerCase(), params })
    if (take(SPACE) !== undefined && !peek(/,/y) && at < line.length && take(TOKEN68) === undefined) {
      do {
        const match = take(PARAM)
        if (match === undefined) return undefined
        const name = (match[1] as string).toLowerCase()
        const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? ''
        if (!params.has(name)) params.set(name, value)
        take(SPACE)
        if (!ends()) return undefined
        take(SEPARATORS)
      } while (at < line.length && peek(NEXT_IS_PARAM))
    } else {
      take(SPACE)
      if (!ends()) return undefined
      take(SEPARATORS)
    }
  }
  return challenges
}
