import { DOCKER_HUB } from '../../reference/docker-hub.ts'
import { isReference, parseReference } from '../../reference/parse.ts'
import { effectiveTag, type Reference } from '../../reference/reference.ts'
import { resolveAlias } from '../../yaml/lookup.ts'
import type { FoundEntry, Mapping } from '../../yaml/nodes.ts'
import { type ImagePullPolicy, type PolicyField, PULL_POLICIES } from '../image-field.ts'
import type { PolicyKey } from '../tables/table-row.ts'
import type { Cursor } from '../walk.ts'

/**
 * The policy that the API server writes where a container or image volume has none (`SetDefaults_Container` and
 * `SetDefaults_Volume`, pkg/apis/core/v1/defaults.go): `Always` for the tag `latest`, `IfNotPresent` for all else.
 *
 * The tag is `latest` where it is written, even beside a digest, and where neither tag nor digest is
 * (pkg/util/parsers). What cannot be parsed has no tag.
 *
 * @param image the reference as written
 */
export function defaultPullPolicy(image: string): ImagePullPolicy {
  const reference = parseAsApiServer(image)
  return reference !== undefined && effectiveTag(reference) === 'latest' ? 'Always' : 'IfNotPresent'
}

/**
 * The API server's parser differs from ours in two things that no image depends on, but a default may: it reads
 * `my_host.io/app`, whose first part is no host name, as a name without a domain, and it knows no blake3.
 */
function parseAsApiServer(image: string): Reference | undefined {
  if (!isReference(image)) {
    const withoutDomain = `${DOCKER_HUB.domain}/${image}`
    return image.includes('/') && isReference(withoutDomain) ? parseReference(withoutDomain) : undefined
  }
  const reference = parseReference(image)
  return reference.digest?.startsWith('blake3:') ? undefined : reference
}

/** Where a rule says that the pull policy of its image stands. */
export interface PolicyRule extends PolicyKey {
  /** The keys from the object's root to the mapping that holds it; empty for the mapping that holds the image. */
  readonly path: readonly string[]
}

/**
 * The pull policy beside an image: where it stands, or where it would be written, which is directly after the
 * image's key and in the mapping where that is written.
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
 * The pull policy in a mapping that the image's own path goes through, counted from the object's root; absent where
 * that path takes another way.
 *
 * @param root how many keys and indexes lead to the object's root
 */
export function policyInPath(at: Cursor, rule: PolicyRule, root: number): PolicyField | undefined {
  let inner: Cursor | undefined
  let holder: Cursor | undefined = at
  while (holder !== undefined && holder.depth - root > rule.path.length) {
    inner = holder
    holder = holder.outer
  }
  if (holder === undefined || inner?.keyStart === undefined || !leadsTo(holder, rule.path, root))
    return undefined
  return policyAt(holder.mapping, rule.key, holder.mapping, inner.keyStart, rule.allowed)
}

function leadsTo(at: Cursor, path: readonly string[], root: number): boolean {
  if (path.length === 0 || at.outer === undefined) return path.length === 0 && at.depth === root
  if (at.depth - root !== path.length || at.isItem || at.key !== path.at(-1)) return false
  return leadsTo(at.outer, path.slice(0, -1), root)
}

/**
 * The pull policy in a mapping: where it stands, or in which mapping and after which key it would be written. It has no
 * scalar where a mapping or a list stands there, over which nothing is written.
 */
export function policyAt(
  mapping: Mapping,
  key: string,
  holder: Mapping,
  afterKey: number,
  allowed: readonly ImagePullPolicy[],
): PolicyField {
  const present = mapping.find(key)
  if (present === undefined) return { key, mapping: holder, afterKey, allowed }
  const scalar = resolveAlias(present.entry.value)
  const field = { key, mapping: present.owner, afterKey, allowed, entry: present.entry }
  return scalar.kind === 'scalar' ? { ...field, scalar } : field
}
