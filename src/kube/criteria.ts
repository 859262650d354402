import type { Mapping } from '../yaml/nodes.ts'
import type { GroupVersionKind } from './gvk.ts'

/** Keys under which policies and allow-lists hold what they compare workloads with. */
const CRITERIA_KEY = /^match(?:ing)?Criteria$|^(?:allow|deny|block)(?:ed)?(?:list|images|repositories)$/i

/** OCM's policies (open-cluster-management.io/api policy/v1). */
const OCM_POLICIES = 'policy.open-cluster-management.io'

/**
 * Whether a key holds criteria that other objects are compared with, and nothing that runs: a digest in them would change
 * what is allowed or forbidden.
 */
export function isCriteriaKey(key: string): boolean {
  return CRITERIA_KEY.test(key)
}

/**
 * Whether a mapping describes objects that must not exist.
 *
 * @param gvk of the object that it is a part of
 */
export function isCriteria(mapping: Mapping, gvk: GroupVersionKind): boolean {
  if (gvk.group !== OCM_POLICIES) return false
  return mapping.stringAt('complianceType')?.toLowerCase() === 'mustnothave'
}
