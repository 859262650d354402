/** An operating system and architecture, in Go's names (OCI image-spec, image-index.md "platform"). */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly osVersion?: string
}
