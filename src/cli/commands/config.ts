import { formatConfigSchema } from '../../config/schema/config-schema.ts'
import { formatConfigView } from '../../config/view.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { openSession } from '../session/session.ts'

/** Prints the JSON Schema of the configuration, for editors. */
export function configSchema(io: Io): number {
  io.writeOutput(formatConfigSchema())
  return EXIT.done
}

/** Prints the settings that a profile results in, as a configuration of its own. */
export function configView(flags: Flags, io: Io): number {
  const { profile, config } = openSession(flags, io)
  io.writeOutput(formatConfigView(profile, config))
  return EXIT.done
}
