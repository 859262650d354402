import { nestedName, rewriteName } from '../../config/rewrite.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import type { AttachedName } from '../../inventory/attached-name.ts'
import type { InventoryImage } from '../../inventory/inventory.ts'
import { verifyRuleFor } from '../../plan/verify-rule.ts'
import { parseReference } from '../../reference/parse.ts'
import { repositoryName } from '../../reference/reference.ts'
import { mapLimited } from '../../registry/attached-object.ts'
import { attachmentBudget } from '../../registry/attachment-budget.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { registrySource } from '../../resolve/attachment-source.ts'
import { namesOtherHost } from './registries.ts'
import type { Session } from './session.ts'

/** Images with what is attached to them. */
export interface WithAttached {
  readonly images: readonly InventoryImage[]
  /** Errors, with which something is missing. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Finds the tags and digests of the signatures and attestations of images, so that they are copied along: at the first endpoint that
 * has any. If the profile says that the signatures of an image are in another repository, they are looked for there.
 *
 * @param to the destination of copies that the profile does not rewrite
 * @param client the one that has resolved the images, whose connections and tokens are used
 */
export async function withAttached(
  images: readonly InventoryImage[],
  to: string | undefined,
  session: Session,
  client: RegistryClient,
  signal: AbortSignal,
): Promise<WithAttached> {
  const { profile, config } = session
  const source = registrySource({ client, ...(config.tier !== 1 && { isAnonymous: namesOtherHost }) })
  const budget = attachmentBudget()
  const errors: Diagnostic[] = []

  const find = async ({ reference, digest, copyTo }: InventoryImage): Promise<readonly AttachedName[]> => {
    const { signatureRepository = profile.signatureRepository } = verifyRuleFor(reference, profile) ?? {}
    const repository = repositoryName(
      signatureRepository === undefined ? reference : parseReference(signatureRepository),
    )
    const target =
      signatureRepository === undefined
        ? copyTo
        : (rewriteName(repository, profile.rewrite) ??
          (to === undefined ? undefined : nestedName(repository, to)))
    const share = budget.share()
    try {
      for await (const { searches } of source.search({
        reference,
        digest,
        signatureRepository,
        share,
        signal,
      })) {
        const names = searches.flatMap((search) => search.names ?? [])
        if (names.length > 0)
          return names.map((name) => ({
            repository,
            name,
            ...(target === undefined ? {} : { copyTo: target }),
          }))
      }
      return []
    } finally {
      share.release()
    }
  }

  const found = await mapLimited(images, async (image): Promise<InventoryImage> => {
    try {
      return { ...image, attached: await find(image) }
    } catch (error) {
      if (!(error instanceof PinpullError)) throw error
      const args = { ...error.args, image: image.reference.text }
      errors.push({ code: error.code, severity: 'error', args })
      return image
    }
  })
  return { images: found, diagnostics: errors }
}
