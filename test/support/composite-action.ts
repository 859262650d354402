import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { Ran, Sandbox } from './sandbox.ts'

/** The parts of an `action.yml` that GitHub's runner uses for a composite action. */
export interface CompositeAction {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: {
    readonly using: string
    readonly steps: readonly {
      readonly id?: string
      readonly shell: string
      readonly env: Readonly<Record<string, string>>
      readonly run: string
    }[]
  }
}

/** The folder of the repository, which is the folder of its action. */
export const ACTION_PATH: string = fileURLToPath(new URL('../..', import.meta.url))

/** Reads the action of this repository. */
export function readAction(): CompositeAction {
  return parse(readFileSync(join(ACTION_PATH, 'action.yml'), 'utf8')) as CompositeAction
}

export interface ActionRun extends Ran {
  /** What the steps wrote to `GITHUB_OUTPUT`, by name. */
  readonly written: Readonly<Record<string, string>>
  /** What they wrote to `GITHUB_STEP_SUMMARY`. */
  readonly summary: string
}

/**
 * Runs the steps of the action like GitHub's runner: each script in a file, with bash and the runner's options, the files that
 * the runner reads afterwards, and the values of the inputs in the environment.
 *
 * @param inputs what a workflow sets under `with`; for the others their defaults
 */
export async function runAction(
  sandbox: Sandbox,
  inputs: Readonly<Record<string, string>>,
): Promise<ActionRun> {
  const action = readAction()
  const files = { GITHUB_OUTPUT: '.runner/output', GITHUB_STEP_SUMMARY: '.runner/summary' }
  for (const file of Object.values(files)) sandbox.write(file, '')
  sandbox.write('.runner/temp/empty', '')
  const runner = {
    GITHUB_ACTION_PATH: ACTION_PATH,
    RUNNER_TEMP: join(sandbox.folder, '.runner/temp'),
    ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(sandbox.folder, file)])),
  }
  let last: Ran = { code: 0, stdout: '', stderr: '' }
  for (const { env, run } of action.runs.steps) {
    const script = join(sandbox.folder, '.runner/script.sh')
    writeFileSync(script, run)
    const values = Object.entries(env).map(([name, text]) => [name, evaluate(text, action, inputs)])
    const ran = await sandbox.run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      env: { ...runner, ...Object.fromEntries(values) },
    })
    last = { code: ran.code, stdout: last.stdout + ran.stdout, stderr: last.stderr + ran.stderr }
    if (ran.code !== 0) break
  }
  return { ...last, written: parseOutputs(sandbox), summary: sandbox.read(files.GITHUB_STEP_SUMMARY) }
}

/** @returns the value of `${{ inputs.NAME }}`, the only expression that the action uses for `env` */
function evaluate(
  text: string,
  { inputs }: CompositeAction,
  given: Readonly<Record<string, string>>,
): string {
  const name = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(text)?.[1]
  const input = name === undefined ? undefined : inputs[name]
  if (name === undefined || input === undefined) throw new Error(`no value for ${text}`)
  return given[name] ?? input.default ?? ''
}

/** Reads lines `NAME=VALUE`. A line of another form is kept under its whole text, so that a test notices it. */
function parseOutputs(sandbox: Sandbox): Record<string, string> {
  const lines = sandbox.read('.runner/output').split('\n').filter(Boolean)
  return Object.fromEntries(
    lines.map((line) => {
      const equals = line.indexOf('=')
      return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)]
    }),
  )
}
