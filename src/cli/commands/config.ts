import { formatConfigSchema } from '../../config/schema/config-schema.ts'
import { formatConfigView } from '../../config/view.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { chooseProfile, loadConfig } from '../session/config.ts'

/** Prints the JSON Schema of the configuration, for editors. */
export function configSchema(io: Io): number {
  io.writeOutput(formatConfigSchema())
  return EXIT.done
}

/** Prints what a profile comes to, as a configuration of its own. */
export async function configView(flags: Flags, io: Io): Promise<number> {
  const config = await loadConfig(flags.config, io)
  io.writeOutput(formatConfigView(chooseProfile(flags.profile, config), config))
  return EXIT.done
}
