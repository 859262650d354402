import type { Profile } from '../config/profile.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import { allOf, formatCondition, literal, relation } from './cel.ts'
import { type Check, type CheckSeverity, checksOf, DENIED } from './checks.ts'
import { FIELD } from './condition.ts'
import type { GuardOptions } from './guard-options.ts'
import { filterImages, IMAGE_VARIABLES, mapImages, usedVariables, type Variable } from './images.ts'
import { COVERED_KINDS } from './kinds.ts'
import { formatFallback, formatViolation } from './message.ts'
import { isPinned, judgedImages, LOCKED, pinnedImages, type Stage } from './pinning.ts'
import { LOCK_KIND, lockNameOf, lockRef, matchConstraints, metadata } from './policy-object.ts'

/** A ValidatingAdmissionPolicy's specification, as far as it depends on the profile. */
export interface CompiledPolicy {
  readonly variables: readonly Variable[]
  readonly validations: readonly JsonValue[]
}

/**
 * Compiles the checks of one severity.
 * @returns undefined if the profile has none
 */
export function compileChecks(
  profile: Profile,
  severity: CheckSeverity,
  { pin, onlyLocked, name }: GuardOptions,
): CompiledPolicy | undefined {
  const checks = checksOf(profile, { onlyLocked, lockName: lockNameOf(name) }).filter(
    (check) => check.severity === severity,
  )
  if (checks.length === 0) return undefined
  const judged = judgedStage(profile, pin)
  const written = writtenStage(profile, judged)
  const lists = checks.map((check) => listOf(check, judged, written))
  const variables = [
    ...IMAGE_VARIABLES,
    ...deniedVariables(profile),
    ...(judged.variables.includes(LOCKED) ? [] : [LOCKED]),
    ...judged.variables,
    ...written.variables,
    ...lists,
  ]
  const validations = checks.map((check, index) => {
    const { name } = lists[index] as Variable
    return {
      expression: `size(variables.${name}) == 0`,
      message: formatFallback(check),
      messageExpression: formatViolation(check, name),
      reason: 'Forbidden',
    }
  })
  return { variables: usedVariables(variables, lists), validations }
}

/** The denied digests: a mapping, in which a digest is found at once. */
function deniedVariables({ denyDigests }: Profile): Variable[] {
  if (denyDigests === undefined) return []
  const entries = [...denyDigests].map(
    ([digest, listed]) => `${literal(digest)}: ${literal(listed === digest ? '' : listed)}`,
  )
  return [{ name: DENIED, expression: `{\n  ${entries.toSorted().join(',\n  ')}\n}` }]
}

/** The images that are judged: with pinning, those of an owner as the Pods that it makes will have them. */
function judgedStage(profile: Profile, pin: boolean): Stage {
  const judged = judgedImages(profile)
  if (!pin) return judged
  const isOwner = relation("request.kind.kind != 'Pod'")
  const pinned = pinnedImages(profile, judged.name, isOwner, isOwner)
  // A pinned image may be excluded although the one with a tag is not.
  const again = judgedImages(profile, pinned.name, 'rejudged')
  return { name: again.name, variables: [...judged.variables, ...pinned.variables, ...again.variables] }
}

/** The images as the profile would write them: a pull policy is chosen by the reference in the output. */
function writtenStage(profile: Profile, judged: Stage): Stage {
  const pins = isPinned(profile)
  if (pins === false || profile.output === 'as-written') return { name: judged.name, variables: [] }
  const isWritten = formatCondition(allOf(relation(`${FIELD.digest} == ''`), pins))
  const expression = mapImages(judged.name, {
    repository: FIELD.repository,
    tag: profile.output === 'digest' ? `${isWritten} ? '' : ${FIELD.tag}` : FIELD.tag,
    digest: `${isWritten} ? 'pending' : ${FIELD.digest}`,
    kind: `${isWritten} ? 'digest' : ${FIELD.kind}`,
  })
  return { name: 'written', variables: [{ name: 'written', expression }] }
}

/** The images that violate a check, as a variable with the name of its code: `imageUnpinned`. */
function listOf(check: Check, judged: Stage, written: Stage): Variable {
  const condition = formatCondition(check.condition)
  const isByReference = [FIELD.kind, FIELD.tag, FIELD.digest].some((field) => condition.includes(field))
  const stages = { all: 'images', images: judged.name, written: isByReference ? written.name : judged.name }
  const from = check.from in stages ? stages[check.from as keyof typeof stages] : check.from
  const name = check.code.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return {
    name,
    expression: check.condition === true ? `variables.${from}` : filterImages(from, check.condition),
  }
}

/** Composes the policy and its binding. */
export function composeValidatingPolicy(
  { variables, validations }: CompiledPolicy,
  name: string,
  actions: readonly string[],
  options: GuardOptions,
): JsonValue[] {
  const usesLock = variables.some((variable) => variable === LOCKED)
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: metadata(name, options),
      spec: {
        failurePolicy: 'Fail',
        ...(usesLock ? { paramKind: LOCK_KIND } : {}),
        matchConstraints: matchConstraints(COVERED_KINDS, options),
        variables: variables.map(({ name, expression }) => ({ name, expression })),
        validations: [...validations],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: metadata(name, options),
      spec: {
        policyName: name,
        ...(usesLock ? { paramRef: lockRef(options, actions) } : {}),
        validationActions: [...actions],
      },
    },
  ]
}
