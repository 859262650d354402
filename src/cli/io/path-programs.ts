import { describeEnding, lastErrorLine } from '../../credentials/program.ts'
import { findOnPath } from '../../files/executable.ts'
import type { RunProgram } from '../../sources/source-edit.ts'
import type { Io } from './io.ts'
import { runProcess } from './process.ts'

/** How long a program may take, in milliseconds: a large chart takes a few seconds. */
const TIMEOUT = 120_000

/** The maximum size of what a program prints, in bytes. */
const MAX_OUTPUT = 256 * 1024 * 1024

/** Runs programs of the user's `PATH`, until a signal ends the run. */
export function pathProgramRunner(io: Pick<Io, 'env'>, signal: AbortSignal): RunProgram {
  return async (name, args, { input = '', env = {}, noise } = {}) => {
    // Found by the user's own `PATH`, also where the program gets another.
    const program = findOnPath(name, io.env, process.platform)
    if (program === undefined) return { kind: 'absent' }
    const command = {
      program,
      args,
      input,
      env: { ...io.env, ...env },
      timeout: TIMEOUT,
      maxOutput: MAX_OUTPUT,
      signal,
    }
    const result = await runProcess(command)
    signal.throwIfAborted()
    if (result.kind === 'exited' && result.code === 0) return { kind: 'done', stdout: result.stdout }
    if (result.kind !== 'exited')
      return { kind: 'failed', reason: describeEnding(result, command) ?? result.kind }
    const lines = result.stderr.split('\n').filter((one) => noise?.test(one) !== true)
    const line = lastErrorLine({ stdout: '', stderr: lines.join('\n'), env: io.env })
    return { kind: 'failed', reason: line === '' ? `it exited with ${result.code}` : line }
  }
}
