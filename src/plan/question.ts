import type { Profile } from '../config/profile.ts'
import { nodePlatforms } from '../kube/node-platform.ts'
import type { Reference } from '../reference/reference.ts'
import type { Decision } from './decision.ts'
import type { ResolveOptions } from './resolver.ts'
import { unrewritten } from './subject.ts'

/** Something to ask a registry, with what is wanted beside the digest. */
export interface Question extends Pick<ResolveOptions, 'wantPlatforms' | 'fresh'> {
  readonly reference: Reference
}

/**
 * What a decision leaves to be asked. The platforms of an index cost a GET, which counts as a pull at Docker Hub, so they
 * are only asked for where the workload says which nodes it may land on.
 *
 * @param verify whether digests that stand in the manifests are checked
 */
export function questionsOf(decision: Decision, profile: Profile, verify: boolean): Question[] {
  if (decision.kind === 'pin') {
    const { podSpec } = decision.field
    const wantPlatforms = podSpec !== undefined && nodePlatforms(podSpec).length > 0
    return [{ reference: decision.asked, ...(wantPlatforms ? { wantPlatforms } : {}) }]
  }
  if (!verify || decision.kind === 'leave' || decision.reference.digest === undefined) return []
  const pinned = unrewritten(decision.reference, profile)
  const tagged = withoutDigest(pinned)
  return [
    { reference: pinned, fresh: true },
    ...(tagged === undefined ? [] : [{ reference: tagged, fresh: true }]),
  ]
}

/** The tag of a reference with tag and digest, as a reference of its own; undefined where it has no tag. */
export function withoutDigest(reference: Reference): Reference | undefined {
  const { digest: _, ...rest } = reference
  return reference.tag === undefined ? undefined : rest
}
