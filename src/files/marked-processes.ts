import { readdirSync, readFileSync } from 'node:fs'

/**
 * Finds the processes that were started with a variable in their environment, whatever their parent is now: a process
 * that left its group and its session keeps its environment. Linux only; elsewhere the result is empty.
 *
 * @param variable its name
 * @param value its value, unique to this run
 * @returns their process IDs
 */
export function findMarkedProcesses(variable: string, value: string): number[] {
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
