import { formatConfigSchema } from '../../config/schema/config-schema.ts'
import { formatConfigView } from '../../config/view.ts'
import type { ProfileFlags } from '../common-options.ts'
import { chooseProfile, loadConfig } from '../config.ts'
import { EXIT } from '../exit.ts'
import type { Io } from '../io.ts'

/** Prints the JSON Schema of the configuration, for editors. */
export function configSchema(io: Io): number {
  io.writeOutput(formatConfigSchema())
  return EXIT.done
}

/** Prints what a profile comes to, as a configuration of its own. */
export async function configView(flags: ProfileFlags, io: Io): Promise<number> {
  const config = await loadConfig(flags.config, io)
  io.writeOutput(formatConfigView(chooseProfile(flags.profile, config), config))
  return EXIT.done
}
