import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
// @ts-expect-error: a script, which has no types
import { programTests } from '../scripts/program-tests.mjs'

const files: readonly string[] = programTests(fileURLToPath(new URL('..', import.meta.url)))

describe('the tests that run against every form of the program', () => {
  it.each([
    ['test/cli/process.test.ts', 'imports what starts the program', true],
    ['test/examples.test.ts', 'imports a file that imports it', true],
    ['test/reference/parse.test.ts', 'tests a module of src', false],
    ['test/contract/helm.test.ts', 'belongs to another suite', false],
  ])('%s, which %s: %s', (file, _, isIncluded) => {
    expect(files.includes(file)).toBe(isIncluded)
  })
})
