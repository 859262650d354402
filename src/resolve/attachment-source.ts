import type { Layout } from '../layout/layout.ts'
import type { Attachments } from '../oci/attachment.ts'
import { parseReference } from '../reference/parse.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import type { AttachmentShare } from '../registry/attachment-budget.ts'
import type { RegistryClient } from '../registry/client.ts'

/** What to search for. */
export interface AttachmentSubject {
  /** The image, which names the repository. */
  readonly reference: Reference
  /** What the objects have to be attached to. */
  readonly digest: Digest
  /** The repository that holds the objects, if it is another than the image's. */
  readonly signatureRepository?: string | undefined
  /** What may be held for the image. What a registry has is held until the caller releases it. */
  readonly share: AttachmentShare
  readonly signal: AbortSignal
}

/** Finds what is attached to a digest: at a registry, or in layouts. */
export interface AttachmentSource {
  /**
   * Searches one place after another, for as long as the caller asks for more.
   *
   * @throws {PinpullError} with a code of `diagnostics/codes/registry.ts` or `credentials.ts` if the last place could not be
   *   searched
   */
  search(subject: AttachmentSubject): AsyncIterable<Attachments>
  /**
   * Reads the bytes of an image's index, and verifies their digest.
   *
   * @param image its digest is that of the index
   * @returns undefined if they are not there
   * @throws {PinpullError} as `search`
   */
  readIndex(
    image: Pick<AttachmentSubject, 'reference' | 'digest' | 'signal'>,
  ): Promise<Uint8Array | undefined>
}

/** The settings of a source that searches registries. */
export interface RegistrySourceOptions {
  readonly client: RegistryClient
  /**
   * Whether a repository is searched without credentials: one that only a configuration names that nobody vouches for must
   * not get any. Default: never.
   *
   * @param reference names the repository that is searched; its text is the image as it is written
   */
  readonly isAnonymous?: ((reference: Reference) => boolean) | undefined
}

/**
 * Creates a source that searches the image's repository at its mirrors and then its registry, or, as cosign does with
 * `COSIGN_REPOSITORY`, only the repository that is named for signatures: by the same tags, and by its own mirrors and credentials.
 */
export function registrySource({
  client,
  isAnonymous = () => false,
}: RegistrySourceOptions): AttachmentSource {
  return {
    search({ reference, digest, signatureRepository, share, signal }) {
      const { domain, path } =
        signatureRepository === undefined ? reference : parseReference(signatureRepository)
      const searched = { domain, path, text: reference.text, digest }
      const anonymous = isAnonymous(searched)
      return client.findAttachments(searched, digest, { anonymous, share, signal })
    },
    readIndex({ reference: { domain, path, text }, digest, signal }) {
      const image = { domain, path, text, digest }
      return client.readManifest(image, { anonymous: isAnonymous(image), signal })
    },
  }
}

/**
 * Creates a source that searches local layouts.
 *
 * @param layouts in the order in which they are searched
 */
export function layoutSource(layouts: readonly Layout[]): AttachmentSource {
  return {
    async *search({ digest }) {
      for (const layout of layouts) yield await layout.findAttachments(digest)
    },
    async readIndex({ digest }) {
      for (const layout of layouts) {
        const bytes = await layout.readManifest(digest)
        if (bytes !== undefined) return bytes
      }
      return undefined
    },
  }
}

/** Combines sources, which are searched in order. */
export function chainSources(sources: readonly AttachmentSource[]): AttachmentSource {
  return {
    async *search(subject) {
      for (const source of sources) yield* source.search(subject)
    },
    async readIndex(image) {
      for (const source of sources) {
        const bytes = await source.readIndex(image)
        if (bytes !== undefined) return bytes
      }
      return undefined
    },
  }
}
