import type { Io } from '../../src/cli/io/io.ts'
import { main } from '../../src/cli/main.ts'

/** An `Io` that records its output. */
export interface MemoryIo extends Io {
  /** The chunks that were written to standard output. */
  readonly outputs: readonly Buffer[]
  readonly messages: readonly string[]
}

/** As the input: standard input is a terminal, not a pipe. */
export const TYPED = '\u0004'

/**
 * @param input the content of standard input
 * @param cwd the working directory
 * @param env the whole environment
 * @param now the clock of commands that keep times
 */
export function memoryIo(
  input: string | Uint8Array,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  now: () => number = Date.now,
): MemoryIo {
  const outputs: Buffer[] = []
  const messages: string[] = []
  return {
    outputs,
    messages,
    env,
    cwd,
    now,
    selfCommand: () => ['pinpull'],
    readInput: () => Buffer.from(input),
    writeOutput: (output) =>
      outputs.push(typeof output === 'string' ? Buffer.from(output) : Buffer.concat(output)),
    writeMessage: (text) => messages.push(text),
    writeTerminal: () => {},
    isTerminal: () => false,
    terminalColumns: () => undefined,
    isInputTerminal: () => input === TYPED,
    watchInput: () => {
      const state = input.length === 0 || input === TYPED ? 'ended' : 'data'
      return { isPipe: input !== TYPED, settled: async () => state, state: () => state, close: () => {} }
    },
    parentProgram: () => undefined,
    isOutputFile: () => false,
    isOutputTerminal: () => false,
  }
}

/** Runs a command line in this process. */
export async function runInProcess(
  args: readonly string[],
  {
    input = '',
    cwd,
    env = {},
    now,
  }: { input?: string | Uint8Array; cwd: string; env?: Record<string, string>; now?: () => number },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const io = memoryIo(input, cwd, env, now)
  const code = await main(args, io)
  return { code, stdout: Buffer.concat(io.outputs).toString(), stderr: io.messages.join('') }
}
