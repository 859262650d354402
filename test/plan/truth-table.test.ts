import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { PolicyMode } from '../../src/config/enums.ts'
import type { Profile } from '../../src/config/profile.ts'
import type { Resolver } from '../../src/plan/resolver.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { transform } from '../../src/transform.ts'

const DIGEST = `sha256:${'0'.repeat(63)}1` as Digest

/** Knows every image. */
const resolver: Resolver = {
  resolve: async () => ({
    descriptor: { mediaType: 'application/vnd.oci.image.index.v1+json', digest: DIGEST },
    origin: { kind: 'registry', from: 'registry.example' },
  }),
}

interface Row {
  readonly profile: string
  readonly image: string
  readonly mode: PolicyMode
  /** What stands there afterwards, by what stood there before: nothing, Always, IfNotPresent, Never. */
  readonly results: readonly string[]
}

const PRESENT = [undefined, 'Always', 'IfNotPresent', 'Never'] as const

/** The tables of docs/pull-policy.md, "The whole truth table": the page is the expectation. */
function rowsOf(text: string): Row[] {
  const rows: Row[] = []
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

const rows = rowsOf(readFileSync(new URL('../../docs/pull-policy.md', import.meta.url), 'utf8'))

const container = (image: string, policy?: string) => `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    image: ${image}
${policy === undefined ? '' : `    imagePullPolicy: ${policy}\n`}`

const volume = (image: string, policy?: string) => `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes:
  - name: v
    image:
      reference: ${image}
${policy === undefined ? '' : `      pullPolicy: ${policy}\n`}`

async function policyAfter(input: string, profile: Profile): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(input)
  const options = { profile, resolver, signal: new AbortController().signal }
  const { output } = await transform(bytes, options)
  const text = new TextDecoder().decode(output)
  const again = await transform(output!, options)
  expect(new TextDecoder().decode(again.output), 'a second pass changes nothing').toBe(text)
  return /[pP]ullPolicy: (\w+)/.exec(text)?.[1]
}

test('the table has every profile, kind of reference and mode', () => {
  const images = [
    'nginx',
    'nginx:latest',
    `nginx:latest@${DIGEST}`,
    'nginx:1.27',
    'nginx:1.27.3',
    `nginx:1.27.3@${DIGEST}`,
  ]
  const wanted = [...BUILTIN_PROFILES.keys()].flatMap((profile) =>
    images.flatMap((image) =>
      ['override', 'default', 'preserve'].map((mode) => `${profile} ${image} ${mode}`),
    ),
  )
  expect(rows.map(({ profile, image, mode }) => `${profile} ${image} ${mode}`)).toEqual(wanted)
  expect(rows.filter(({ results }) => results.length !== PRESENT.length)).toEqual([])
})

describe.each([
  ['container', container],
  ['image volume', volume],
])('%s', (_, manifest) => {
  test.each(rows)('$profile: $image, $mode', async ({ profile, image, mode, results }) => {
    // What a profile denies is beside the point here.
    const mutableTags = { untagged: 'allow', latest: 'allow', floating: 'allow' } as const
    const tested = { ...BUILTIN_PROFILES.get(profile)!, policyMode: mode, mutableTags }
    for (const [index, present] of PRESENT.entries()) {
      expect([present, await policyAfter(manifest(image, present), tested)]).toEqual([
        present,
        results[index],
      ])
    }
  })
})
