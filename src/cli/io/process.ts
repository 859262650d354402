import { accessSync, constants, readlinkSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { processRunner, type Run } from '../../credentials/program.ts'
import type { ProcessIdentity } from '../../files/mutex.ts'
import type { Io } from './io.ts'

/** Runs programs beside this process. */
export const runProcess: Run = processRunner(process)

/** Identifies this process, so that other runs of Pinpull can tell whether it is still running. */
export function processIdentity(): ProcessIdentity {
  return { id: process.pid, machine: `${encodeURIComponent(hostname())}/${pidNamespace()}`, isRunning }
}

/** Containers of one machine have process numbers of their own, and can have its host name. Only Linux exposes the namespace. */
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

/**
 * The user's home. Containers often run as a user without one, without an entry in the user database, or with the
 * `HOME` of another user: a folder that may not be entered is nobody's home.
 */
export function homeFolder({ env }: Pick<Io, 'env'>): string | undefined {
  const home = env['HOME'] || env['USERPROFILE'] || homeInDatabase()
  return home === undefined || isForbidden(home) ? undefined : home
}

function homeInDatabase(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}

function isForbidden(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
  }
}
