import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A run of a program: its command and its input. */
export interface Run {
  readonly command: readonly [string, ...string[]]
  /** The file for standard input. Default: an empty file. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** The expected exit code. Default: 0. */
  readonly exitCode?: number
}

export interface Timing {
  /** The time from before the start until the exit, in milliseconds. */
  readonly wall: number
  /** User and system time in milliseconds, in steps of a clock tick, so only meaningful for runs of many ticks. */
  readonly cpu: number
}

/**
 * Starts programs one at a time, like `program < input > output` in a shell: the output is a file, so that no pipe and
 * no reader affects the time. Only PATH and a home directory are passed on from the environment.
 * @param folder for the output and the messages of the last run
 */
export class Runner {
  readonly output: string
  readonly messages: string
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    this.output = join(folder, 'stdout')
    this.messages = join(folder, 'stderr')
  }

  /** @throws if the exit code is not the expected one, since its time is then meaningless */
  time(run: Run): Timing {
    const [file, ...args] = run.command
    return this.#withFiles(run, (stdio) => {
      const cpuBefore = childrenCpu()
      const begun = process.hrtime.bigint()
      const { status, error } = spawnSync(file, args, { ...this.#environment(run), stdio })
      const wall = Number(process.hrtime.bigint() - begun) / 1e6
      if (error) throw error
      this.#mustEndWell(run, status)
      return { wall, cpu: childrenCpu() - cpuBefore }
    })
  }

  /**
   * Measures the peak resident memory of a run in MiB: the kernel's high-water mark (`VmHWM`), read from /proc repeatedly
   * until the process has exited. A peak in its last fraction of a millisecond can be missed.
   */
  async peakMemory(run: Run): Promise<number> {
    const [file, ...args] = run.command
    return this.#withFiles(run, async (stdio) => {
      const child = spawn(file, args, { ...this.#environment(run), stdio })
      const ended = new Promise<number | null>((resolve, reject) => {
        child.on('error', reject).on('exit', resolve)
      })
      let peak = 0
      let running = true
      const look = (): void => {
        peak = Math.max(peak, highWaterMark(child.pid))
        if (running) setImmediate(look)
      }
      look()
      const status = await ended
      running = false
      this.#mustEndWell(run, status)
      return peak / 1024
    })
  }

  #environment(run: Run): { cwd: string; env: Record<string, string> } {
    const { PATH = '' } = process.env
    return { cwd: run.cwd ?? this.#folder, env: { PATH, HOME: this.#folder, ...run.env } }
  }

  #withFiles<T>(run: Run, use: (stdio: [number, number, number]) => T): T {
    const stdio: [number, number, number] = [
      openSync(run.input ?? '/dev/null', 'r'),
      openSync(this.output, 'w'),
      openSync(this.messages, 'w'),
    ]
    try {
      return use(stdio)
    } finally {
      for (const fd of stdio) closeSync(fd)
    }
  }

  #mustEndWell(run: Run, status: number | null): void {
    if (status === (run.exitCode ?? 0)) return
    const said = readFileSync(this.messages, 'utf8').slice(0, 2000)
    throw new Error(`${run.command.join(' ')} ended with ${status}\n${said}`)
  }
}

/** USER_HZ, the unit of times in /proc: 100 on every architecture that Node supports. */
const TICK = 10

/** The CPU time of all exited children, in milliseconds (`cutime` and `cstime` of proc(5)). */
function childrenCpu(): number {
  const fields = afterName(readFileSync('/proc/self/stat', 'utf8'))
  return (Number(fields[13]) + Number(fields[14])) * TICK
}

/** The fields of /proc/PID/stat from the third, `state`, on, because the name before it may contain spaces. */
function afterName(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function highWaterMark(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}
