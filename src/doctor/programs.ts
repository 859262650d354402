import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, describeEnding, type Run } from '../credentials/program.ts'
import { findOnPath } from '../files/executable.ts'
import { PLUGIN_NAME } from '../hosts/helm-plugin.ts'
import type { AddStep, Step } from './step.ts'

export interface ProgramsOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly run: Run
  /** What separates entries of a list of folders: `:`, on Windows `;`. */
  readonly delimiter: string
  /** How long a program may take to print its version, in milliseconds. */
  readonly timeout: number
}

const MAX_OUTPUT = 65_536

/** Usual names of Helm; a machine may have several. */
const HELM_NAMES = ['helm', 'helm3', 'helm-3', 'helm-v3', 'helm4', 'helm-4', 'helm-v4']

/** Only this is quoted of what a program prints. */
const VERSION = /\bv?\d+\.\d+\.\d+(?:[-+][\w.]{1,40})?/

/** Finds the programs that call Pinpull, or work with it, on `PATH`, and their versions. All run at the same time. */
export async function describePrograms(options: ProgramsOptions, add: AddStep): Promise<void> {
  const helmNames = [...new Set([options.env['HELM_BIN'] ?? '', ...HELM_NAMES])].filter(Boolean)
  const steps = await Promise.all([
    ...helmNames.map((name) => describeHelm(name, name === 'helm', options)),
    describeProgram('kustomize', ['version'], options),
    describeProgram('kubectl', ['version', '--client=true'], options),
  ])
  for (const step of steps.flat()) add(step)
}

async function describeProgram(
  name: string,
  args: readonly string[],
  options: ProgramsOptions,
  isExpected = true,
): Promise<Step[]> {
  const path = pathOf(name, options)
  if (path === undefined) {
    return isExpected ? [{ name: 'program', status: 'info', text: `${name}: not found on PATH` }] : []
  }
  const version = await versionOf(path, args, options)
  return [
    {
      name: 'program',
      status: version.isKnown ? 'ok' : 'warning',
      text: `${name}: ${version.text}, ${path}`,
    },
  ]
}

/** A Helm, and for Helm 4 whether Pinpull is installed as its plugin. */
async function describeHelm(name: string, isExpected: boolean, options: ProgramsOptions): Promise<Step[]> {
  const steps = await describeProgram(name, ['version', '--template', '{{.Version}}'], options, isExpected)
  const path = pathOf(name, options)
  const major = /: v(\d+)\./.exec(steps[0]?.text ?? '')?.[1]
  if (path === undefined || major === undefined) return steps
  if (Number(major) < 4) {
    const text = `${name} ${major} needs no plugin: --post-renderer ${PLUGIN_NAME}`
    return [...steps, { name: 'plugin', status: 'ok', text }]
  }
  const result = await options.run(commandOf(path, ['env', 'HELM_PLUGINS'], options))
  const folders =
    result.kind === 'exited' ? result.stdout.trim().split(options.delimiter).filter(Boolean) : []
  const found = folders.find((folder) => existsSync(join(folder, PLUGIN_NAME, 'plugin.yaml')))
  return [
    ...steps,
    found === undefined
      ? {
          name: 'plugin',
          status: 'info',
          text: `${name} ${major} has no plugin ${PLUGIN_NAME}`,
          hint: 'to use it as a post-renderer: pinpull helm install-plugin',
        }
      : {
          name: 'plugin',
          status: 'ok',
          text: `${name} ${major} finds the plugin in ${join(found, PLUGIN_NAME)}`,
        },
  ]
}

async function versionOf(
  path: string,
  args: readonly string[],
  options: ProgramsOptions,
): Promise<{ readonly isKnown: boolean; readonly text: string }> {
  const command = commandOf(path, args, options)
  const result = await options.run(command)
  if (result.kind !== 'exited')
    return { isKnown: false, text: describeEnding(result, command) ?? 'it failed' }
  const version = VERSION.exec(result.stdout)?.[0]
  if (result.code === 0 && version !== undefined) return { isKnown: true, text: version }
  return { isKnown: false, text: result.code === 0 ? 'it printed no version' : `exit code ${result.code}` }
}

function commandOf(program: string, args: readonly string[], { env, timeout }: ProgramsOptions): Command {
  return { program, args, env, input: '', timeout, maxOutput: MAX_OUTPUT }
}

function pathOf(name: string, { env, platform }: ProgramsOptions): string | undefined {
  return /[\\/]/.test(name) ? name : findOnPath(name, env, platform)
}
