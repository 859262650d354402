import type { Matcher, MatchSpec } from '../config/matcher.ts'
import { listOf } from '../config/matcher.ts'
import { compileGlob, splitImagePattern } from '../reference/pattern.ts'
import { allOf, anyOf, type Condition, isOneOf, matches, relation } from './cel.ts'
import { globsExpression } from './expressions.ts'
import type { Refusal } from './refusal.ts'

/** The name that every comprehension of a policy gives to one image; its fields are those of `images.ts`. */
export const IMAGE = 'i'

/** The fields of an image in a policy. */
export const FIELD = {
  type: `${IMAGE}.type`,
  container: `${IMAGE}.container`,
  image: `${IMAGE}.image`,
  policy: `${IMAGE}.policy`,
  repository: `${IMAGE}.repository`,
  tag: `${IMAGE}.tag`,
  digest: `${IMAGE}.digest`,
  kind: `${IMAGE}.kind`,
} as const

/** What a condition of a `MatchSpec` becomes: a condition in CEL, or the reason why there is none. */
type Compiled = Condition | { readonly refused: string; readonly advice: string }

type Compilers = {
  readonly [Key in keyof Required<MatchSpec>]: (value: NonNullable<MatchSpec[Key]>) => Compiled
}

/** Why the object's own properties cannot be conditions: a Pod has a kind, name and labels of its own. */
const NOT_SHARED =
  'a Pod does not share it with the object that makes it, so the API server would judge the two differently'

const ADVICE =
  'use conditions that both have (image, reference, namespace, container, containerType), or write a profile for the cluster that extends this one'

const notShared = (): Compiled => ({ refused: NOT_SHARED, advice: ADVICE })

/** Every condition of a rule, `include` or `exclude`: a new one does not compile until someone has decided what becomes of it. */
const COMPILERS: Compilers = {
  reference: (kinds) => isOneOf(FIELD.kind, listOf(kinds)),
  image: (patterns) => matchesImage(listOf(patterns)),
  group: notShared,
  version: notShared,
  kind: notShared,
  name: notShared,
  labelSelector: notShared,
  namespace: (globs) =>
    listOf(globs).includes('')
      ? {
          refused: 'it matches objects without a namespace, and in a cluster every Pod has one',
          advice: 'name the namespace that the objects are applied to',
        }
      : matchesGlobs('request.namespace', listOf(globs)),
  container: (globs) => matchesGlobs(FIELD.container, listOf(globs)),
  // Custom resources are not what the API server starts Pods from.
  containerType: (types) => {
    const known = listOf(types).filter((type) => type !== 'custom')
    return known.length === 0 ? false : isOneOf(FIELD.type, known)
  },
}

/** The conditions that only a reference can meet: the others can be compared with a value that is none. */
const OF_REFERENCES: ReadonlySet<string> = new Set(['reference', 'image'])

/** A compiled matcher, or the conditions that cannot be compiled. */
export interface CompiledMatcher {
  readonly condition: Condition
  /** One for each condition that cannot be compiled; `condition` means nothing then. */
  readonly refusals: readonly Refusal[]
}

/**
 * Compiles the conditions of a rule, `include` or `exclude` to a condition about one image.
 * @param setting names the matcher in refusals
 * @param isReference whether the images are references; a value that is none meets no condition about references
 */
export function compileMatcher({ spec }: Matcher, setting: string, isReference = true): CompiledMatcher {
  const conditions: Condition[] = []
  const refusals: Refusal[] = []
  for (const key of Object.keys(spec) as (keyof MatchSpec)[]) {
    if (spec[key] === undefined) continue
    if (!isReference && OF_REFERENCES.has(key)) {
      conditions.push(false)
      continue
    }
    const compiled = (COMPILERS[key] as (value: unknown) => Compiled)(spec[key])
    if (typeof compiled === 'object' && 'refused' in compiled) {
      const reason = `it has the condition "${key}": ${compiled.refused}`
      refusals.push({ setting, reason, advice: compiled.advice })
    } else {
      conditions.push(compiled)
    }
  }
  return { condition: allOf(...conditions), refusals }
}

/** Whether an image matches any of several patterns of image names (`parseImagePattern`). */
export function matchesImage(patterns: readonly string[]): Condition {
  const split = patterns.map(splitImagePattern)
  const names = split.filter(({ tag }) => tag === undefined).map(({ name }) => name)
  return anyOf(
    names.length === 0 ? false : matchesGlobs(FIELD.repository, names, '/'),
    ...split.map(({ name, tag }) =>
      tag === undefined ? false : allOf(matchesGlobs(FIELD.repository, [name], '/'), matchesTag(tag)),
    ),
  )
}

/** An image without tag and digest has the tag latest here; one with a digest alone has none. */
function matchesTag(pattern: string): Condition {
  const hasTag = relation(`${FIELD.tag} != ''`)
  return anyOf(
    allOf(hasTag, matches(FIELD.tag, globsExpression([pattern], '/'))),
    compileGlob(pattern, '/').matches('latest') ? relation(`${FIELD.kind} == 'untagged'`) : false,
  )
}

function matchesGlobs(text: string, globs: readonly string[], separator?: string): Condition {
  const all = separator === undefined ? '*' : '**'
  if (globs.includes(all)) return true
  const plain = globs.filter((glob) => !/[*?]/.test(glob))
  const others = globs.filter((glob) => !plain.includes(glob))
  return anyOf(
    plain.length === 0 ? false : isOneOf(text, plain),
    others.length === 0 ? false : matches(text, globsExpression(others, separator)),
  )
}
