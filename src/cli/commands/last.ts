import { printable, printableLines } from '../../diagnostics/printable.ts'
import { type DataFormat, formatDataDocument } from '../../report/data-document.ts'
import { VERSION } from '../../version.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { readLastFailure } from '../io/last-failure.ts'

interface LastFlags {
  readonly output?: 'text' | DataFormat | undefined
}

/**
 * Prints the messages of the last failed run, which some hosts hide.
 * @returns the exit code: 1 if none is saved
 */
export function last({ output = 'text' }: LastFlags, io: Io): number {
  const failure = readLastFailure(io)
  if (failure === undefined) {
    io.writeMessage('pinpull: no failed run is remembered here\n')
    return EXIT.input
  }
  if (output !== 'text') {
    io.writeOutput(formatDataDocument(output, failure, VERSION))
    return EXIT.done
  }
  const { time, cwd, host, exitCode, text } = failure
  io.writeOutput(
    `${printable(`run by ${host} in ${cwd} at ${time}, exit code ${exitCode}`)}\n${printableLines(text)}`,
  )
  return EXIT.done
}
