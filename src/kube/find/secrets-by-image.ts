import { isReference, parseReference } from '../../reference/parse.ts'
import { repositoryName } from '../../reference/reference.ts'
import type { YamlDocument } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { findPullSecrets, type PullSecret } from '../pod/pull-secrets.ts'
import type { FieldOptions } from './field-options.ts'
import { findImages } from './find-images.ts'

/**
 * The pull secrets in the input for each of its images: those of all workloads that use the image.
 *
 * @param fields which fields the user adds and excludes
 * @returns the secrets by the full name of the image, without a tag
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
