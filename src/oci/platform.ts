/** An operating system and architecture, in Go's names (OCI image-spec, image-index.md "platform"). */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly osVersion?: string
}

/** Other names of architectures, with Go's name and variant (containerd platforms, `database.go`). */
const ARCHITECTURES: Readonly<Record<string, readonly [string, string?]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  i386: ['386'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
}

/** Variants, most capable first: a machine runs its own and all later ones (containerd platforms, `compare.go`). */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  arm: ['v8', 'v7', 'v6', 'v5'],
  arm64: ['v9', 'v8'],
  amd64: ['v4', 'v3', 'v2', 'v1'],
}

/** The default variant of an architecture. */
const DEFAULT_VARIANT: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8', amd64: 'v1' }

const PLATFORM = /^([a-z0-9_]+)(?:\(([A-Za-z0-9_.-]+)\))?\/([a-z0-9_-]+)(?:\/([a-z0-9]+))?$/

/**
 * Parses `os/architecture[/variant]`, with an optional OS version as in `windows(10.0.20348)/amd64`.
 *
 * @returns the platform in Go's names, or undefined if the text is not a platform
 */
export function parsePlatform(text: string): Platform | undefined {
  const match = PLATFORM.exec(text.trim().toLowerCase())
  if (match === null) return undefined
  const [, os = '', osVersion, machine = '', given] = match
  const [architecture, implied] = ARCHITECTURES[machine] ?? [machine]
  const variant = given === undefined ? implied : /^\d+$/.test(given) ? `v${given}` : given
  return {
    os: os === 'macos' ? 'darwin' : os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { osVersion }),
  }
}

/** Formats a platform in the syntax of `parsePlatform`. */
export function formatPlatform(platform: Platform): string {
  const version = platform.osVersion === undefined ? '' : `(${platform.osVersion})`
  const variant = platform.variant === undefined ? '' : `/${platform.variant}`
  return `${platform.os}${version}/${platform.architecture}${variant}`
}

/**
 * How well an image's platform matches a wanted one: 0 is exact, higher is less capable than possible, undefined is
 * no match.
 */
export function platformRank(offered: Platform, wanted: Platform): number | undefined {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return undefined
  if (wanted.osVersion !== undefined && !sameRelease(offered.osVersion, wanted.osVersion)) return undefined
  const order = VARIANTS[wanted.architecture]
  const want = wanted.variant ?? DEFAULT_VARIANT[wanted.architecture] ?? ''
  const have = offered.variant ?? DEFAULT_VARIANT[offered.architecture] ?? ''
  const best = order?.indexOf(want) ?? -1
  const rank = order?.indexOf(have) ?? -1
  if (best < 0 || rank < 0) return have === want ? 0 : undefined
  return rank < best ? undefined : rank - best
}

/**
 * Selects the best entry for a platform. Attestations, which BuildKit lists as `unknown/unknown`, and entries
 * without a platform are never selected; the first of equals wins (OCI image-spec, image-index.md).
 */
export function selectPlatform<T extends { readonly platform?: Platform }>(
  entries: readonly T[],
  wanted: Platform,
): T | undefined {
  let best: T | undefined
  let bestRank = Number.POSITIVE_INFINITY
  for (const entry of entries) {
    if (entry.platform === undefined || isUnknown(entry.platform)) continue
    const rank = platformRank(entry.platform, wanted)
    if (rank !== undefined && rank < bestRank) [best, bestRank] = [entry, rank]
  }
  return best
}

/** Whether it is the platform of attestations. */
export function isUnknown(platform: Platform): boolean {
  return platform.os === 'unknown' || platform.architecture === 'unknown'
}

/** Windows versions match if their first three parts do: `10.0.20348.1` runs where `10.0.20348` is wanted. */
function sameRelease(offered: string | undefined, wanted: string): boolean {
  if (offered === undefined) return false
  const release = (version: string): string => version.split('.').slice(0, 3).join('.')
  return release(offered) === release(wanted)
}
