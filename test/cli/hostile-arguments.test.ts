import { expect, test } from 'vitest'
import { expectHarmless, HOSTILE } from '../support/hostile-texts.ts'
import { runInProcess } from '../support/memory-io.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** How a text comes in from the command line; hostile.test.ts starts the program with all texts at once. */
const WAYS: readonly (readonly [
  way: string,
  args: (word: string) => readonly string[],
  env?: (word: string) => Record<string, string>,
])[] = [
  ['a command', (word) => [word]],
  ['an option', (word) => [`--${word}`]],
  ['the name of a profile', (word) => ['--profile', word]],
  ['a file', (word) => ['check', word]],
  ['variables', () => [], (word) => ({ PINPULL_PROFILE: word, PINPULL_TIMEOUT: word })],
]

const CASES = WAYS.flatMap(([way, args, env]) =>
  Object.entries(HOSTILE).map(([name, hostile]) => {
    const word = hostile.replaceAll('\0', '')
    return { way, name, args: args(word), env: env?.(word) ?? {} }
  }),
)

test.each(CASES)('$way: $name', async ({ args, env }) => {
  const { code, stdout, stderr } = await runInProcess(args, { cwd: temporaryFolder(), env })
  expect(code, stderr).not.toBe(70)
  expectHarmless(stdout)
  expectHarmless(stderr)
})
