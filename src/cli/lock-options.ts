import type { Reference } from '../reference/reference.ts'
import {
  LOCK_OPTIONS,
  MESSAGE_OPTIONS,
  type MessageFlags,
  PROFILE_OPTIONS,
  type ProfileFlags,
  RESOLVING_OPTIONS,
  type ResolvingFlags,
} from './common-options.ts'
import { collectImages } from './image-flag.ts'
import { collectLayouts, type LayoutFlag } from './layout-flag.ts'
import { choiceOption, type OptionSpec } from './option.ts'
import { PULL_SECRETS_OPTION } from './registry-options.ts'
import { REPORT_FORMATS, type ReportFormat } from './report-format.ts'

export interface LockFlags extends ProfileFlags, ResolvingFlags, MessageFlags {
  /** A pattern; true is every image. */
  readonly update?: string | true
  readonly prune?: boolean
  readonly check?: boolean
  readonly fromLayout?: readonly LayoutFlag[]
  readonly image?: readonly Reference[]
  readonly format?: ReportFormat
  readonly report?: string
}

/** The options of `pinpull lock`, in the order of the help. */
export const LOCK_COMMAND_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'update',
    value: 'pattern',
    optional: true,
    description: 'resolve again what is locked already: every image, or those that the pattern matches',
  },
  { name: 'prune', description: 'drop what none of the manifests uses' },
  {
    name: 'check',
    description: 'write nothing; list what is missing, unused, gone from its registry, or has moved',
    conflicts: 'update',
  },
  {
    name: 'image',
    value: 'reference',
    description: 'lock this image too, which no manifest names; repeatable',
    parse: collectImages,
  },
  {
    name: 'from-layout',
    value: '[reference=]path',
    description:
      'look in this OCI image layout first, a folder or a tar; with a reference for layouts whose images have tags only; repeatable',
    parse: collectLayouts,
  },
  choiceOption(
    'format',
    'format',
    REPORT_FORMATS,
    'how findings are printed, to stdout where it is not text',
  ),
  {
    name: 'report',
    value: 'file',
    description: 'also write the findings to FILE; format by extension: .json, .sarif, .xml, .md',
  },
  ...PROFILE_OPTIONS,
  ...RESOLVING_OPTIONS,
  PULL_SECRETS_OPTION,
  ...LOCK_OPTIONS,
  ...MESSAGE_OPTIONS,
]
