import { formatPlatform } from '../oci/platform.ts'
import { type DataFormat, formatData } from '../report/data-document.ts'
import type { Config, ProfileSpec } from './config.ts'
import type { Profile } from './profile.ts'
import { CONFIG_API_VERSION, CONFIG_KIND, type ConfigObject } from './schema/config-schema.ts'

/**
 * Formats a merged profile as a complete configuration, including the settings that hold for all profiles: the output of
 * `pinpull config view`. Parsing it gives the same profile.
 */
export function formatConfigView(
  profile: Profile,
  { spec = {} }: Pick<Config, 'spec'>,
  format: DataFormat = 'yaml',
): string {
  const { denyDigests, denyDigestsFile, lockFile, lock, registries, fields } = spec
  const merged: ProfileSpec = {
    name: profile.name,
    pin: profile.pin,
    output: profile.output,
    ...(profile.platform === undefined ? {} : { platform: formatPlatform(profile.platform) }),
    policyMode: profile.policyMode,
    pullPolicy: profile.pullPolicy,
    unresolved: profile.unresolved,
    mutableTags: profile.mutableTags,
    invalid: profile.invalid,
    placeholders: profile.placeholders,
    annotations: profile.annotations,
    allowedRegistries: profile.allowedRegistries.map(({ text }) => text),
    include: profile.include.map((matcher) => matcher.spec),
    exclude: profile.exclude.map((matcher) => matcher.spec),
    rules: profile.rules.map((rule) => rule.spec),
    rewrite: profile.rewrite,
    verify: profile.verify.map(({ spec }) => spec),
    ...(profile.trustedRoot === undefined ? {} : { trustedRoot: profile.trustedRoot }),
    ...(profile.signatureRepository === undefined
      ? {}
      : { signatureRepository: profile.signatureRepository }),
    findings: profile.findings,
  }
  const object: ConfigObject = {
    apiVersion: CONFIG_API_VERSION,
    kind: CONFIG_KIND,
    spec: {
      defaultProfile: profile.name,
      ...(lockFile === undefined ? {} : { lockFile }),
      ...(lock === undefined ? {} : { lock }),
      profiles: [merged],
      ...(registries === undefined ? {} : { registries }),
      ...(fields === undefined ? {} : { fields }),
      ...(denyDigests === undefined ? {} : { denyDigests }),
      ...(denyDigestsFile === undefined ? {} : { denyDigestsFile }),
    },
  }
  return formatData(format, object)
}
