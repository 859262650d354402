import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createSandbox, type Ran } from './sandbox.ts'

const FOLDER = fileURLToPath(new URL('../../examples/', import.meta.url))

/**
 * A folder of `examples/`. Its README shows what to type in one block marked `sh`, and `expected.yaml` is what that
 * prints; so what a reader copies is what is tested.
 */
export interface Example {
  readonly name: string
  /** The block, as it stands. */
  readonly script: string
  readonly expected: string
  /** The programs that it needs beside Pinpull, from the README's comment `<!-- needs: helm4, … -->`. */
  readonly needs: readonly string[]
}

/** Every example that has something to type and something to expect. */
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
 * Runs an example in a copy of its folder, with `pinpull` on the `PATH` as for a user.
 *
 * @param example to run
 * @param env for the programs; `PINPULL_MIRROR` makes it ask a registry of the test
 * @param programs the words that each stands for, by the name they are called by
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
