import type { FieldPath } from '../yaml/nodes.ts'
import type { ConfigSpec, ProfileSpec } from './config.ts'
import type { PlacedReason } from './problem.ts'

/** What can be checked further of a configuration that is wrong in places. */
export interface SoundParts {
  readonly spec: ConfigSpec
  /** Whether what was found there is about the sound parts, and not about what had to be left out. */
  readonly isTold: (reason: PlacedReason) => boolean
}

/**
 * The parts of a configuration that have the shape they should, so that a misspelt key in one place does not keep
 * what is wrong elsewhere for the next run. Of a profile with a mistake in it there is only its name left, and what it
 * extends. Where not even the names of profiles are known, nothing is that refers to one.
 *
 * @param object of any shape
 * @param wrong where it has not the shape that it should
 */
export function soundParts(object: unknown, wrong: readonly FieldPath[]): SoundParts {
  const isWrong = (...part: FieldPath): boolean => wrong.some((path) => startsWith(path, part))
  const given = partOf(object, 'spec')
  const { defaultProfile, fields, registries } = given as ConfigSpec
  const profiles = profilesOf(given, isWrong)
  const isNamed = profiles !== undefined && !(given['profiles'] === undefined && isWrong('spec'))
  return {
    spec: {
      ...(profiles === undefined ? {} : { profiles }),
      ...(defaultProfile === undefined || !isNamed || isWrong('spec', 'defaultProfile')
        ? {}
        : { defaultProfile }),
      ...(fields === undefined || isWrong('spec', 'fields') ? {} : { fields }),
      ...(registries === undefined || isWrong('spec', 'registries') ? {} : { registries }),
    },
    // Whether a rule comes too late depends on all of its profile, and on the profiles that this one extends.
    isTold: ({ path }) => !(isWrong('spec', 'profiles') && path.length === 5 && path[3] === 'rules'),
  }
}

function profilesOf(
  spec: Readonly<Record<string, unknown>>,
  isWrong: (...part: FieldPath) => boolean,
): ProfileSpec[] | undefined {
  const list = spec['profiles'] ?? []
  if (!Array.isArray(list)) return undefined
  const profiles = list.map((profile: unknown, index) =>
    isWrong('spec', 'profiles', index) ? namesOf(profile) : (profile as ProfileSpec),
  )
  return profiles.every((profile) => profile !== undefined) ? profiles : undefined
}

function namesOf(profile: unknown): ProfileSpec | undefined {
  const { name, extends: base } = (profile ?? {}) as Readonly<Record<string, unknown>>
  if (typeof name !== 'string') return undefined
  return { name, ...(typeof base === 'string' ? { extends: base } : {}) }
}

function partOf(object: unknown, key: string): Readonly<Record<string, unknown>> {
  const part = (object as Readonly<Record<string, unknown>> | null)?.[key]
  return typeof part === 'object' && part !== null && !Array.isArray(part)
    ? (part as Readonly<Record<string, unknown>>)
    : {}
}

function startsWith(path: FieldPath, part: FieldPath): boolean {
  return part.every((step, index) => path[index] === step)
}
