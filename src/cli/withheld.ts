import { normalizeHost } from '../credentials/auth-file.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { Resolver } from '../plan/resolver.ts'
import { referenceOrNone } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import type { HostRule } from '../registry/host-rules.ts'
import { CONFIG_FILE } from './config.ts'
import type { RegistryConfig, ResolverFlags } from './registry-config.ts'

/**
 * Marks the mirrors of a configuration that may get no stored credential: those of a file that was only found, unless a
 * flag names the same scheme, host and port.
 */
export function withheldMirrors(
  flags: ResolverFlags,
  { tier, registries }: RegistryConfig,
): readonly HostRule[] {
  if (tier === 1) return registries
  const named = new Set(flags.mirror?.map(({ url }) => new URL(url).origin))
  return registries.map(({ mirrors, ...rule }) => ({
    ...rule,
    ...(mirrors && {
      mirrors: mirrors.map((one) => (named.has(new URL(one.url).origin) ? one : { ...one, anonymous: true })),
    }),
  }))
}

/**
 * A resolver for a run whose configuration was only found: it resolves anonymously if only a rewrite of that
 * configuration names the registry, and explains why a mirror that requires a login got none.
 */
export function withholding(resolver: Resolver, flags: ResolverFlags, config: RegistryConfig): Resolver {
  const hosts = new Set(
    withheldMirrors(flags, config).flatMap(({ mirrors = [] }) =>
      mirrors.flatMap(({ url, anonymous }) => (anonymous === true ? [normalizeHost(new URL(url).host)] : [])),
    ),
  )
  return {
    ...resolver,
    async resolve(reference, options) {
      const isRewritten = namesOtherHost(reference)
      try {
        return await resolver.resolve(reference, isRewritten ? { ...options, anonymous: true } : options)
      } catch (error) {
        if (!(error instanceof PinpullError) || error.code !== 'CREDENTIAL_MISSING') throw error
        if (!isRewritten && !hosts.has(String(error.args['registry']))) throw error
        const places = `nowhere, as only ${CONFIG_FILE} names it: --config ${CONFIG_FILE} says that you trust the file`
        throw new PinpullError(error.code, { ...error.args, places }, { cause: error })
      }
    },
  }
}

/** Whether a rewrite was reversed, so that the registry is not the one that the manifest names. */
function namesOtherHost({ text, domain }: Reference): boolean {
  const written = referenceOrNone(text)
  return written !== undefined && written.domain !== domain
}
