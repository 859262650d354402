import type { Io } from '../../src/cli/io/io.ts'
import { main } from '../../src/cli/main.ts'

/** An `Io` that keeps what is written. */
export interface MemoryIo extends Io {
  /** Everything that was written to standard output, piece by piece. */
  readonly outputs: readonly Buffer[]
  readonly messages: readonly string[]
}

/** As the input: nothing is piped in, and somebody sits at the terminal. */
export const TYPED = '\u0004'

/**
 * @param input what stands on standard input
 * @param cwd where the program runs
 * @param env its environment, and nothing of ours
 */
export function memoryIo(
  input: string | Uint8Array,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): MemoryIo {
  const outputs: Buffer[] = []
  const messages: string[] = []
  return {
    outputs,
    messages,
    env,
    cwd,
    programWords: () => ['pinpull'],
    readInput: () => Buffer.from(input),
    writeOutput: (output) =>
      outputs.push(typeof output === 'string' ? Buffer.from(output) : Buffer.concat(output)),
    writeMessage: (text) => messages.push(text),
    writeTerminal: () => {},
    isTerminal: () => false,
    isInputTerminal: () => input === TYPED,
    isOutputTerminal: () => false,
  }
}

/** Runs a command line in this very process. */
export async function runInProcess(
  args: readonly string[],
  { input = '', cwd, env = {} }: { input?: string | Uint8Array; cwd: string; env?: Record<string, string> },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const io = memoryIo(input, cwd, env)
  const code = await main(args, io)
  return { code, stdout: Buffer.concat(io.outputs).toString(), stderr: io.messages.join('') }
}
