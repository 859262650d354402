import type { ArgumentSpec } from './command.ts'
import { EXCLUDE_OPTION, FILENAME_OPTION } from './common-options.ts'
import type { OptionSpec } from './option.ts'
import { collectImagePatterns, parseMinAge } from './values.ts'

/** The argument of a command that edits files. */
export const EDITED_FILES: ArgumentSpec = {
  name: 'file',
  description: 'files and folders to edit: manifests, kustomizations, values of charts',
  many: true,
}

/** The same files, named by an option. */
export const EDITED_INPUT_OPTIONS: readonly OptionSpec[] = [
  { ...FILENAME_OPTION, description: 'a file or folder to edit, like FILE; repeatable' },
  EXCLUDE_OPTION,
]

const collectTexts = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

/** How digests are moved to what their tags name now, in a lock file and in the files that `pinpull pin` edits. */
export const MOVING_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'match',
    value: 'pattern',
    description:
      "with --update: only images that match this pattern, such as nginx, 'bitnami/*' or 'ghcr.io/acme/**:v2*'; repeatable",
    parse: collectImagePatterns,
  },
  {
    name: 'min-age',
    value: 'age',
    description:
      'with --update: take a new digest only after it was first seen this long ago, such as 7d or 36h; 0 takes it at once (default: spec.lock.minAge of the configuration)',
    parse: parseMinAge,
  },
  {
    name: 'now',
    description:
      'with --update: take the current digests before they are old enough, and say so in the lock file',
    hasVariable: false,
  },
  {
    name: 'accept-signer',
    value: 'signer',
    description:
      "with --update: take new digests that this key or identity has signed, although somebody else had signed those before; 'none': also those without the signature, attestation or log entry that the old ones had; repeatable",
    hasVariable: false,
    parse: collectTexts,
  },
]

/** How a chart is rendered, for `pinpull pin`: Helm's own options. No variable sets them, because they are those of one chart. */
export const HELM_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'chart',
    value: 'chart',
    description: 'FILE is a values file for this chart, a folder or a .tgz; it is rendered before and after',
    hasVariable: false,
  },
  {
    name: 'values',
    value: 'file',
    description: 'render the chart with this values file, too, which is not edited; repeatable',
    hasVariable: false,
    parse: collectTexts,
  },
  {
    name: 'set',
    value: 'key=value',
    description: 'render the chart with this value; repeatable',
    hasVariable: false,
    parse: collectTexts,
  },
  {
    name: 'set-string',
    value: 'key=value',
    description: 'render the chart with this string; repeatable',
    hasVariable: false,
    parse: collectTexts,
  },
  {
    name: 'kube-version',
    value: 'version',
    description: 'render the chart for this version of Kubernetes',
    hasVariable: false,
  },
  {
    name: 'api-versions',
    value: 'version',
    description: 'render the chart as if the cluster had this API version; repeatable',
    hasVariable: false,
    parse: collectTexts,
  },
  {
    name: 'namespace',
    short: 'n',
    value: 'namespace',
    description: 'render the chart for this namespace',
    hasVariable: false,
  },
  {
    name: 'name-template',
    value: 'name',
    description: 'render the chart as a release of this name',
    hasVariable: false,
  },
]
