import { readdirSync, readFileSync } from 'node:fs'

/**
 * Finds the processes that have a variable in their environment. A process keeps its environment even if it leaves its
 * process group and session. Linux only.
 *
 * @param variable its name
 * @param value its value, unique to this run
 * @returns their process IDs
 */
function findMarkedProcesses(variable: string, value: string): number[] {
  const wanted = Buffer.from(`\0${variable}=${value}\0`)
  return processNumbers().filter((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`)
      return Buffer.concat([Buffer.of(0), environment]).includes(wanted)
    } catch {
      return false // Another user's, or gone.
    }
  })
}

function processNumbers(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** The functions of `process` that are needed to run programs. */
export interface ProcessHost {
  readonly platform: string
  readonly pid: number
  kill(pid: number, signal: NodeJS.Signals): unknown
  on(event: NodeJS.Signals | 'exit', listener: (signal: NodeJS.Signals) => void): unknown
  off(event: NodeJS.Signals | 'exit', listener: (signal: NodeJS.Signals) => void): unknown
}

/** A variable that marks a program and all processes that it starts. */
export const MARK = 'PINPULL_PROGRAM'

/** Signals that end this process but not its children. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * The process groups of running programs. They are killed when this process exits or receives a signal; the signal then
 * ends this process as usual.
 */
export class ProcessGroups {
  readonly #host: ProcessHost
  /** The marks by process ID. */
  readonly #leaders = new Map<number, string>()
  #count = 0

  constructor(host: ProcessHost) {
    this.#host = host
  }

  /** Returns a unique mark. */
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

  /** Kills a program and its process group, if they still run. */
  kill(pid: number | undefined): void {
    if (pid !== undefined) this.#signal(this.#host.platform === 'win32' ? pid : -pid)
  }

  /** Kills processes that left the group of a program. */
  killMarked(mark: string): void {
    if (this.#host.platform !== 'linux') return
    for (const pid of findMarkedProcesses(MARK, mark)) this.#signal(pid)
  }

  #signal(pid: number): void {
    try {
      this.#host.kill(pid, 'SIGKILL')
    } catch {
      // It has already ended.
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
