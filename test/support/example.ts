import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROGRAM_COMMAND } from './program.ts'

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

export interface ExampleRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs an example in a copy of its folder, with `pinpull` on the `PATH` as for a user.
 *
 * @param example to run
 * @param env for the programs; `PINPULL_MIRROR` makes it ask a registry of the test
 * @param programs absolute paths by the name they are called by
 */
export async function runExample(
  { name, script }: Example,
  env: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, string>> = {},
): Promise<ExampleRun> {
  const folder = mkdtempSync(join(tmpdir(), `pinpull-example-${name}-`))
  try {
    cpSync(join(FOLDER, name), join(folder, 'example'), { recursive: true })
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    writeCommand(join(bin, 'pinpull'), PROGRAM_COMMAND)
    for (const [called, path] of Object.entries(programs)) writeCommand(join(bin, called), [path])
    const PATH = [bin, process.env['PATH'] ?? ''].join(delimiter)
    return await runShell(script, { cwd: join(folder, 'example'), env: { PATH, HOME: folder, ...env } })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An executable that is called by one name and stands for another. */
function writeCommand(path: string, words: readonly string[]): void {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  writeFileSync(path, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 })
}

function runShell(
  script: string,
  options: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<ExampleRun> {
  return new Promise((resolve) => {
    execFile('bash', ['--norc', '-euo', 'pipefail', '-c', script], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}
