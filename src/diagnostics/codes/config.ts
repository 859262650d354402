import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about the configuration. */
export type ConfigCode =
  | 'PROFILE_UNKNOWN'
  | 'CONFIG_UNREADABLE'
  | 'CONFIG_INVALID'
  | 'CONFIG_UNKNOWN_KEY'
  | 'CONFIG_RULE_DEAD'
  | 'CONFIG_UNTRUSTED'
  | 'CONFIG_CONFLICT'
  | 'CONFIG_PROFILE_UNUSED'
  | 'CONFIG_NOT_WRITTEN'

export const configCodes: Readonly<Record<ConfigCode, CatalogueEntry>> = {
  PROFILE_UNKNOWN: {
    severity: 'error',
    exit: 'usage',
    title: 'Unknown profile',
    message: 'there is no profile "{profile}"',
    hint: 'choose one of: {known}',
  },
  CONFIG_UNREADABLE: {
    severity: 'error',
    exit: 'usage',
    title: 'The configuration cannot be read',
    message: 'the configuration {file} cannot be read: {reason}',
    hint: 'correct --config or PINPULL_CONFIG, or the permissions of the file',
  },
  CONFIG_INVALID: {
    severity: 'error',
    exit: 'usage',
    title: 'The configuration is invalid',
    message: '{path} {reason}',
    hint: '{advice}',
  },
  CONFIG_UNKNOWN_KEY: {
    severity: 'error',
    exit: 'usage',
    title: 'Unknown key in the configuration',
    message: '{path} {reason}',
    hint: '{advice}',
  },
  CONFIG_RULE_DEAD: {
    severity: 'error',
    exit: 'usage',
    title: 'A rule of the configuration has no effect',
    message: '{path} has no effect: {reason}',
    hint: '{advice}',
  },
  CONFIG_UNTRUSTED: {
    severity: 'error',
    exit: 'usage',
    title: 'A setting from a source that may not set it',
    message: '{path} {reason}',
    hint: '{advice}',
  },
  CONFIG_CONFLICT: {
    severity: 'error',
    exit: 'usage',
    title: 'There are two configurations',
    message: '{path} {reason}',
    hint: '{advice}',
  },
  CONFIG_PROFILE_UNUSED: {
    severity: 'warning',
    exit: 'usage',
    title: 'A functionConfig chooses another profile than the configuration',
    message:
      'the functionConfig chooses profile {ignored}, but {file} sets defaultProfile: {profile}, which takes precedence',
    hint: 'choose the profile in only one of them; --profile and PINPULL_PROFILE override both',
  },
  CONFIG_NOT_WRITTEN: {
    severity: 'error',
    exit: 'usage',
    title: 'A configuration to start with cannot be written',
    message: '{file} cannot be written: {reason}',
    hint: 'rename or remove it, or change to the folder that the configuration is for',
  },
}
