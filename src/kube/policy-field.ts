import { type Found, follow, lookup } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'
import type { PolicyRule } from './field-rules.ts'
import type { ImagePullPolicy, PolicyField } from './image-field.ts'
import { PULL_POLICIES } from './pull-policy.ts'
import type { At } from './walk.ts'

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
  image: Found,
  allowed: readonly ImagePullPolicy[] = PULL_POLICIES,
): PolicyField {
  return policyAt(mapping, key, image.holder, image.entry.key.start, allowed)
}

/**
 * The pull policy in a mapping that the image's own path goes through, counted from the object's root; absent where
 * that path takes another way.
 *
 * @param root how many keys and indexes lead to the object's root
 */
export function policyInPath(at: At, rule: PolicyRule, root: number): PolicyField | undefined {
  let inner: At | undefined
  let holder: At | undefined = at
  while (holder !== undefined && holder.depth - root > rule.path.length) {
    inner = holder
    holder = holder.outer
  }
  if (holder === undefined || inner?.via === undefined || !leadsTo(holder, rule.path, root)) return undefined
  return policyAt(holder.mapping, rule.key, holder.mapping, inner.via, rule.allowed)
}

function leadsTo(at: At, path: readonly string[], root: number): boolean {
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
  const present = lookup(mapping, key)
  if (present === undefined) return { key, holder, afterKey, allowed }
  const scalar = follow(present.entry.value)
  const field = { key, holder: present.holder, afterKey, allowed, entry: present.entry }
  return scalar.kind === 'scalar' ? { ...field, scalar } : field
}
