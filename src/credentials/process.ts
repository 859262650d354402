/** A program to run, without a shell. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  /** Written to its standard input, which is then closed. */
  readonly input: string
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** After how many milliseconds it is killed. */
  readonly timeout: number
  /** How many bytes of standard output are taken before it is killed. */
  readonly maxOutput: number
}

/** How a program ended. What it printed may hold secrets. */
export type CommandResult =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'not-found' | 'timeout' | 'too-much-output' }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * Why a program gave nothing to go by, in words; undefined where it came to its end by itself.
 *
 * @param command what was run
 */
export function endingOf(result: CommandResult, { timeout, maxOutput }: Command): string | undefined {
  switch (result.kind) {
    case 'exited':
      return undefined
    case 'not-found':
      return 'there is no such program'
    case 'timeout':
      return `no answer within ${timeout / 1000} s`
    case 'too-much-output':
      return `it printed more than ${maxOutput / 1024 / 1024} MiB`
    case 'failed':
      return result.reason
  }
}

/** The port through which programs are run. */
export type Run = (command: Command) => Promise<CommandResult>

/** How much of standard error is kept: its end says what went wrong. */
const MAX_ERRORS = 4096

/** Runs a program for real. It never rejects: every ending is a result. */
export const runProcess: Run = async (command) => {
  // Most runs start no program, and what it takes is 3 ms to load.
  const { spawn } = await import('node:child_process')
  return await new Promise((resolve) => {
    const child = spawn(command.program, [...command.args], {
      env: { ...command.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const stdout: Buffer[] = []
    let size = 0
    let stderr = ''
    const stop = (result: CommandResult): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      // A grandchild may hold the pipes open after the kill; nothing more is read from them.
      child.stdout.destroy()
      child.stderr.destroy()
      resolve(result)
    }
    const timer = setTimeout(() => stop({ kind: 'timeout' }), command.timeout)
    child.on('error', (error: NodeJS.ErrnoException) =>
      stop(
        error.code === 'ENOENT' ? { kind: 'not-found' } : { kind: 'failed', reason: error.code ?? 'error' },
      ),
    )
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > command.maxOutput) stop({ kind: 'too-much-output' })
      else stdout.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-MAX_ERRORS)
    })
    // A program that answers without reading its input closes the pipe early: that is not a failure.
    child.stdin.on('error', () => {})
    child.stdin.end(command.input)
    child.on('close', (code, signal) => {
      if (code === null) stop({ kind: 'failed', reason: `killed by ${signal}` })
      else stop({ kind: 'exited', code, stdout: Buffer.concat(stdout).toString('utf8'), stderr })
    })
  })
}
