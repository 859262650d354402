import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { ProcessIdentity } from '../files/mutex.ts'

/** This process, as other runs of Pinpull can find out whether it still runs. */
export function processIdentity(): ProcessIdentity {
  return { id: process.pid, machine: `${encodeURIComponent(hostname())}/${pidNamespace()}`, isRunning }
}

/** Containers of one machine count processes apart, and can have its name. Only Linux says where they count. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')
  } catch {
    return ''
  }
}

/** kill(2) with the signal 0 sends nothing. What may not be signalled runs, for another user. */
function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
