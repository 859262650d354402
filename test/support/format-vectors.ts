import { readFileSync } from 'node:fs'
import type { Question, Verdict } from './format-verdict.ts'

/** A question about another program's format, and the result of the original code. */
export interface Vector extends Question {
  readonly name: string
  /** The original code's result; `test/contract/borrowed-formats.test.ts` runs that code. */
  readonly verdict: Verdict
  /** Pinpull's result and the reason, if it differs on purpose. */
  readonly ours?: { readonly verdict: Verdict; readonly why: string }
}

interface ProxyTable {
  readonly env: Readonly<Record<string, string>>
  readonly urls: readonly string[]
  /** `NO_PROXY`, and the indexes of the URLs that it exempts. */
  readonly exempt: readonly (readonly [string, readonly number[]])[]
}

const FILES = [
  'registries-conf',
  'hosts-toml',
  'proxy',
  'config-json',
  'auth-json',
  'pull-secret',
  'match-images',
  'provider-config',
] as const

/** All vectors in `test/vectors`. */
export function formatVectors(): readonly Vector[] {
  return [...FILES.flatMap((name) => read(name) as Vector[]), ...noProxyVectors()]
}

function noProxyVectors(): Vector[] {
  const { env, urls, exempt } = read('no-proxy') as ProxyTable
  return exempt.flatMap(([list, positions]) =>
    urls.map((target, position) => ({
      name: `NO_PROXY=${list} for ${target}`,
      owner: 'proxy' as const,
      target,
      env: { ...env, NO_PROXY: list },
      verdict: positions.includes(position)
        ? null
        : (env[target.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY'] ?? null),
    })),
  )
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'))
}
