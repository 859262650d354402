import type { OptionSpec } from './option.ts'

/** The groups of options in the help, in this order, after the options that are a command's own. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Common options:': [
    'profile',
    'config',
    'filename',
    'exclude',
    'changed-since',
    'krm',
    'platform',
    'lock-file',
    'locked',
    'check-digests',
    'help',
    'version',
  ],
  'Registries:': ['mirror', 'hosts-dir', 'registries-conf', 'timeout', 'cache-ttl'],
  'Credentials:': ['auth-file', 'credential-provider-config', 'credential-provider-bin-dir', 'pull-secrets'],
  'Output:': ['output', 'report', 'fail-on', 'quiet', 'verbose', 'log-format', 'color'],
}

/** The heading of the options that only one command has, or a few. */
export const OWN_OPTIONS = 'Options:'

/** @returns the heading of the group that the help shows an option in */
export function groupOf(name: string): string {
  return Object.keys(GROUPS).find((heading) => GROUPS[heading]?.includes(name)) ?? OWN_OPTIONS
}

/** Sorts options by their groups, a command's own first; within a group they stay in their order. */
export function groupedOptions(options: readonly OptionSpec[]): readonly OptionSpec[] {
  const order = [OWN_OPTIONS, ...Object.keys(GROUPS)]
  return options.toSorted((a, b) => order.indexOf(groupOf(a.name)) - order.indexOf(groupOf(b.name)))
}
