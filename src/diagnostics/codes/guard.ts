import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about compiling a profile into admission policies (`pinpull guard`). */
export type GuardCode =
  | 'GUARD_NOT_COMPILED'
  | 'GUARD_TOO_COSTLY'
  | 'GUARD_LOCK_UNFIT'
  | 'GUARD_DENIES_NOTHING'

export const guardCodes: Readonly<Record<GuardCode, CatalogueEntry>> = {
  GUARD_NOT_COMPILED: {
    severity: 'error',
    exit: 'usage',
    title: 'A setting that the API server cannot enforce',
    message: '{setting} of profile {profile} cannot be compiled into an admission policy: {reason}',
    hint: '{advice}',
  },
  GUARD_TOO_COSTLY: {
    severity: 'error',
    exit: 'usage',
    title: 'A profile whose policy exceeds a limit of the API server',
    message: 'the admission policy of profile {profile} is too large: {reason}',
    hint: 'write fewer or shorter patterns, such as hosts in place of single repositories',
  },
  GUARD_LOCK_UNFIT: {
    severity: 'error',
    exit: 'usage',
    title: 'A lock file that does not fit into a ConfigMap',
    message: 'the lock file {file} does not fit into a ConfigMap: {reason}',
    hint: 'lock these images in a file of their own and leave them to the pipeline, or copy them to a registry with a shorter name',
  },
  GUARD_DENIES_NOTHING: {
    severity: 'warning',
    exit: 'usage',
    title: 'A profile without errors',
    message: 'profile {profile} makes no image an error, so its policy only warns, whatever --action says',
    hint: 'choose a strict profile such as prod, or set findings, mutableTags or allowedRegistries',
  },
}
