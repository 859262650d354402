import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createSandbox, type Ran } from './sandbox.ts'

const FOLDER = fileURLToPath(new URL('../../examples/', import.meta.url))

/**
 * A folder of `examples/`. Its README has the commands in one block marked `sh`, and `expected.yaml` is their
 * output; so the tests run exactly what a reader copies.
 */
export interface Example {
  readonly name: string
  /** The block, unchanged. */
  readonly script: string
  readonly expected: string
  /** The programs that it needs besides Pinpull, from the README's comment `<!-- needs: helm4, … -->`. */
  readonly needs: readonly string[]
}

/** Every example with commands and an expected output. */
export function readExamples(): readonly Example[] {
  return readdirSync(FOLDER)
    .filter((name) => existsSync(join(FOLDER, name, 'expected.yaml')))
    .map((name) => {
      const readme = readFileSync(join(FOLDER, name, 'README.md'), 'utf8')
      const script = /^```sh\n([\s\S]*?)^```$/m.exec(readme)?.[1]
      if (script === undefined) throw new Error(`examples/${name}/README.md has no block marked sh`)
      return {
        name,
        script,
        expected: readFileSync(join(FOLDER, name, 'expected.yaml'), 'utf8'),
        needs: /<!-- needs: (.*?) -->/.exec(readme)?.[1]?.split(', ') ?? [],
      }
    })
}

/**
 * Runs an example in a copy of its folder, with `pinpull` on the `PATH`.
 *
 * @param env for the programs; `PINPULL_MIRROR` selects a registry of the test
 * @param programs the command of each program, by name
 */
export async function runExample(
  { name, script }: Example,
  env: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, readonly string[]>> = {},
): Promise<Ran> {
  const sandbox = createSandbox(env)
  try {
    cpSync(join(FOLDER, name), join(sandbox.folder, name), { recursive: true })
    for (const [called, words] of Object.entries(programs)) sandbox.addCommand(called, ...words)
    return await sandbox.bash(script, { cwd: name })
  } finally {
    sandbox.remove()
  }
}
