import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createSandbox } from '../support/sandbox.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const path = join(root, 'docs/tutorial.md')
const page = readFileSync(path, 'utf8')

/** Commands that the test does itself: it has the program under test, and runs the others in the shell of the registry. */
const NOT_RUN = ['npm ci && npm pack\n', 'node examples/demo/registry.mjs\n']

/** Every block of commands, with the block of what it prints, if there is one. */
const STEP = /```sh\n(?<commands>[\s\S]*?)```\n(?:\n```text\n(?<printed>[\s\S]*?)```\n)?/g

/** Runs all blocks in one shell, as a reader does. @returns what each prints, standard error included */
async function runSteps(blocks: readonly string[]): Promise<readonly string[]> {
  const sandbox = createSandbox()
  try {
    const mark = '=== the end of a step ==='
    const script = blocks.map((block) => `${block.replaceAll('/tmp/shop', 'shop')}echo '${mark}'`).join('\n')
    const registry = join(root, 'examples/demo/registry.mjs')
    const node = process.execPath
    const { code, stdout, stderr } = await sandbox.run(node, [
      '--disable-warning=ExperimentalWarning',
      registry,
      ...['bash', '--norc', '-euo', 'pipefail', '-c', `exec 2>&1\n${script}`],
    ])
    expect([code, stderr], stdout).toEqual([0, ''])
    // The registry has another port in each run.
    return stdout
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:5000')
      .split(`${mark}\n`)
      .slice(0, -1)
  } finally {
    sandbox.remove()
  }
}

test('docs/tutorial.md: every command prints what the page says (UPDATE=1 writes it)', async () => {
  const steps = [...page.matchAll(STEP)].map(({ groups }) => groups as { commands: string; printed?: string })
  const run = steps.filter(({ commands }) => !NOT_RUN.some((text) => commands.startsWith(text)))
  expect(steps.length - run.length).toBe(NOT_RUN.length)
  const printed = await runSteps(run.map(({ commands }) => commands))
  let index = 0
  const updated = page.replaceAll(STEP, (block, commands: string, before: string | undefined) => {
    if (NOT_RUN.some((text) => commands.startsWith(text))) return block
    const now = printed[index++] ?? ''
    if (before === undefined && now === '') return block
    return `\`\`\`sh\n${commands}\`\`\`\n\n\`\`\`text\n${now}\`\`\`\n`
  })
  if (process.env['UPDATE'] === '1') writeFileSync(path, updated)
  else expect(page).toBe(updated)
})
