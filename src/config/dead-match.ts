import { PinpullError } from '../diagnostics/errors.ts'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import { parseReference } from '../reference/parse.ts'
import { listOf, type MatchSpec } from './matcher.ts'

/** Why a condition of a matcher can never hold. */
export interface DeadCondition {
  /** Which condition, and which of its values where it is a list. */
  readonly path: readonly (string | number)[]
  readonly reason: string
  readonly advice?: string
}

/** Kinds that hold pods, to which a slip of the pen most likely refers. */
const KINDS = [
  'Pod',
  'PodTemplate',
  'Deployment',
  'DaemonSet',
  'ReplicaSet',
  'StatefulSet',
  'ReplicationController',
  'Job',
  'CronJob',
]

/**
 * Finds the conditions that no image field of any manifest can meet. Only what is certain is said: that a pattern
 * matches nothing that a valid name could be, or that a value is in the wrong place.
 */
export function findDeadConditions(spec: MatchSpec): DeadCondition[] {
  return [
    ...each(spec, 'image', deadImage),
    ...each(spec, 'group', deadGroup),
    ...each(spec, 'version', deadVersion),
    ...each(spec, 'kind', deadKind),
    ...each(spec, 'namespace', (text) => deadName(text, /^[-a-z0-9*?]*$/)),
    ...each(spec, 'name', (text) => deadName(text, /^[-a-z0-9.*?]*$/)),
  ]
}

/** Why no image can have a name that a pattern matches; undefined where some can. */
export function deadImage(pattern: string): Dead | undefined {
  // With each wildcard standing for a harmless letter, what is left has to be a reference.
  const example = pattern.replace(/\*+|\?/g, 'a')
  if (example.includes('@')) {
    return { reason: `"${pattern}" holds a digest, and patterns are of names and tags` }
  }
  try {
    parseReference(example)
    return undefined
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    return {
      reason: `no image can have a name like "${pattern}": ${error.args['reason'] ?? 'it is no name'}`,
    }
  }
}

interface Dead {
  readonly reason: string
  readonly advice?: string
}

function deadGroup(group: string): Dead | undefined {
  if (group.includes('/')) {
    const [name, version] = group.split('/')
    return {
      reason: `"${group}" is a group with a version`,
      advice: `write group: ${name} and version: ${version}`,
    }
  }
  if (group === 'core' || group === 'v1') {
    return {
      reason: `no API group is called "${group}"`,
      advice: 'the core group is the empty string: group: ""',
    }
  }
  return undefined
}

function deadVersion(version: string): Dead | undefined {
  if (!version.includes('/')) return undefined
  const [group, name] = version.split('/')
  return {
    reason: `"${version}" is a version with its group`,
    advice: `write group: ${group} and version: ${name}`,
  }
}

function deadKind(kind: string): Dead | undefined {
  if (/[*?]/.test(kind) || KINDS.includes(kind)) return undefined
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(kind)) return { reason: `no kind can be called "${kind}"` }
  const meant = KINDS.find((one) => one.toLowerCase() === kind.toLowerCase().replace(/s$/, ''))
  if (meant !== undefined) return { reason: `no kind is called "${kind}"`, advice: `did you mean ${meant}?` }
  if (/^[a-z]/.test(kind)) {
    const near = suggestionFor(kind, KINDS)
    return {
      reason: `no kind is called "${kind}": kinds begin with a capital`,
      ...(near === undefined ? {} : { advice: `did you mean ${near}?` }),
    }
  }
  return undefined
}

function deadName(name: string, possible: RegExp): Dead | undefined {
  return possible.test(name)
    ? undefined
    : { reason: `no name can match "${name}": names are lower-case letters, digits and dashes` }
}

function each(
  spec: MatchSpec,
  key: 'image' | 'group' | 'version' | 'kind' | 'namespace' | 'name',
  judge: (text: string) => Dead | undefined,
): DeadCondition[] {
  const given = spec[key]
  if (given === undefined) return []
  return listOf(given).flatMap((text, index) => {
    const dead = judge(text)
    return dead ? [{ path: typeof given === 'string' ? [key] : [key, index], ...dead }] : []
  })
}
