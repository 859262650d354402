import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about the lock file and the cache. */
export type LockCode =
  | 'LOCK_MISSING_ENTRY'
  | 'LOCK_MOVED'
  | 'LOCK_UNUSED'
  | 'LOCK_DIGEST_GONE'
  | 'LOCK_INVALID'
  | 'LOCK_CONFLICT'
  | 'LOCK_NEWER'
  | 'LOCK_ABSENT'
  | 'LOCK_NOT_READ'
  | 'LOCK_SIGNATURE_INVALID'
  | 'LOCK_NOT_WRITTEN'
  | 'LOCK_WITHOUT_IMAGES'
  | 'LOCK_UNSEEN'
  | 'DIGEST_DENIED'
  | 'MANIFESTS_NOT_KNOWN'

export const lockCodes: Readonly<Record<LockCode, CatalogueEntry>> = {
  LOCK_MISSING_ENTRY: {
    severity: 'error',
    exit: 'input',
    title: 'The lock file does not contain this image',
    message: '{image}: not in the lock file {file}',
    hint: 'lock it where the registry can be reached, and commit the result: {pinpull lock}',
  },
  LOCK_MOVED: {
    severity: 'error',
    exit: 'input',
    title: 'A tag has moved since it was locked',
    message: '{image} is locked as {locked}, but is now {now} at {from}',
    hint: 'review what changed; pinpull lock --update --match {image} FILE locks the new digest',
  },
  LOCK_UNUSED: {
    severity: 'error',
    exit: 'input',
    title: 'The lock file contains an image that no manifest uses',
    message: '{image}: in the lock file, but no manifest uses it',
    hint: 'run pinpull lock --prune FILE... with all manifests that share the lock file',
  },
  LOCK_DIGEST_GONE: {
    severity: 'error',
    exit: 'input',
    title: 'A locked digest is gone from the registry',
    message: '{image}: digest {digest} was not found in {repository} at {registry}; it is locked on {where}',
    hint: 'push the image again, or run pinpull lock --update --match {image} FILE to lock the current digest of the tag',
  },
  LOCK_WITHOUT_IMAGES: {
    severity: 'error',
    exit: 'input',
    title: 'There is nothing to lock',
    message: 'there is no image that could be locked, so the lock file would be empty',
    hint: 'check the previous step: did it fail without pipefail, or is everything disabled? With --from-status, are there running Pods (kubectl get pods -A -o json)?',
  },
  LOCK_UNSEEN: {
    severity: 'error',
    exit: 'input',
    title: 'An image that was never locked may not be locked yet',
    message: '{image}: not in the lock file, and minAgeNew denies images whose age nobody knows',
    hint: 'if you have reviewed the image: pinpull lock --update --now --match {image} FILE',
  },
  DIGEST_DENIED: {
    severity: 'error',
    exit: 'input',
    title: 'An image whose digest is denied',
    message: '{image}: denyDigests has {digest}',
    hint: 'use another version of the image; or, when its tag names another digest: pinpull lock --update --now --match {image} FILE',
  },
  MANIFESTS_NOT_KNOWN: {
    severity: 'warning',
    exit: 'input',
    title: 'The manifests of an index were not compared with denied digests',
    message:
      '{image}: {file} does not have the manifests of its index, so they were not compared with denyDigests',
    hint: 'add them to the lock file: pinpull lock --update --match {image} FILE',
  },
  LOCK_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'The lock file is invalid',
    message: 'the lock file cannot be used: {reason}',
    hint: 'restore it from version control, or delete the entry and run pinpull lock FILE',
  },
  LOCK_CONFLICT: {
    severity: 'error',
    exit: 'input',
    title: 'The lock file has an unresolved merge conflict',
    message: 'the lock file contains a merge conflict marker: {marker}',
    hint: 'take either side, finish the merge, then run pinpull lock FILE to add what is missing',
  },
  LOCK_NEWER: {
    severity: 'error',
    exit: 'input',
    title: 'The lock file was written by a newer Pinpull',
    message: 'the lock file has apiVersion {apiVersion}, but this Pinpull reads versions up to {known}',
    hint: 'install the version of Pinpull that wrote it; this version does not change the file',
  },
  LOCK_ABSENT: {
    severity: 'error',
    exit: 'usage',
    title: 'There is no lock file',
    message: 'there is no lock file {file}',
    hint: 'create it where the registries can be reached, and commit it: pinpull lock FILE',
  },
  LOCK_NOT_READ: {
    severity: 'error',
    exit: 'usage',
    title: 'The lock file could not be read',
    message: 'the lock file {file} could not be read: {reason}',
    hint: 'check that it exists and is readable',
  },
  LOCK_SIGNATURE_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'A signature beside the lock file cannot be used',
    message: 'the stored signature {file} cannot be used: {reason}',
    hint: 'restore it from version control; or delete it and, where the registry can be reached, run pinpull lock FILE',
  },
  LOCK_NOT_WRITTEN: {
    severity: 'error',
    exit: 'usage',
    title: 'The lock file could not be written',
    message: 'the lock file {file} could not be written: {reason}',
    hint: 'check the folder and the disk; the old file, if there was one, is unchanged',
  },
}
