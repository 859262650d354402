import { isReference, parseReference } from '../../reference/parse.ts'
import { repositoryName } from '../../reference/reference.ts'
import type { YamlDocument } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import {
  type DefinedSecrets,
  definedSecrets,
  findPullSecrets,
  type PodSecrets,
  type PullSecret,
  podSecretsOf,
} from '../pod/pull-secrets.ts'
import type { FieldOptions } from './field-options.ts'
import { findImages } from './find-images.ts'

/** The pull secrets of one input, and the Pods that use them, as texts: the input itself need not be kept. */
export interface SecretFacts {
  readonly defined: DefinedSecrets
  readonly uses: readonly { readonly image: string; readonly pod: PodSecrets | undefined }[]
}

/**
 * Collects what an input says about pull secrets.
 *
 * @param fields which fields the user adds and excludes
 */
export function secretFactsOf(
  { source, documents }: { readonly source: Source; readonly documents: readonly YamlDocument[] },
  fields?: FieldOptions,
): SecretFacts {
  const found = findImages(documents, source, fields).fields
  return {
    defined: definedSecrets(documents),
    uses: found.flatMap((field) =>
      isReference(field.image)
        ? [{ image: repositoryName(parseReference(field.image)), pod: podSecretsOf(field) }]
        : [],
    ),
  }
}

/**
 * The pull secrets in the input for each of its images: those of all workloads that use the image.
 *
 * @param all of every input of the run
 * @returns the secrets by the full name of the image, without a tag
 */
export function secretsByImage(all: readonly SecretFacts[]): ReadonlyMap<string, readonly PullSecret[]> {
  const { secretsFor } = findPullSecrets(all.map(({ defined }) => defined))
  const byImage = new Map<string, PullSecret[]>()
  for (const { image, pod } of all.flatMap(({ uses }) => uses)) {
    const known = byImage.get(image) ?? []
    byImage.set(image, [...known, ...secretsFor(pod).filter((secret) => !known.includes(secret))])
  }
  return byImage
}
