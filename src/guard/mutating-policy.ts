import type { Profile } from '../config/profile.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import { anyOf, call, not, relation } from './cel.ts'
import { IMAGE } from './condition.ts'
import type { GuardOptions } from './guard-options.ts'
import { CONTAINER_LISTS, filterImages, IMAGE_VARIABLES, usedVariables, type Variable } from './images.ts'
import { COVERED_KINDS } from './kinds.ts'
import { judgedImages, pinnedImages } from './pinning.ts'
import { LOCK_KIND, lockRef, matchConstraints, metadata } from './policy-object.ts'

/**
 * Compiles what pins the images of Pods: every image that the lock has gets its digest, and every pinned image the pull policy of
 * the profile, as the filter writes both. The pull policy of a container that is there already cannot be changed.
 */
export function compilePinning(profile: Profile): {
  readonly variables: readonly Variable[]
  readonly expression: string
} {
  const judged = judgedImages(profile)
  const isNew = not(
    call(`variables.oldImages.exists(o, o.type == ${IMAGE}.type && o.container == ${IMAGE}.container)`),
  )
  const pinned = pinnedImages(profile, judged.name, true, isNew)
  const changed: Variable = {
    name: 'changed',
    expression: filterImages(
      pinned.name,
      anyOf(relation(`${IMAGE}.output != ${IMAGE}.image`), relation(`${IMAGE}.policy != ${IMAGE}.given`)),
    ),
  }
  const variables = [...IMAGE_VARIABLES, ...judged.variables, ...pinned.variables, changed]
  return { variables: usedVariables(variables, [changed]), expression: patchExpression() }
}

/** The lists are merged by name, so that nothing else of them changes. */
function patchExpression(): string {
  const containers = CONTAINER_LISTS.map(
    ([
      list,
      type,
    ]) => `    ${list}: variables.changed.filter(${IMAGE}, ${IMAGE}.type == '${type}').map(${IMAGE},
      Object.spec.${list}{name: ${IMAGE}.container, image: ${IMAGE}.output, imagePullPolicy: ${IMAGE}.policy})`,
  )
  return `Object{
  spec: Object.spec{
${containers.join(',\n')},
    volumes: variables.changed.filter(${IMAGE}, ${IMAGE}.type == 'imageVolume').map(${IMAGE},
      Object.spec.volumes{
        name: ${IMAGE}.container,
        image: Object.spec.volumes.image{reference: ${IMAGE}.output, pullPolicy: ${IMAGE}.policy}
      })
  }
}`
}

/** Composes the policy that pins Pods, and its binding. */
export function composeMutatingPolicy(profile: Profile, options: GuardOptions): JsonValue[] {
  const { name, actions } = options
  const { variables, expression } = compilePinning(profile)
  const pods = COVERED_KINDS.filter(({ kind }) => kind === 'Pod')
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata: metadata(name, options),
      spec: {
        failurePolicy: actions.includes('Deny') ? 'Fail' : 'Ignore',
        // Again after webhooks, which may have added containers.
        reinvocationPolicy: 'IfNeeded',
        paramKind: LOCK_KIND,
        matchConstraints: matchConstraints(pods, options),
        variables: variables.map(({ name, expression }) => ({ name, expression })),
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: metadata(name, options),
      spec: {
        policyName: name,
        paramRef: lockRef(options, actions),
      },
    },
  ]
}
