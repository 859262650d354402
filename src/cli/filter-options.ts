import { parseDuration } from './duration.ts'
import { collectMirrors } from './mirror.ts'
import type { OptionSpec } from './option.ts'

/** The options of the filter, in the order of the help. */
export const FILTER_OPTIONS: readonly OptionSpec[] = [
  { name: 'profile', value: 'name', description: 'the environment whose policy applies (default: prod)' },
  {
    name: 'config',
    value: 'file',
    description: 'the configuration (default: pinpull.yaml, where there is one)',
  },
  {
    name: 'mirror',
    value: 'host=url',
    description:
      'ask this registry for images of HOST (* for every host), and write the original name; repeatable',
    parse: collectMirrors,
  },
  {
    name: 'timeout',
    value: 'duration',
    description: 'give up after this time, as 30s or 2m',
    parse: parseDuration,
  },
  { name: 'report', value: 'file', description: 'write a full report there, also when the run fails' },
  { name: 'quiet', description: 'print nothing but errors to stderr', conflicts: 'verbose' },
  { name: 'verbose', description: 'print what became of every image to stderr' },
  { name: 'no-color', description: 'no colours (also NO_COLOR)' },
]
