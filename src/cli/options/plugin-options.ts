import { describeTier, trustHint } from '../../config/trust.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import type { ExecPluginCall } from '../../hosts/kustomize.ts'
import { parseArguments } from './arguments.ts'
import { FILTER_OPTIONS } from './common-options.ts'
import type { Environment } from './environment.ts'
import type { FilterFlags } from './flags.ts'
import { findOption, type OptionSpec, withoutAlias } from './option.ts'

/**
 * Parses the arguments of a legacy plugin of kustomize. They come with the kustomization, so that only options of the third
 * tier of trust are allowed, and no command. The caller's environment overrides them, and a profile in them has the
 * priority of one in the plugin's file.
 *
 * @throws {UsageError} CONFIG_UNTRUSTED for an option of a higher tier; USAGE for anything else
 */
export function parsePluginFlags({ config, argv }: ExecPluginCall, env: Environment): FilterFlags {
  for (let at = 0; at < argv.length; at += 1) {
    const word = withoutAlias(FILTER_OPTIONS, argv[at] ?? '')
    const [name] = word.split('=', 1)
    const option = findOption(FILTER_OPTIONS, name ?? '')
    if (option === undefined) throw unreadable(`a plugin takes no argument "${word}"`)
    if (option.tier !== 3) {
      const reason = `may not be set by ${describeTier(3)}: it stands in argsOneLiner or argsFromFile`
      throw new UsageError('CONFIG_UNTRUSTED', {
        path: `--${option.name}`,
        reason,
        advice: trustAdvice(option),
      })
    }
    if (option.value !== undefined && !word.includes('=')) at += 1
  }
  const parsed = parseArguments(FILTER_OPTIONS, argv, {})
  if (parsed === undefined) throw unreadable(`the plugin's arguments are wrong: ${argv.join(' ')}`)
  const { profile, quiet, ...others } = parsed as FilterFlags
  const fromEnvironment = parseArguments(FILTER_OPTIONS, [], env) as FilterFlags
  const isQuiet = quiet === true && fromEnvironment.verbose !== true
  return {
    ...others,
    ...(isQuiet ? { quiet } : {}),
    ...fromEnvironment,
    plugin: { config, profile },
  }
}

/** @returns how the user can set an option that a plugin may not set */
function trustAdvice({ name, hasVariable }: OptionSpec): string {
  if (name === 'config') return trustHint(3)
  if (hasVariable === false) return 'a plugin transforms the resources that kustomize passes to it; remove it'
  return `if you trust it, set PINPULL_${name.toUpperCase().replaceAll('-', '_')} in the environment of kustomize`
}

function unreadable(reason: string): UsageError {
  return new UsageError('USAGE', { reason })
}
