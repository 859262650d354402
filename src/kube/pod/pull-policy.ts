import { DOCKER_HUB } from '../../reference/docker-hub.ts'
import { isReference, parseReference } from '../../reference/parse.ts'
import { effectiveTag, type Reference } from '../../reference/reference.ts'
import { resolveAlias } from '../../yaml/lookup.ts'
import type { FoundEntry, Mapping } from '../../yaml/nodes.ts'
import { type ImagePullPolicy, type PolicyField, PULL_POLICIES } from '../image-field.ts'
import type { PolicyKey } from '../tables/table-row.ts'
import type { Cursor } from '../visit.ts'

/**
 * The policy that the API server sets for a container or image volume that has none (`SetDefaults_Container` and
 * `SetDefaults_Volume`, pkg/apis/core/v1/defaults.go): `Always` for the tag `latest`, otherwise `IfNotPresent`.
 *
 * The tag is also `latest` beside a digest, and if there is neither a tag nor a digest (pkg/util/parsers). A text that cannot
 * be parsed has no tag.
 *
 * @param image the reference as written
 */
export function defaultPullPolicy(image: string): ImagePullPolicy {
  const reference = parseAsApiServer(image)
  return reference !== undefined && effectiveTag(reference) === 'latest' ? 'Always' : 'IfNotPresent'
}

/**
 * Parses a reference as the API server does. Its parser differs from ours in two ways, which can change the default: it takes
 * `my_host.io/app`, whose first part is no host name, for a name without a domain, and it does not know blake3.
 */
function parseAsApiServer(image: string): Reference | undefined {
  if (!isReference(image)) {
    const withoutDomain = `${DOCKER_HUB.domain}/${image}`
    return image.includes('/') && isReference(withoutDomain) ? parseReference(withoutDomain) : undefined
  }
  const reference = parseReference(image)
  return reference.digest?.startsWith('blake3:') ? undefined : reference
}

/** The location of the pull policy that belongs to the image of a rule. */
export interface PolicyRule extends PolicyKey {
  /** The keys from the object's root to the mapping that holds the policy; empty for the mapping that holds the image. */
  readonly path: readonly string[]
}

/**
 * The pull policy beside an image. A new one is inserted directly after the image, in the mapping in which that is written.
 *
 * @param mapping the mapping that has the image, own or merged in
 * @param image the entry of the image, with the mapping in which it is written
 */
export function policyBeside(
  mapping: Mapping,
  key: string,
  image: FoundEntry,
  allowed: readonly ImagePullPolicy[] = PULL_POLICIES,
): PolicyField {
  return policyAt(mapping, key, image.owner, image.entry.key.start, allowed)
}

/**
 * The pull policy in a mapping on the path from the object's root to the image; undefined if the rule's path leads elsewhere.
 *
 * @param root how many keys and indexes lead to the object's root
 */
export function policyInPath(image: Cursor, rule: PolicyRule, root: number): PolicyField | undefined {
  let inner: Cursor | undefined
  let cursor: Cursor | undefined = image
  while (cursor !== undefined && cursor.depth - root > rule.path.length) {
    inner = cursor
    cursor = cursor.outer
  }
  if (cursor === undefined || inner?.keyStart === undefined || !leadsTo(cursor, rule.path, root)) {
    return undefined
  }
  return policyAt(cursor.mapping, rule.key, cursor.mapping, inner.keyStart, rule.allowed)
}

function leadsTo({ key, isItem, depth, outer }: Cursor, path: readonly string[], root: number): boolean {
  if (path.length === 0 || outer === undefined) return path.length === 0 && depth === root
  if (depth - root !== path.length || isItem || key !== path.at(-1)) return false
  return leadsTo(outer, path.slice(0, -1), root)
}

/**
 * The pull policy in a mapping. It has no scalar if its value is a mapping or a list, which is never overwritten.
 *
 * @param owner the mapping into which a new policy would be inserted
 * @param afterKey the first byte of the key after which it would be inserted
 */
export function policyAt(
  mapping: Mapping,
  key: string,
  owner: Mapping,
  afterKey: number,
  allowed: readonly ImagePullPolicy[],
): PolicyField {
  const present = mapping.find(key)
  if (present === undefined) return { key, mapping: owner, afterKey, allowed }
  const scalar = resolveAlias(present.entry.value)
  const field = { key, mapping: present.owner, afterKey, allowed, entry: present.entry }
  return scalar.kind === 'scalar' ? { ...field, scalar } : field
}
