/** A digest as `algorithm:encoded` (OCI image-spec, descriptor.md "Digests"). Made only by `reference/digest.ts`. */
export type Digest = string & { readonly __digest: 'Digest' }

/** A repository: `docker.io/library/nginx` is domain `docker.io` and path `library/nginx` (distribution/reference `Named`). */
export interface Named {
  readonly domain: string
  readonly path: string
}

/** A parsed and normalised image reference that keeps the text it was written as. */
export interface Reference extends Named {
  /** Exactly as the author wrote it. */
  readonly text: string
  readonly tag?: string
  readonly digest?: Digest
}

/** What a reference is, by its tag: `docs/config.md` defines each. */
export type TagKind = 'digest' | 'latest' | 'untagged' | 'floating' | 'fixed'
