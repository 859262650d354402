import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * The program under test: `bin/pinpull.js`, or what `PINPULL_PROGRAM` names, so that the same tests can be run against
 * a bundle or a binary. A script runs under this very Node.
 */
export const PROGRAM: string =
  process.env['PINPULL_PROGRAM'] ?? fileURLToPath(new URL('../../bin/pinpull.js', import.meta.url))

/** Whether it runs on Node, so that what is said to Node reaches it. */
export const RUNS_ON_NODE: boolean = /\.[cm]?[jt]s$/.test(PROGRAM)

/** The words that start the program, its arguments not among them. */
export const PROGRAM_COMMAND: readonly [string, ...string[]] = startOf(PROGRAM)

function startOf(program: string): readonly [string, ...string[]] {
  if (/\.[cm]?js$/.test(program)) return [process.execPath, program]
  // Node 22 strips types as Node 24 does, but says that it does.
  if (program.endsWith('.ts')) return [process.execPath, '--disable-warning=ExperimentalWarning', program]
  return [program]
}

export interface ProgramOptions {
  readonly input?: string | Uint8Array
  /** Added to an environment of `PATH` and a home that cannot exist: the caller's credentials and cache stay out. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Leaves standard input open for more, until the caller ends it. */
  readonly keepOpen?: boolean
}

export interface ProgramResult {
  /** Absent where a signal ended it. */
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs the program to its end. */
export function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  return startProgram(args, options).result
}

/** Starts the program, for tests that do something to it while it runs. */
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
  child.stdin.on('error', () => {}) // it may end before it has read everything
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
