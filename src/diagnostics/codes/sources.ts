import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about the files that `pinpull pin` edits. */
export type SourceCode =
  | 'SOURCE_LEFT'
  | 'SOURCE_IMAGE_LEFT'
  | 'SOURCE_DIGEST_STAYS'
  | 'SOURCE_NOT_PROVED'
  | 'SOURCE_CHANGES_MORE'
  | 'SOURCE_NOT_WRITTEN'

export const sourceCodes: Readonly<Record<SourceCode, CatalogueEntry>> = {
  SOURCE_LEFT: {
    severity: 'warning',
    exit: 'input',
    title: 'A named file is not edited',
    message: '{file} stays as it is: {reason}',
    hint: '{advice}',
  },
  SOURCE_IMAGE_LEFT: {
    severity: 'warning',
    exit: 'input',
    title: 'An image cannot be pinned in this source',
    message: '{image}: not pinned: {reason}',
    hint: '{advice}',
  },
  SOURCE_DIGEST_STAYS: {
    severity: 'info',
    exit: 'input',
    title: 'A tag that is set elsewhere no longer chooses the image of a chart',
    message:
      '{file} has the digest of an image in {paths}: with another tag from elsewhere, the image stays the same',
    hint: 'where a HelmRelease, an Application, --set or another values file sets the tag, set the digest there, too',
  },
  SOURCE_NOT_PROVED: {
    severity: 'warning',
    exit: 'input',
    title: 'No program has shown what a change of a source does',
    message: 'the change of {subject} was not tried: {reason}',
    hint: 'build it before and after the change, and compare: nothing but the images may differ',
  },
  SOURCE_CHANGES_MORE: {
    severity: 'error',
    exit: 'input',
    title: 'A change of a source would change more than its images',
    message: 'with the change, {subject} would differ in more than the images: {difference}',
    hint: 'pin what it renders instead: {command}',
  },
  SOURCE_NOT_WRITTEN: {
    severity: 'error',
    exit: 'usage',
    title: 'A file cannot be written',
    message: '{file} cannot be written: {reason}',
    hint: 'no file was written; check its permissions and what else writes it',
  },
}
