import { expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../src/config/builtin-profiles.ts'
import type { Profile } from '../src/config/profile.ts'
import { transform } from '../src/transform.ts'

const digest = `sha256:${'a'.repeat(64)}`
const options = {
  profile: BUILTIN_PROFILES.get('staging') as Profile,
  resolver: {
    resolve: async () => ({
      descriptor: { mediaType: 'application/vnd.oci.image.index.v1+json', digest: digest as never },
      origin: { kind: 'registry', from: 'everywhere' } as const,
    }),
  },
  signal: new AbortController().signal,
}

const HEAD = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: deep}\nspec:\n'

/** The root, `spec`, the sequence of containers and the container are levels, too. */
const IN_BETWEEN = 512 - 4

test.each([
  [
    'block mappings',
    (levels: number) =>
      `${HEAD}${Array.from({ length: levels }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}${' '.repeat(levels + 1)}containers: [{image: nginx}]\n`,
  ],
  [
    'flow mappings',
    (levels: number) =>
      `${HEAD}  ${'{a: '.repeat(levels)}{containers: [{image: nginx}]}${'}'.repeat(levels)}\n`,
  ],
  [
    'JSON',
    (levels: number) =>
      `{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"deep"},"spec":${'{"a":'.repeat(levels)}{"containers":[{"image":"nginx"}]}${'}'.repeat(levels)}}`,
  ],
])('an image in the deepest %s that are read is pinned', async (_, write) => {
  const text = write(IN_BETWEEN)
  const { output } = await transform(Buffer.from(text), options)
  expect(Buffer.from(output ?? []).toString()).toContain(`nginx@${digest}`)
  const deeper = await transform(Buffer.from(write(IN_BETWEEN + 1)), options)
  expect(deeper.output).toBeUndefined()
  expect(deeper.report.diagnostics.map(({ args }) => args['reason'])).toEqual([
    'the nesting is deeper than 512 levels',
  ])
})
