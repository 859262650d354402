import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../bin/pinpull.js', import.meta.url))
const head = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: deep}\nspec:\n'
const block = (levels: number): string =>
  `${head}${Array.from({ length: levels }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}${' '.repeat(levels + 1)}b: [{image: nginx}]\n`
const flow = (levels: number): string => `${head}  ${'{a: '.repeat(levels)}b${'}'.repeat(levels)}\n`
const json = (levels: number): string =>
  `{"apiVersion":"v1","kind":"Thing","spec":${'{"a":'.repeat(levels)}[{"image":"nginx"}]${'}'.repeat(levels)}}`

/** A process can be started with less of a stack than Node gives it, so that the limit on depth is not enough. */
test.each([
  ['block mappings', block(506)],
  ['flow mappings', flow(506)],
  ['JSON', json(506)],
])('%s that are too deep for a small stack are named, wherever it ends', (_, input) => {
  const ends = [150, 200, 300, 400, 500, 600].map((size) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [`--stack-size=${size}`, program, 'check', '--profile', 'dev'],
      { input, encoding: 'utf8' },
    )
    const said = stdout + stderr
    if (said.includes('the nesting is too deep for the stack of this process')) return `${status} too deep`
    return said.includes('INTERNAL') ? `${size}: ${said}` : `${status} read`
  })
  expect(ends.filter((one) => one !== '1 too deep' && one !== '1 read')).toEqual([])
  expect(ends).toContain('1 too deep')
})
