import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { processRunner, type Run } from '../../credentials/program.ts'
import type { ProcessIdentity } from '../../files/mutex.ts'

/** Runs programs as children of this process. */
export const runProcess: Run = processRunner(process)

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
