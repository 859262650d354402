import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about how Pinpull was called, and about itself. */
export type UsageCode =
  | 'USAGE'
  | 'FILE_MISSING'
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
  FILE_MISSING: {
    severity: 'error',
    exit: 'usage',
    title: 'A file or folder of manifests that was named does not exist',
    message: 'there is no file or folder {file}{note}',
    hint: '{advice}',
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
    title: 'Unknown key in a registry configuration file',
    message: '{file} has the unknown key "{key}", which is ignored',
    hint: 'check its spelling',
  },
  REPORT_NOT_WRITTEN: {
    severity: 'error',
    exit: 'usage',
    title: 'The report cannot be written',
    message: 'the report {file} cannot be written: {reason}',
    hint: 'the folder must exist and be writable (Pinpull does not create it)',
  },
  DEADLINE_EXCEEDED: {
    severity: 'error',
    exit: 'external',
    title: 'The run took too long',
    message: '{image}: timed out after {timeout} (--timeout), before {registry} responded',
    hint: 'raise --timeout, or find out which registry is slow with --verbose',
  },
  RUN_UNFINISHED: {
    severity: 'error',
    exit: 'external',
    title: 'The run ended before it was finished',
    message:
      'the run that should have written this report ended before it was finished, so there are no results',
    hint: 'look in its log for what ended it (a signal, a time limit, too little memory), and run it again',
  },
  INTERNAL: {
    severity: 'error',
    exit: 'defect',
    title: 'A bug in Pinpull',
    message: '{reason}',
    hint: 'please report it with the input that caused it; nothing was written',
  },
}
