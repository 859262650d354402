import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
// @ts-expect-error: a script, which has no types
import { directProgramTests, programTests } from '../scripts/program-tests.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const files: readonly string[] = programTests(root)
const direct: readonly string[] = directProgramTests(root)

describe('the tests that run against every form of the program', () => {
  test.each([
    ['test/cli/process.test.ts', 'imports what starts the program', true],
    ['test/examples.test.ts', 'imports a file that imports it', true],
    ['test/reference/parse.test.ts', 'tests a module of src', false],
    ['test/contract/helm.test.ts', 'belongs to another suite', false],
  ])('%s, which %s: %s', (file, _, isIncluded) => {
    expect(files.includes(file)).toBe(isIncluded)
  })
})

describe('the tests that run against the sources', () => {
  test('are among them', () => {
    expect(direct.filter((file) => !files.includes(file))).toEqual([])
  })

  test.each([
    ['test/cli/process.test.ts', 'starts the program', true],
    ['test/hosts/github-action.test.ts', 'runs scripts that start it', false],
    ['test/docs/command-lines.test.ts', 'runs pages that start it', false],
  ])('%s, which %s: %s', (file, _, isIncluded) => {
    expect(direct.includes(file)).toBe(isIncluded)
  })
})
