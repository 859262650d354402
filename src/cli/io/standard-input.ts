import { fstatSync, readFileSync, readSync, type Stats } from 'node:fs'

/**
 * What standard input holds beside named files: data; nothing more, since it ended, or is a terminal or `/dev/null`; or it is
 * a pipe that has sent nothing yet, as CI runners leave them open.
 */
export type InputState = 'data' | 'ended' | 'idle'

/** Watches standard input, which is not read, for data that a host or a pipe sends. */
export interface InputWatch {
  /** Whether it is a pipe or a socket: every host passes its stream through one. */
  readonly isPipe: boolean
  /** Waits until it has sent data or ended, but no longer than `PATIENCE`. */
  readonly settled: () => Promise<InputState>
  /** What has been seen so far, without waiting. */
  readonly state: () => InputState
  /** Ends the watch, which would keep the process running. */
  readonly close: () => void
}

/**
 * How long an idle pipe is watched before the run begins, in milliseconds. Hosts write as they start a program, which takes
 * Node longer to start than this; what arrives later is noticed at the end of the run.
 */
const PATIENCE = 250

/**
 * Watches standard input. It cannot be asked whether it has data without taking some: so a run for which there is data has
 * to fail.
 */
export function watchStandardInput(process: Pick<NodeJS.Process, 'stdin'>): InputWatch {
  const status = statusOf(0)
  if (status?.isFIFO() === true || status?.isSocket() === true) return watchPipe(process.stdin)
  const state = status?.isFile() === true && readsAnything(0) ? 'data' : 'ended'
  return { isPipe: false, settled: async () => state, state: () => state, close: () => {} }
}

function watchPipe(stdin: NodeJS.ReadStream): InputWatch {
  let state: InputState = 'idle'
  const settled = new Promise<void>((resolve) => {
    const settle = (next: InputState): void => {
      if (state === 'idle') state = next
      resolve()
    }
    stdin.on('data', () => settle('data'))
    for (const event of ['end', 'error', 'close']) stdin.on(event, () => settle('ended'))
  })
  return {
    isPipe: true,
    settled: async () => {
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, PATIENCE)
      })
      await Promise.race([settled, patience])
      clearTimeout(timer)
      return state
    },
    state: () => state,
    close: () => {
      stdin.destroy()
    },
  }
}

/** @returns undefined for a stream that is closed */
function statusOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd)
  } catch {
    return undefined
  }
}

/** Reads a file to its end: a shell whose script it is must not go on in the middle of a line. */
function readsAnything(fd: number): boolean {
  const chunk = Buffer.alloc(1 << 16)
  let any = false
  try {
    while (readSync(fd, chunk, 0, chunk.length, null) > 0) any = true
  } catch {
    // What cannot be read has no data.
  }
  return any
}

/** The name of the program that started a process. Only Linux tells it in a file. */
export function parentProgram({ ppid }: Pick<NodeJS.Process, 'ppid'>): string | undefined {
  try {
    return readFileSync(`/proc/${ppid}/comm`, 'utf8').trim()
  } catch {
    return undefined
  }
}
