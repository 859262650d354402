import { nodePlatforms } from '../kube/node-platform.ts'
import type { Reference } from '../reference/reference.ts'
import type { Decision } from './decision.ts'
import type { ResolveOptions } from './resolver.ts'

/** Something to ask a registry, with what is wanted beside the digest. */
export interface Question extends Pick<ResolveOptions, 'wantPlatforms'> {
  readonly reference: Reference
}

/**
 * What a decision leaves to be asked. The platforms of an index cost a GET, which counts as a pull at Docker Hub, so they
 * are only asked for where the workload says which nodes it may land on.
 */
export function questionsOf(decision: Decision): Question[] {
  if (decision.kind !== 'pin') return []
  const { podSpec } = decision.field
  const wantPlatforms = podSpec !== undefined && nodePlatforms(podSpec).length > 0
  return [{ reference: decision.asked, ...(wantPlatforms ? { wantPlatforms } : {}) }]
}
