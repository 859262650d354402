import { formatConfigSchema } from '../../config/schema/config-schema.ts'
import { formatConfigView } from '../../config/view.ts'
import type { DataFormat } from '../../report/data-document.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { openSession } from '../session/session.ts'

/** Prints the JSON Schema of the configuration, for editors. */
export function configSchema(io: Io): number {
  io.writeOutput(formatConfigSchema())
  return EXIT.done
}

interface ViewFlags extends Flags {
  readonly output?: DataFormat | undefined
}

/** Prints the settings that a profile results in, as a configuration of its own. */
export function configView(flags: ViewFlags, io: Io): number {
  const { profile, config } = openSession(flags, io)
  io.writeOutput(formatConfigView(profile, config, flags.output))
  return EXIT.done
}
