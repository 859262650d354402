import type { Profile } from '../../../../src/config/profile.ts'
import type { PolicyCode } from '../../../../src/diagnostics/codes/policy.ts'
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts'
import { placeholderOf } from '../../../../src/kube/placeholder.ts'
import { check } from '../../../../src/plan/check.ts'
import { isReference } from '../../../../src/reference/parse.ts'
import { lockResolver } from '../../../../src/resolve/lock-resolver.ts'
import { readInput, transform } from '../../../../src/transform.ts'
import type { KubernetesObject } from '../cluster/cluster-client.ts'
import { type GuardConfiguration, LOCK } from './guard-configurations.ts'
import { podTemplateIn, withImages } from './pod-images.ts'

/** What is found in an object, as codes in alphabetical order. The object is denied if there is an error. */
export interface Verdict {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/** What `pinpull check` finds. */
export interface CheckedVerdict extends Verdict {
  /** Diagnostics about other things than the images of a Pod and their pull policies. */
  readonly others: readonly Diagnostic[]
}

/** The codes about images of Pods and their pull policies: those that the guard reports. */
const JUDGED = [
  'TEMPLATE_UNRENDERED',
  'IMAGE_PLACEHOLDER',
  'REFERENCE_INVALID',
  'IMAGE_UNTAGGED',
  'IMAGE_LATEST',
  'IMAGE_FLOATING',
  'REGISTRY_NOT_ALLOWED',
  'IMAGE_UNPINNED',
  'PULL_POLICY_OFFLINE',
  'PULL_POLICY_UNWANTED',
  'PULL_POLICY_NEVER_MUTABLE',
  'LOCK_MISSING_ENTRY',
]

/**
 * What `pinpull check` finds in an object by the profile of a guard, and with `onlyLocked` also what the filter does not find in the
 * lock file. Annotations have no effect, since the guard obeys none.
 */
export async function checkedVerdict(
  object: KubernetesObject,
  { profile: configured, onlyLocked }: GuardConfiguration,
): Promise<CheckedVerdict> {
  const findings = onlyLocked ? { IMAGE_UNPINNED: 'error' as const } : {}
  const profile: Profile = {
    ...configured,
    annotations: 'ignore',
    findings: { ...configured.findings, ...findings },
  }
  const readings = [withoutAuto(object), withoutPlaceholders(withoutAuto(object))]
  const texts = [...new Set(readings.map((reading) => JSON.stringify(reading)))]
  const found = await Promise.all(
    texts.map(async (json) => {
      const text = new TextEncoder().encode(json)
      const { diagnostics } = check(readInput(text), { profile })
      return [...diagnostics, ...(onlyLocked ? await unlocked(text, profile) : [])]
    }),
  )
  const all = found.flat()
  const ofSeverity = (severity: Diagnostic['severity']): string[] =>
    [
      ...new Set(all.filter((one) => one.severity === severity && isJudged(one)).map(({ code }) => code)),
    ].toSorted()
  return {
    errors: ofSeverity('error'),
    warnings: ofSeverity('warning'),
    others: all.filter((one) => !isJudged(one) && one.severity !== 'info'),
  }
}

const isJudged = ({ code }: Diagnostic): boolean => JUDGED.includes(code)

/** Images that `--only-locked` denies: those with a digest, and those whose tag stays, that the lock file does not have. */
async function unlocked(text: Uint8Array, profile: Profile): Promise<readonly Diagnostic[]> {
  const resolver = lockResolver(LOCK, 'pinpull.lock.yaml')
  const { report } = await transform(text, {
    profile: { ...profile, pin: 'locked' },
    resolver,
    signal: new AbortController().signal,
  })
  return report.diagnostics
    .filter(
      ({ code, args }) =>
        code === 'LOCK_MISSING_ENTRY' &&
        (profile.output === 'as-written' || String(args['image']).includes('@')),
    )
    .map((one) => ({ ...one, severity: 'error' }))
}

/**
 * The object as the filter writes it with the lock, whatever the profile thinks of images that it cannot pin: these stay, and are
 * judged afterwards.
 */
export async function pinnedByFilter(
  object: KubernetesObject,
  { profile }: GuardConfiguration,
): Promise<KubernetesObject> {
  const lenient: Profile = {
    ...profile,
    annotations: 'ignore',
    unresolved: 'warn',
    invalid: 'warn',
    placeholders: 'warn',
    rules: profile.rules.map((rule) => ({ ...rule, spec: { ...rule.spec, unresolved: 'warn' } })),
    findings: Object.fromEntries(ALWAYS_ERRORS.map((code) => [code, 'warning'])),
  }
  const resolver = lockResolver(LOCK, 'pinpull.lock.yaml')
  const { output, report } = await transform(bytesOf(object), {
    profile: lenient,
    resolver,
    signal: new AbortController().signal,
  })
  if (output === undefined)
    throw new Error(JSON.stringify(report.diagnostics.filter(({ severity }) => severity === 'error')))
  return JSON.parse(new TextDecoder().decode(output))
}

/** Codes that a profile makes errors, and that stop the filter before it writes. */
const ALWAYS_ERRORS: readonly PolicyCode[] = [
  'IMAGE_UNTAGGED',
  'IMAGE_LATEST',
  'IMAGE_FLOATING',
  'REGISTRY_NOT_ALLOWED',
]

const bytesOf = (object: KubernetesObject): Uint8Array => new TextEncoder().encode(JSON.stringify(object))

/**
 * The image `auto` is a placeholder for the filter, because an injector replaces it. The guard knows whether one will: then it judges
 * the image in the Pod, and else the image as any other (docs/guard.md).
 */
function withoutAuto(object: KubernetesObject): KubernetesObject {
  const isInjected = object.kind !== 'Pod' && hasInjector(object)
  return withImages(object, (image) =>
    image !== 'auto' ? image : isInjected ? null : 'docker.io/library/auto',
  )
}

/**
 * A placeholder that is a reference as well is judged as both by the guard, because nothing fills it in after admission
 * (docs/guard.md): as the placeholder, and as a reference of the same kind.
 */
function withoutPlaceholders(object: KubernetesObject): KubernetesObject {
  return withImages(object, (image) => {
    if (image === undefined || !isReference(image) || placeholderOf(image) === undefined) return image
    const reference = image.replace(
      /:[\w.-]+(?=@|$)/,
      (tag) =>
        `${tag[0]}${tag
          .slice(1)
          .toLowerCase()
          .replace(/__+|\.\.+/g, '-')}`,
    )
    if (placeholderOf(reference) !== undefined) throw new Error(`${reference} is still a placeholder`)
    return reference
  })
}

function hasInjector(object: KubernetesObject): boolean {
  const { labels, annotations } = podTemplateIn(object).metadata ?? {}
  return (
    labels?.['sidecar.istio.io/inject'] === 'true' ||
    annotations?.['sidecar.istio.io/inject'] === 'true' ||
    (annotations?.['inject.istio.io/templates'] ?? '') !== ''
  )
}

/** Whether an object has an image that the guard passes in a template, but never in the Pod that is made of it. */
export function isInjectedLater(object: KubernetesObject): boolean {
  return hasInjector(object) && JSON.stringify(podTemplateIn(object)).includes('"auto"')
}
