import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { follow, keyText, stringAt, valueAt } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlNode } from '../yaml/nodes.ts'
import { entriesOf } from '../yaml/plain-value.ts'
import { type Carried, diagnose } from './carrier.ts'
import { unpack } from './config-map.ts'
import type { ConfigProblem } from './problem.ts'
import { CONFIG_SCHEMA } from './schema/config-schema.ts'
import { checkTrust } from './trust-check.ts'
import { validate } from './validate.ts'

/** The content of a `functionConfig` beside another configuration. */
export interface FunctionChoice {
  /** The profile that it chooses. */
  readonly profile?: string
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads a `functionConfig` beside another configuration: since configurations are never merged, it may only choose a
 * profile.
 *
 * @param carried the functionConfig
 * @param file the name of the configuration in use, for messages
 * @returns the profile, and an error for everything else in it
 */
export function readFunctionChoice(carried: Carried, file: string): FunctionChoice {
  const unpacked = unpack(carried, 3)
  if (unpacked.kind === 'broken') return unpacked
  if (unpacked.kind === 'settings') {
    const profile = unpacked.object.spec?.defaultProfile
    return { ...(profile === undefined ? {} : { profile }), diagnostics: [] }
  }
  const { node } = unpacked.carried
  const problems = [
    ...validate(node, CONFIG_SCHEMA),
    ...checkTrust(node, CONFIG_SCHEMA, 3),
    ...settingsBeside(node, file),
  ]
  if (problems.length > 0) return { diagnostics: diagnose(problems, unpacked.carried) }
  const root = follow(node)
  const profile = root.kind === 'mapping' ? stringAt(root, 'spec', 'defaultProfile') : undefined
  return { ...(profile === undefined ? {} : { profile }), diagnostics: [] }
}

/** Every key of the `spec` but the choice of a profile. */
function settingsBeside(node: YamlNode, file: string): ConfigProblem[] {
  const root = follow(node)
  const spec = root.kind === 'mapping' ? valueAt(root, 'spec') : undefined
  if (spec?.kind !== 'mapping') return []
  return keysOf(spec).flatMap(({ key, node: at }) => {
    if (key === 'defaultProfile') return []
    const path: FieldPath = ['spec', key]
    return [
      {
        code: 'CONFIG_CONFLICT',
        node: at,
        path,
        reason: `stands in the functionConfig, but ${file} is the configuration of this run`,
        advice: `move it to ${file}, or take one of the two away: a functionConfig beside another configuration may only choose a profile`,
      },
    ]
  })
}

function keysOf(mapping: Mapping): { readonly key: string; readonly node: YamlNode }[] {
  return entriesOf(mapping).flatMap((entry) => {
    const key = keyText(entry)
    return key === undefined ? [] : [{ key, node: entry.key }]
  })
}
