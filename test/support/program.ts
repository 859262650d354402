import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * The program under test: `bin/pinpull.js`, or the file that `PINPULL_PROGRAM` names, so that the same tests can run against
 * a bundle or a binary. A script runs with the same Node as the tests.
 */
export const PROGRAM: string =
  process.env['PINPULL_PROGRAM'] ?? fileURLToPath(new URL('../../bin/pinpull.js', import.meta.url))

/** Whether the program runs on Node, so that options of Node apply to it. */
export const RUNS_ON_NODE: boolean = /\.[cm]?js$/.test(PROGRAM)

/** The command that starts the program, without arguments. */
export const PROGRAM_COMMAND: readonly [string, ...string[]] = RUNS_ON_NODE
  ? [process.execPath, PROGRAM]
  : [PROGRAM]

export interface ProgramOptions {
  readonly input?: string | Uint8Array
  /** Added to an environment with `PATH` and a home that cannot exist, which keeps the user's credentials and cache out. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Leaves standard input open until the test ends it. */
  readonly keepOpen?: boolean
}

export interface ProgramResult {
  /** Absent if a signal ended the program. */
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs the program until it exits. */
export function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  return startProgram(args, options).result
}

/** Starts the program, for tests that act while it runs. */
export function startProgram(
  args: readonly string[],
  { input = '', env = {}, cwd, keepOpen }: ProgramOptions = {},
): { readonly child: ChildProcessWithoutNullStreams; readonly result: Promise<ProgramResult> } {
  const [command, ...words] = PROGRAM_COMMAND
  const child = spawn(command, [...words, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/dev/null/home', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => {}) // the program may exit before it has read everything
  child.stdin.write(input)
  if (keepOpen !== true) child.stdin.end()
  const result = new Promise<ProgramResult>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) =>
      resolve({
        code: code ?? undefined,
        signal: signal ?? undefined,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString(),
      }),
    )
  })
  return { child, result }
}
