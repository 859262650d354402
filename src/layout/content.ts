import type { Digest } from '../reference/reference.ts'

/** One blob of a layout, read and hashed. */
export interface Blob {
  /** In bytes. */
  readonly size: number
  /** Whether its bytes hash to its name. */
  readonly isIntact: boolean
  /** Its bytes, where it is small and begins as JSON does: a manifest, an index or a config. */
  readonly json?: Uint8Array
}

/** What a layout holds, wherever it lies: in a folder, or in an archive. */
export interface LayoutContent {
  /** As the user named it. */
  readonly path: string
  /** `oci:PATH` or `oci-archive:PATH`, as skopeo and podman call it. */
  readonly transport: string
  /** The bytes of `oci-layout`, `index.json` and docker's `manifest.json`, where they are there. */
  readonly marker?: Uint8Array
  readonly index?: Uint8Array
  readonly dockerManifest?: Uint8Array
  /** Undefined where the layout does not hold it. */
  blob(digest: Digest): Promise<Blob | undefined>
}

/** The size up to which a blob is kept if it may be JSON: registries take manifests up to 4 MiB (distribution-spec). */
export const MAX_JSON: number = 8 * 1024 * 1024

/** The files beside the blobs, and under which name `LayoutContent` has them. */
export const ROOT_FILES: Readonly<Record<RootFile, RootKey>> = {
  'oci-layout': 'marker',
  'index.json': 'index',
  'manifest.json': 'dockerManifest',
}

export type RootFile = 'oci-layout' | 'index.json' | 'manifest.json'
export type RootKey = 'marker' | 'index' | 'dockerManifest'

export function isRootFile(name: string): name is RootFile {
  return Object.hasOwn(ROOT_FILES, name)
}
