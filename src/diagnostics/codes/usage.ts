import type { CatalogueEntry } from '../entry.ts'

/** Codes about how Pinpull was called, and about itself. */
export type UsageCode =
  | 'USAGE'
  | 'FILE_NOT_READ'
  | 'FILE_KEY_UNKNOWN'
  | 'REPORT_NOT_WRITTEN'
  | 'DEADLINE_EXCEEDED'
  | 'RUN_UNFINISHED'
  | 'INTERNAL'

export const usageCodes: Readonly<Record<UsageCode, CatalogueEntry>> = {
  USAGE: {
    severity: 'error',
    exit: 'usage',
    title: 'Wrong usage',
    message: '{reason}',
    hint: 'see pinpull --help, or pinpull COMMAND --help',
  },
  FILE_NOT_READ: {
    severity: 'error',
    exit: 'usage',
    title: 'A file that was named cannot be read',
    message: '{file} cannot be read: {reason}',
    hint: 'check its path and its permissions',
  },
  FILE_KEY_UNKNOWN: {
    severity: 'warning',
    exit: 'usage',
    title: 'A file about registries has a key that is not known',
    message: '{file} has the key "{key}", of which nothing is made',
    hint: 'check its spelling',
  },
  REPORT_NOT_WRITTEN: {
    severity: 'error',
    exit: 'usage',
    title: 'The report cannot be written',
    message: 'the report {file} cannot be written: {reason}',
    hint: 'check its folder, which is not made, and the permissions there',
  },
  DEADLINE_EXCEEDED: {
    severity: 'error',
    exit: 'external',
    title: 'The run took too long',
    message: '{image}: {registry} had not answered when the time for the run was over, after {timeout}',
    hint: 'raise --timeout, or find out which registry is slow with --verbose',
  },
  RUN_UNFINISHED: {
    severity: 'error',
    exit: 'external',
    title: 'The run was ended before it had finished',
    message: 'the run that was to write this report was ended before it had finished, and checked nothing',
    hint: 'see its log for what ended it (a signal, a time limit, too little memory), and run it again',
  },
  INTERNAL: {
    severity: 'error',
    exit: 'defect',
    title: 'A defect of Pinpull',
    message: '{reason}',
    hint: 'please report it with the input that caused it; nothing was written',
  },
}
