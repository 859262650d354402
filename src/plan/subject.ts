import type { Subject } from '../config/matcher.ts'
import type { Profile } from '../config/profile.ts'
import { originalName } from '../config/rewrite.ts'
import { parseApiVersion } from '../kube/gvk.ts'
import type { ImageField } from '../kube/image-field.ts'
import { type Reference, repositoryName } from '../reference/reference.ts'
import { tagKindOf } from '../reference/tag-kind.ts'
import { effectiveEntries } from '../yaml/json-value.ts'
import { keyText, mappingAt } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'

/**
 * An image field as a profile's conditions see it.
 * @param reference the reference as it stands at this stage: as the author wrote it when pinning is decided, as it
 *   will be written when its policy is; absent where the value is none
 */
export function subjectOf(
  field: Pick<ImageField, 'resource' | 'object' | 'containerName' | 'containerType'>,
  reference: Reference | undefined,
  profile: Profile,
): Subject {
  const { apiVersion, kind, namespace = '', name } = field.resource
  return {
    ...(reference === undefined
      ? {}
      : { reference: originalReference(reference, profile), tagKind: tagKindOf(reference) }),
    ...parseApiVersion(apiVersion),
    kind,
    namespace,
    name,
    // Few profiles have rules by label: the others do not read any.
    get labels() {
      return textsIn(field.object, 'metadata', 'labels')
    },
    ...(field.containerName === undefined ? {} : { container: field.containerName }),
    containerType: field.containerType,
  }
}

/**
 * A reference under the name that it had before a rewrite, so that conditions, the lock and a second run all see
 * the same image.
 */
export function originalReference(reference: Reference, { rewrite, lockedNames }: Profile): Reference {
  if (rewrite.length === 0) return reference
  const written = repositoryName(reference)
  const name = lockedNames?.has(written) === true ? undefined : originalName(written, rewrite)
  if (name === undefined) return reference
  const slash = name.indexOf('/')
  return { ...reference, domain: name.slice(0, slash), path: name.slice(slash + 1) }
}

/** The entries of a mapping somewhere in an object whose values are text, as labels are. */
function textsIn(object: Mapping, ...path: readonly string[]): Readonly<Record<string, string>> {
  const mapping = mappingAt(object, ...path)
  if (mapping === undefined) return {}
  const texts: Record<string, string> = {}
  for (const key of effectiveEntries(mapping).map(keyText)) {
    const text = key === undefined ? undefined : mapping.stringAt(key)
    if (key !== undefined && text !== undefined) texts[key] = text
  }
  return texts
}
