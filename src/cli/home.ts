import { homedir } from 'node:os'
import type { Io } from './io.ts'

/** The user's home: containers often run as a user without one, or without an entry in the user database. */
export function homeOf({ env }: Pick<Io, 'env'>): string | undefined {
  const given = env['HOME'] ?? env['USERPROFILE']
  if (given) return given
  try {
    return homedir()
  } catch {
    return undefined
  }
}
