import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { findExecutable, findOnPath, withAbsolutePath } from '../files/executable.ts'
import { findMarkedProcesses } from '../files/marked-processes.ts'

/** A program to run, without a shell. */
export interface Command {
  /** A name, looked up in the absolute entries of `PATH`; or an absolute path. */
  readonly program: string
  readonly args: readonly string[]
  /** Written to its standard input, which is then closed. */
  readonly input: string
  /** Its environment; relative entries of `PATH` are left out. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** After how many milliseconds it is killed. */
  readonly timeout: number
  /** How many bytes of standard output are taken before it is killed. */
  readonly maxOutput: number
  /** Kills it when aborted. */
  readonly signal?: AbortSignal | undefined
}

/** How a program ended. What it printed may hold secrets. */
export type CommandResult =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'not-found' | 'timeout' | 'aborted' | 'too-much-output' }
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
    case 'aborted':
      return 'the run was over before it answered'
    case 'too-much-output':
      return `it printed more than ${maxOutput / 1024 / 1024} MiB`
    case 'failed':
      return result.reason
  }
}

/** The port through which programs are run. */
export type Run = (command: Command) => Promise<CommandResult>

/** What running a program takes of the process that runs it. */
export interface ProcessHost {
  readonly platform: string
  readonly pid: number
  kill(pid: number, signal: NodeJS.Signals): unknown
  on(event: NodeJS.Signals | 'exit', listener: (signal: NodeJS.Signals) => void): unknown
  off(event: NodeJS.Signals | 'exit', listener: (signal: NodeJS.Signals) => void): unknown
}

/** How much of standard error is kept: its end says what went wrong. */
const MAX_ERRORS = 4096

/**
 * How long the pipes of a program that has ended may stay open, in milliseconds. A daemon that it has left behind can
 * hold them for ever, as gpg-agent does.
 */
const DRAIN = 1000

/** A variable that tells a program and all that it starts from everything else that runs. */
const MARK = 'PINPULL_PROGRAM'

/** The signals that end a process, and leave those that it has started behind. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs programs for real. The port never rejects: every ending is a result.
 *
 * Each program leads a process group of its own, which is killed as a whole when the program ends, takes too long, or
 * when this process ends. Where it was stopped, what has left the group is killed as well (on Linux); where it came to its end by
 * itself, a daemon that it has left behind stays. Windows has no such groups: there the program alone is killed.
 */
export function processRunner(host: ProcessHost): Run {
  const { platform } = host
  const groups = new ProgramGroups(host)
  return async (command) => {
    const isPath = /[\\/]/.test(command.program)
    const found = isPath
      ? findExecutable(command.program, platform)
      : findOnPath(command.program, command.env, platform)
    // The system says best what is wrong with a path.
    const program = found ?? (isPath ? command.program : undefined)
    if (program === undefined) return { kind: 'not-found' }
    if (command.signal?.aborted === true) return { kind: 'aborted' }
    // Most runs start no program, and what it takes is 3 ms to load.
    const { spawn } = await import('node:child_process')
    const mark = groups.newMark()
    const child = spawn(program, [...command.args], {
      env: { ...withAbsolutePath(command.env, platform), [MARK]: mark },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: platform !== 'win32',
      windowsHide: true,
    })
    groups.add(child.pid, mark)
    try {
      const result = await ending(child, command, () => groups.kill(child.pid))
      // A daemon that a program has left behind may be of use, as gpg-agent is; not where the program was stopped.
      if (result.kind !== 'exited') groups.killMarked(mark)
      if (found === undefined || result.kind !== 'not-found') return result
      return { kind: 'failed', reason: 'the interpreter in its first line does not exist' }
    } finally {
      groups.kill(child.pid)
      groups.remove(child.pid)
    }
  }
}

/** Waits for the end of a program, whichever it is. */
function ending(
  child: ChildProcessWithoutNullStreams,
  command: Command,
  killGroup: () => void,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const stdout: Buffer[] = []
    let size = 0
    let stderr = ''
    let drain: NodeJS.Timeout | undefined
    const finish = (result: CommandResult): void => {
      clearTimeout(timer)
      clearTimeout(drain)
      command.signal?.removeEventListener('abort', onAbort)
      killGroup()
      // Whatever has left the group may hold the pipes open: nothing more is read from them.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
      resolve(result)
    }
    const exited = (code: number | null, signal: NodeJS.Signals | null): CommandResult =>
      code === null
        ? { kind: 'failed', reason: `killed by ${signal}` }
        : { kind: 'exited', code, stdout: Buffer.concat(stdout).toString('utf8'), stderr }
    const onAbort = (): void => finish({ kind: 'aborted' })
    const timer = setTimeout(() => finish({ kind: 'timeout' }), command.timeout)
    command.signal?.addEventListener('abort', onAbort)
    if (command.signal?.aborted === true) onAbort()
    child.on('error', (error: NodeJS.ErrnoException) =>
      finish(
        error.code === 'ENOENT' ? { kind: 'not-found' } : { kind: 'failed', reason: error.code ?? 'error' },
      ),
    )
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > command.maxOutput) finish({ kind: 'too-much-output' })
      else stdout.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-MAX_ERRORS)
    })
    // A program that answers without reading its input closes the pipe early: that is not a failure.
    child.stdin.on('error', () => {})
    child.stdin.end(command.input)
    child.on('exit', (code, signal) => {
      drain = setTimeout(() => finish(exited(code, signal)), DRAIN)
    })
    child.on('close', (code, signal) => finish(exited(code, signal)))
  })
}

/**
 * The programs that run now, each with the group that it leads. They end along with this process, which is ended by the
 * signal that it got as if nobody had listened.
 */
class ProgramGroups {
  readonly #host: ProcessHost
  /** With the mark of all that each has started. */
  readonly #leaders = new Map<number, string>()
  #count = 0

  constructor(host: ProcessHost) {
    this.#host = host
  }

  /** A mark that nothing else has. */
  newMark(): string {
    return `${this.#host.pid}-${performance.timeOrigin}-${++this.#count}`
  }

  add(pid: number | undefined, mark: string): void {
    if (pid === undefined) return
    if (this.#leaders.size === 0) this.#listen('on')
    this.#leaders.set(pid, mark)
  }

  remove(pid: number | undefined): void {
    if (pid !== undefined && this.#leaders.delete(pid) && this.#leaders.size === 0) this.#listen('off')
  }

  /** Kills a program and its group; what has ended already is nobody's concern. */
  kill(pid: number | undefined): void {
    if (pid !== undefined) this.#signal(this.#host.platform === 'win32' ? pid : -pid)
  }

  /** Kills what has left the group of a program, too. */
  killMarked(mark: string): void {
    if (this.#host.platform !== 'linux') return
    for (const pid of findMarkedProcesses(MARK, mark)) this.#signal(pid)
  }

  #signal(pid: number): void {
    try {
      this.#host.kill(pid, 'SIGKILL')
    } catch {
      // There is nothing left of it.
    }
  }

  #listen(how: 'on' | 'off'): void {
    for (const signal of ENDING_SIGNALS) this.#host[how](signal, this.#onSignal)
    this.#host[how]('exit', this.#killAll)
  }

  readonly #killAll = (): void => {
    for (const [pid, mark] of this.#leaders) {
      this.kill(pid)
      this.killMarked(mark)
    }
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#killAll()
    this.#listen('off')
    this.#host.kill(this.#host.pid, signal)
  }
}
