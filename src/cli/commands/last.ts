import { printable, printableLines } from '../../diagnostics/printable.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { readLastFailure } from '../io/last-failure.ts'

/**
 * Prints the messages of the last failed run, which some hosts hide.
 * @returns the exit code: 1 if none is saved
 */
export function last(io: Io): number {
  const failure = readLastFailure(io)
  if (failure === undefined) {
    io.writeMessage('pinpull: no failed run is remembered here\n')
    return EXIT.input
  }
  const { time, cwd, host, exitCode, text } = failure
  io.writeOutput(
    `${printable(`run by ${host} in ${cwd} at ${time}, exit code ${exitCode}`)}\n${printableLines(text)}`,
  )
  return EXIT.done
}
