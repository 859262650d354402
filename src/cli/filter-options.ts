import {
  CACHE_OPTIONS,
  LOCK_OPTIONS,
  MESSAGE_OPTIONS,
  PROFILE_OPTIONS,
  RESOLVING_OPTIONS,
} from './common-options.ts'
import type { OptionSpec } from './option.ts'
import { WORKLOAD_OPTIONS } from './registry-options.ts'

/** The options of the filter, in the order of the help. */
export const FILTER_OPTIONS: readonly OptionSpec[] = [
  ...PROFILE_OPTIONS,
  ...RESOLVING_OPTIONS,
  ...WORKLOAD_OPTIONS,
  ...LOCK_OPTIONS,
  ...CACHE_OPTIONS,
  {
    name: 'report',
    value: 'file',
    description:
      'write a full report, also when the run fails; format by extension: .json, .sarif, .xml, .md',
  },
  ...MESSAGE_OPTIONS,
]
