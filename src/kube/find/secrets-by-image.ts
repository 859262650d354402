import { isReference, parseReference } from '../../reference/parse.ts'
import { repositoryName } from '../../reference/reference.ts'
import type { YamlDocument } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { findPullSecrets, type PullSecret } from '../pod/pull-secrets.ts'
import type { FieldOptions } from './field-options.ts'
import { findImages } from './find-images.ts'

/**
 * The Secrets that are in the input for each image that it has: those of all workloads that use it, by the image's full name
 * without tag.
 *
 * @param fields what else is searched for images
 */
export function secretsByImage(
  inputs: readonly { readonly source: Source; readonly documents: readonly YamlDocument[] }[],
  fields?: FieldOptions,
): ReadonlyMap<string, readonly PullSecret[]> {
  const { secretsFor } = findPullSecrets(inputs.flatMap(({ documents }) => documents))
  const byImage = new Map<string, PullSecret[]>()
  for (const field of inputs.flatMap(
    ({ documents, source }) => findImages(documents, source, fields).fields,
  )) {
    if (!isReference(field.image)) continue
    const name = repositoryName(parseReference(field.image))
    const known = byImage.get(name) ?? []
    byImage.set(name, [...known, ...secretsFor(field).filter((secret) => !known.includes(secret))])
  }
  return byImage
}
