import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { locationOf } from '../kube/location.ts'
import { valueAt } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import type { Origin } from './resolver.ts'

/**
 * Reports images of Jobs that are pinned to what the registry says now: `spec.template` of a Job that exists cannot be changed
 * (kubernetes/kubernetes, pkg/apis/batch/validation/validation.go `ValidateJobSpecUpdate`), of no other kind of workload. So the first
 * pinned apply over an unpinned Job fails, and each one after its tag has moved. An entry of the lock file does not move by itself.
 *
 * @param originOf where the digest of an image was found; undefined if it was not resolved
 */
export function immutableTemplateDiagnostics(
  decisions: readonly Decision[],
  originOf: (decision: Decision) => Origin | undefined,
  source: Source,
): Diagnostic[] {
  return decisions.flatMap((decision): Diagnostic[] => {
    const { kind, field } = decision
    if (kind !== 'pin' || field.podSpec === undefined) return []
    const origin = originOf(decision)
    if (origin === undefined || origin.kind === 'lock' || !isStandingJob(field.object)) return []
    return [
      {
        code: 'IMMUTABLE_TEMPLATE',
        severity: 'info',
        args: { image: field.image },
        at: locationOf(field, source),
      },
    ]
  })
}

/** Annotations by which a Job is created anew and not updated, with their values; of a hook, any value. */
const REPLACED: ReadonlyMap<string, RegExp> = new Map([
  ['helm.sh/hook', /./],
  ['argocd.argoproj.io/hook', /./],
  ['argocd.argoproj.io/sync-options', /(?:^|,)\s*(?:Replace|Force)=true\b/],
  ['kustomize.toolkit.fluxcd.io/force', /^enabled$/i],
])

/** Whether an object is a Job that stays under its name until it is applied again. */
function isStandingJob(object: Mapping): boolean {
  if (object.stringAt('kind') !== 'Job' || !object.stringAt('apiVersion')?.startsWith('batch/')) return false
  // A CronJob has made it, and will not apply it again.
  if (valueAt(object, 'metadata', 'ownerReferences') !== undefined) return false
  if (object.stringAt('metadata', 'name') === undefined) return false
  if (valueAt(object, 'spec', 'ttlSecondsAfterFinished') !== undefined) return false
  return ![...REPLACED].some(([annotation, value]) =>
    value.test(object.stringAt('metadata', 'annotations', annotation) ?? ''),
  )
}
