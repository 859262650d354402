import { invalidDigestReason } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'
import type { Config } from './config.ts'
import type { ConfigDiagnostic } from './config-node.ts'

/** Finds values that are no digests. */
export function checkDenyDigests(
  digests: readonly string[],
  path: ConfigDiagnostic['path'],
): ConfigDiagnostic[] {
  return digests.flatMap((digest, index): ConfigDiagnostic[] => {
    const reason = invalidDigestReason(digest)
    return reason === undefined
      ? []
      : [{ code: 'CONFIG_INVALID', path: [...path, index], reason: `is no digest: ${reason}` }]
  })
}

/** A line of a list that is no digest. */
export interface InvalidLine {
  /** From 1. */
  readonly line: number
  readonly reason: string
}

/** Parses a file of digests: one a line, `#` begins a comment. */
export function parseDigestList(text: string): {
  readonly digests: readonly Digest[]
  readonly invalid: readonly InvalidLine[]
} {
  const digests: Digest[] = []
  const invalid: InvalidLine[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const digest = line.replace(/(?:^|\s)#.*$/, '').trim()
    if (digest === '') continue
    const reason = invalidDigestReason(digest)
    if (reason === undefined) digests.push(digest as Digest)
    else invalid.push({ line: index + 1, reason })
  }
  return { digests, invalid }
}

/** Adds digests to those that no profile of a configuration lets pass. */
export function withDenyDigests(config: Config, digests: readonly Digest[]): Config {
  if (digests.length === 0) return config
  const added = digests.map((digest) => [digest, digest] as const)
  const profiles = [...config.profiles].map(
    ([name, profile]) =>
      [name, { ...profile, denyDigests: new Map([...(profile.denyDigests ?? []), ...added]) }] as const,
  )
  return { ...config, profiles: new Map(profiles) }
}
