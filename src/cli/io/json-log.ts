import { escapeJson } from '../../diagnostics/printable.ts'
import type { LogEntry } from '../../report/log-entry.ts'
import type { Io } from './io.ts'

/**
 * Makes standard error a log of JSON, for `--log-format json`: one object in each line. A message that is text otherwise is
 * an object of the type `message`; nothing is coloured, and no line is rewritten.
 *
 * @param now for tests
 */
export function withJsonLog(io: Io, now: () => Date = () => new Date()): Io {
  const log = (entry: LogEntry): void =>
    io.writeMessage(`${escapeJson(JSON.stringify({ time: now().toISOString(), ...entry }))}\n`)
  return {
    ...io,
    log,
    isTerminal: () => false,
    writeMessage: (text) => {
      for (const line of text.split('\n'))
        if (line !== '') log({ type: 'message', level: 'info', text: line })
    },
  }
}
