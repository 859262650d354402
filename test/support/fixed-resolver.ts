import type { Code } from '../../src/diagnostics/catalogue.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import type { Resolver } from '../../src/plan/resolver.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { canonicalText } from '../../src/reference/reference.ts'

/** A resolver with a table of results, which counts the lookups of each image. */
export interface FixedResolver extends Resolver {
  readonly asked: Map<string, number>
}

/**
 * @param table maps an image, in any spelling, to the hex character that its digest repeats, or to the code with which
 *   its lookup fails; every other image fails with REGISTRY_UNAVAILABLE
 */
export function fixedResolver(table: Readonly<Record<string, string>>): FixedResolver {
  const answers = new Map(
    Object.entries(table).map(([image, answer]) => [canonicalText(parseReference(image)), answer]),
  )
  const asked = new Map<string, number>()
  return {
    asked,
    resolve: async (reference) => {
      const key = canonicalText(reference)
      asked.set(key, (asked.get(key) ?? 0) + 1)
      const answer = answers.get(key) ?? 'REGISTRY_UNAVAILABLE'
      if (answer.length > 1) {
        throw new PinpullError(answer as Code, {
          image: reference.text,
          registry: reference.domain,
          who: reference.domain,
          server: reference.domain,
          tries: 4,
          reason: 'the table says so',
          file: 'pinpull.lock.yaml',
        })
      }
      return {
        descriptor: {
          mediaType: 'application/vnd.oci.image.index.v1+json',
          digest: parseDigest(`sha256:${answer.repeat(64)}`),
        },
        origin: { kind: 'registry', from: reference.domain },
      }
    },
  }
}
