import { quoteYaml } from '../diagnostics/printable.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import type { Config, ProfileSpec } from './config.ts'
import type { Profile } from './profile.ts'
import { CONFIG_API_VERSION, CONFIG_KIND, type ConfigObject } from './schema/config-schema.ts'

/**
 * Formats a merged profile as a complete configuration in YAML, including the settings that hold for all profiles:
 * the output of `pinpull config view`. Parsing it gives the same profile.
 */
export function formatConfigView(profile: Profile, { spec = {} }: Pick<Config, 'spec'>): string {
  const { lockFile, registries, fields } = spec
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
    findings: profile.findings,
  }
  const object: ConfigObject = {
    apiVersion: CONFIG_API_VERSION,
    kind: CONFIG_KIND,
    spec: {
      defaultProfile: profile.name,
      ...(lockFile === undefined ? {} : { lockFile }),
      profiles: [merged],
      ...(registries === undefined ? {} : { registries }),
      ...(fields === undefined ? {} : { fields }),
    },
  }
  return `${formatYaml(object as unknown as JsonValue, '')}\n`
}

/** Formats plain data as block YAML. A string that could be misread as a plain scalar is a JSON string. */
function formatYaml(value: JsonValue, indent: string): string {
  if (typeof value === 'string')
    return /^[A-Za-z][A-Za-z0-9./-]*$/.test(value) && !isWord(value) ? value : quoteYaml(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const deeper = `${indent}  `
  if (isList(value)) {
    return value.map((item) => `${indent}- ${formatYaml(item, deeper).trimStart()}`).join('\n')
  }
  return Object.entries(value)
    .map(([key, one]) => {
      const name = `${indent}${formatYaml(key, '')}:`
      if (typeof one !== 'object' || one === null) return `${name} ${formatYaml(one, '')}`
      if (Object.keys(one).length === 0) return `${name} ${isList(one) ? '[]' : '{}'}`
      return `${name}\n${formatYaml(one, deeper)}`
    })
    .join('\n')
}

/** Whether some version of YAML reads a word as something other than text. */
function isWord(text: string): boolean {
  return /^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
