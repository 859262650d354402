import { afterAll, beforeAll, expect, test } from 'vitest'
import { readExamples, runExample } from './support/example.ts'
import { startRegistry, type TestRegistry } from './support/registry/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

/** Those that need another program are run by `test/contract/examples.test.ts`. */
const alone = readExamples().filter(({ needs }) => needs.length === 0)

test.each(alone.map((example) => [example.name, example] as const))('examples/%s', async (_, example) => {
  const run = await runExample(example, { PINPULL_MIRROR: `*=${registry.url}` })
  expect({ ...run, stderr: '' }).toEqual({ code: 0, stdout: example.expected, stderr: '' })
})
