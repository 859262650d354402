import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const demo = fileURLToPath(new URL('../../examples/demo/run.mjs', import.meta.url))

test('npm start begins with prod and ends with its verdict', async () => {
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', demo], {
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  })
  const lines = stdout.trimEnd().split('\n')
  expect(lines.find((line) => line.startsWith('$'))).toMatch(/^\$ pinpull --profile prod /)
  expect(lines.at(-1)).toBe(
    "checked: 20 digests equal the registry's, each image was requested once, a second pass changes nothing, and an image that nobody signed is refused",
  )
})
