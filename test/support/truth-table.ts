import { readFileSync } from 'node:fs'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { PolicyMode } from '../../src/config/enums.ts'
import type { Profile } from '../../src/config/profile.ts'
import type { Resolver } from '../../src/plan/resolver.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { transform } from '../../src/transform.ts'

/** The digest that stands for `sha256:…` of the page, and that every image is resolved to. */
export const DIGEST: Digest = `sha256:${'0'.repeat(63)}1` as Digest

/** Knows every image, and resolves each to the same digest. */
export const ANY_IMAGE: Resolver = {
  resolve: async () => ({
    descriptor: { mediaType: 'application/vnd.oci.image.index.v1+json', digest: DIGEST },
    origin: { kind: 'registry', from: 'registry.example' },
  }),
}

/** A row of the tables in docs/pull-policy.md. */
export interface TruthRow {
  readonly profile: string
  readonly image: string
  readonly mode: PolicyMode
  /** The policies in the output, one for each of `PRESENT` in the input. */
  readonly results: readonly string[]
}

/** The policies in the input: the columns of the tables. */
export const PRESENT = [undefined, 'Always', 'IfNotPresent', 'Never'] as const

/** The tables of docs/pull-policy.md, "The whole truth table". */
export function truthTable(): readonly TruthRow[] {
  const text = readFileSync(new URL('../../docs/pull-policy.md', import.meta.url), 'utf8')
  const rows: TruthRow[] = []
  let profile = ''
  for (const line of text.slice(text.indexOf('### The whole truth table')).split('\n')) {
    profile = /^#### `(\w+)`/.exec(line)?.[1] ?? profile
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    const [image = '', mode = '', ...results] = cells
    if (!image.startsWith('`')) continue
    const written = image.slice(1, -1).replace('sha256:…', DIGEST)
    rows.push({ profile, image: written, mode: mode as PolicyMode, results })
  }
  return rows
}

/** Where the image of a row is written: the manifest of a Pod with an image and its policy. */
export const POSITIONS: Readonly<Record<string, (image: string, policy?: string) => string>> = {
  container: (image, policy) => `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    image: ${image}
${policy === undefined ? '' : `    imagePullPolicy: ${policy}\n`}`,
  'image volume': (image, policy) => `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes:
  - name: v
    image:
      reference: ${image}
${policy === undefined ? '' : `      pullPolicy: ${policy}\n`}`,
}

/** What the profile of a row makes of a manifest. What the profile denies is beside the point of the tables. */
export async function transformAs(row: TruthRow, manifest: string): Promise<string> {
  const mutableTags = { untagged: 'allow', latest: 'allow', floating: 'allow' } as const
  const profile: Profile = { ...BUILTIN_PROFILES.get(row.profile)!, policyMode: row.mode, mutableTags }
  const options = { profile, resolver: ANY_IMAGE, signal: new AbortController().signal }
  const { output } = await transform(new TextEncoder().encode(manifest), options)
  return new TextDecoder().decode(output)
}
