import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CONFIG_SCHEMA_ID, formatConfigSchema } from '../../config/schema/config-schema.ts'
import { formatStarterConfig } from '../../config/starter.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { errorReason } from '../../files/file-system.ts'
import { writeNewFile } from '../../files/new-file.ts'
import { writeOutputFile } from '../../files/output-file.ts'
import { isJsonObject, parseJson } from '../../json.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { CONFIG_FILE } from '../session/config.ts'

/** The schema that the first line of the configuration names. */
const SCHEMA_FILE = 'pinpull.schema.json'

const NEXT = `pinpull: remove the # before the settings that you want, then:
  pinpull config view      what the profile prod results in
  pinpull check FOLDER     what it says about your manifests
`

/**
 * Writes a configuration to start with, and its schema for editors, into the working directory, and prints their names. Neither
 * an existing configuration nor a file that is not a schema of Pinpull is changed.
 *
 * @returns the exit code
 * @throws {UsageError} CONFIG_NOT_WRITTEN
 */
export function configInit(io: Io): number {
  const [config, schema] = [CONFIG_FILE, SCHEMA_FILE].map((name) => resolve(io.cwd, name)) as [string, string]
  // Checked before anything is written; `writeNewFile` refuses a file that another process writes meanwhile.
  if (lstatSync(config, { throwIfNoEntry: false }) !== undefined)
    throw notWritten(CONFIG_FILE, 'it exists already')
  attempt(SCHEMA_FILE, () => {
    if (existsSync(schema) && !isOwnSchema(readFileSync(schema)))
      throw notWritten(SCHEMA_FILE, 'it exists already, and is not a schema of Pinpull')
    writeOutputFile(schema, Buffer.from(formatConfigSchema()))
  })
  attempt(CONFIG_FILE, () => writeNewFile(config, Buffer.from(formatStarterConfig(SCHEMA_FILE))))
  io.writeOutput(`${CONFIG_FILE}\n${SCHEMA_FILE}\n`)
  io.writeMessage(NEXT)
  return EXIT.done
}

/** Whether a file is a schema that some version of Pinpull has written. */
function isOwnSchema(bytes: Uint8Array): boolean {
  const json = parseJson(bytes)
  return isJsonObject(json) && json['$id'] === CONFIG_SCHEMA_ID
}

function attempt(file: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw notWritten(file, errorReason(error), error)
  }
}

function notWritten(file: string, reason: string, cause?: unknown): UsageError {
  return new UsageError('CONFIG_NOT_WRITTEN', { file, reason }, { cause })
}
