import { readdirSync, readFileSync } from 'node:fs'

/**
 * Finds the processes that were started with a variable in their environment, whatever their parent is now: a process
 * that left its group and its session keeps its environment. Linux only; elsewhere the result is empty.
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

/** What running a program takes of the process that runs it. */
export interface ProcessHost {
  readonly platform: string
  readonly pid: number
  kill(pid: number, signal: NodeJS.Signals): unknown
  on(event: NodeJS.Signals | 'exit', listener: (signal: NodeJS.Signals) => void): unknown
  off(event: NodeJS.Signals | 'exit', listener: (signal: NodeJS.Signals) => void): unknown
}

/** A variable that tells a program and all that it starts from everything else that runs. */
export const MARK = 'PINPULL_PROGRAM'

/** The signals that end a process, and leave those that it has started behind. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * The programs that run now, each with the group that it leads. They end along with this process, which is ended by the
 * signal that it got as if nobody had listened.
 */
export class ProcessGroups {
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
