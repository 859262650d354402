import { describeTier, trustHint } from '../../config/trust.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import type { PluginCall } from '../../hosts/kustomize.ts'
import { parseArguments } from './arguments.ts'
import { FILTER_OPTIONS } from './common-options.ts'
import type { Environment } from './environment.ts'
import type { FilterFlags } from './flags.ts'

/**
 * Reads the arguments of a legacy plugin of kustomize. They are the word of whoever wrote the kustomization, so that only
 * options of the third tier may stand there, and no command. The environment is the caller's and goes before them, and a
 * profile in them counts for no more than one in the plugin's file.
 *
 * @throws {UsageError} CONFIG_UNTRUSTED for another option; USAGE for anything else
 */
export function parsePluginFlags({ config, argv }: PluginCall, env: Environment): FilterFlags {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    const [name] = word.split('=', 1)
    const option = FILTER_OPTIONS.find((one) => name === `--${one.name}`)
    if (option === undefined) throw unreadable(`a plugin takes no argument "${word}"`)
    if (option.tier !== 3) {
      const reason = `may not be set by ${describeTier(3)}: it stands in argsOneLiner or argsFromFile`
      throw new UsageError('CONFIG_UNTRUSTED', {
        path: `--${option.name}`,
        reason,
        advice: wayUpOf(option.name),
      })
    }
    if (option.value !== undefined && !word.includes('=')) at += 1
  }
  const said = parseArguments(FILTER_OPTIONS, argv, {})
  if (said === undefined) throw unreadable(`the plugin's arguments are wrong: ${argv.join(' ')}`)
  const { profile, quiet, ...others } = said as FilterFlags
  const callers = parseArguments(FILTER_OPTIONS, [], env) as FilterFlags
  const isQuiet = quiet === true && callers.verbose !== true
  return {
    ...others,
    ...(isQuiet ? { quiet } : {}),
    ...callers,
    color: others.color && callers.color,
    plugin: { config, ...(profile === undefined ? {} : { profile }) },
  }
}

/** What a plugin may not say, the environment of kustomize may. */
function wayUpOf(name: string): string {
  if (name === 'config') return trustHint(3)
  return `if you trust it, set PINPULL_${name.toUpperCase().replaceAll('-', '_')} in the environment of kustomize`
}

function unreadable(reason: string): UsageError {
  return new UsageError('USAGE', { reason })
}
