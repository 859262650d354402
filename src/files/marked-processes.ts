import { readdirSync, readFileSync } from 'node:fs'

/**
 * Finds the processes that were started with a variable in their environment, whoever their parent is by now: a process that has
 * left its group and its session keeps its environment. Linux only; elsewhere there are none.
 *
 * @param variable its name
 * @param value its value, which nothing else has
 * @returns their numbers
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
