import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { type Command, type CommandResult, processRunner, type Run } from '../../credentials/program.ts'
import type { ProcessIdentity } from '../../files/mutex.ts'

/** Made for the first program: it listens to the signals of this process for all of them. */
let runner: Run | undefined

/** Runs a program as a child of this process. */
export function runProcess(command: Command): Promise<CommandResult> {
  runner ??= processRunner(process)
  return runner(command)
}

/** Identifies this process, so that other runs of Pinpull can tell whether it is still running. */
export function processIdentity(): ProcessIdentity {
  return { id: process.pid, machine: `${encodeURIComponent(hostname())}/${pidNamespace()}`, isRunning }
}

/** Containers on one machine can have the same host name, but have process IDs of their own. Only Linux exposes the namespace. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')
  } catch {
    return ''
  }
}

/** kill(2) with signal 0 sends nothing. EPERM means that the process runs, as another user. */
function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
