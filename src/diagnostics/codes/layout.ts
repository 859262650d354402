import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about images in folders and archives. */
export type LayoutCode =
  | 'LAYOUT_NOT_READ'
  | 'LAYOUT_INVALID'
  | 'LAYOUT_DOCKER_ARCHIVE'
  | 'LAYOUT_IMAGE_MISSING'
  | 'LAYOUT_AMBIGUOUS'
  | 'LAYOUT_BLOB_MISSING'
  | 'LAYOUT_BLOB_DAMAGED'

export const layoutCodes: Readonly<Record<LayoutCode, CatalogueEntry>> = {
  LAYOUT_NOT_READ: {
    severity: 'error',
    exit: 'usage',
    title: 'An image layout could not be read',
    message: 'the image layout {path} could not be read: {reason}',
    hint: 'check the path; it is a folder with an index.json, or a tar archive of one',
  },
  LAYOUT_INVALID: {
    severity: 'error',
    exit: 'usage',
    title: 'Not an OCI image layout',
    message: '{path} is not an OCI image layout: {reason}',
    hint: 'create one with: skopeo copy --all --preserve-digests docker://IMAGE oci-archive:FILE:IMAGE',
  },
  LAYOUT_DOCKER_ARCHIVE: {
    severity: 'error',
    exit: 'usage',
    title: 'A docker save archive has none of the digests that registries use',
    message: '{path} was written by docker save: {reason}',
    hint: 'create it with: skopeo copy --all --preserve-digests docker://IMAGE oci-archive:FILE:IMAGE',
  },
  LAYOUT_IMAGE_MISSING: {
    severity: 'error',
    exit: 'input',
    title: 'No image layout contains this image',
    message: '{image}: not found in any of the image layouts ({paths})',
    hint: 'add it to a layout (crane pull writes names only with --annotate-ref), or name the layout: REPOSITORY=PATH if its images only have tags, REPOSITORY:TAG=PATH if its only image has no name',
  },
  LAYOUT_AMBIGUOUS: {
    severity: 'error',
    exit: 'input',
    title: 'An image layout has two images with the same name',
    message: '{path} has two images named {image}: {first} and {second}',
    hint: 'remove one of them, or give them different names',
  },
  LAYOUT_BLOB_MISSING: {
    severity: 'error',
    exit: 'input',
    title: 'An image in a layout is not complete',
    message: '{path} lists {image}, but its blob {digest} is missing',
    hint: 'copy the image again, with all its platforms',
  },
  LAYOUT_BLOB_DAMAGED: {
    severity: 'error',
    exit: 'input',
    title: 'An image in a layout is damaged',
    message: '{path} has a blob of {image} that does not match its digest: {digest}',
    hint: 'copy the image again; the blob was damaged or changed',
  },
}
