import { INVENTORY_FORMATS } from '../inventory/inventory.ts'
import { FIELD_LIST_FORMATS } from '../report/field-list.ts'
import { IMAGE_LIST_FORMATS } from '../report/image-list.ts'
import { check } from './commands/check.ts'
import { completion } from './commands/completion.ts'
import { configSchema, configView } from './commands/config.ts'
import { diff } from './commands/diff.ts'
import { explain } from './commands/explain.ts'
import { fields } from './commands/fields.ts'
import { filter } from './commands/filter.ts'
import { guard } from './commands/guard.ts'
import { installHelmPlugin } from './commands/helm-install-plugin.ts'
import { images } from './commands/images.ts'
import { inventory } from './commands/inventory.ts'
import { last } from './commands/last.ts'
import { lock } from './commands/lock.ts'
import { prepull } from './commands/prepull.ts'
import { SHELLS, type Shell } from './completion/state.ts'
import { type ArgumentSpec, type CommandSpec, command } from './options/command.ts'
import {
  CACHE_OPTIONS,
  EXCLUDE_OPTION,
  FILENAME_OPTION,
  FILTER_OPTIONS,
  KRM_OPTION,
  LOCK_OPTIONS,
  MESSAGE_OPTIONS,
  PREPULL_DEFAULTS,
  PROFILE_OPTIONS,
  PULL_SECRETS_OPTION,
  REPORT_FORMATS,
  RESOLVING_OPTIONS,
  WORKLOAD_OPTIONS,
} from './options/common-options.ts'
import { choiceOption, type OptionSpec } from './options/option.ts'
import {
  collectActions,
  collectImages,
  collectLayouts,
  collectNamespaces,
  collectPaths,
  parseDaemonSetName,
  parseDestination,
  parseGuardName,
  parseImage,
  parseKubernetesVersion,
  parseNamespace,
} from './options/values.ts'

const FILES: ArgumentSpec = {
  name: 'file',
  description: 'files and folders of manifests (default: standard input)',
  many: true,
}

/** Options of commands that read manifests. */
const INPUT_OPTIONS: readonly OptionSpec[] = [FILENAME_OPTION, EXCLUDE_OPTION]

const LOCK_AND_CACHE: readonly OptionSpec[] = [...LOCK_OPTIONS, ...CACHE_OPTIONS]

/** Options of commands that resolve image fields. */
const RESOLVING: readonly OptionSpec[] = [...RESOLVING_OPTIONS, ...WORKLOAD_OPTIONS, ...LOCK_AND_CACHE]

/** Options of commands that resolve images and not their fields. */
const COLLECTING: readonly OptionSpec[] = [...RESOLVING_OPTIONS, PULL_SECRETS_OPTION, ...LOCK_AND_CACHE]

const [QUIET, NO_COLOR] = ['quiet', 'no-color'].map((name) =>
  MESSAGE_OPTIONS.filter((option) => option.name === name),
) as [OptionSpec[], OptionSpec[]]

const CONFIG = PROFILE_OPTIONS.filter(({ name }) => name === 'config')

const REPORT: OptionSpec = {
  name: 'report',
  value: 'file',
  description:
    'also write the full report to FILE; format by extension: .json, .sarif, .xml, .md; repeatable',
  parse: collectPaths,
}

/** Descriptions of the words that have commands below them. */
export const COMMAND_GROUPS: Readonly<Record<string, string>> = {
  config: 'inspect the configuration',
  helm: 'integrate with Helm 4, which takes post-renderers as plugins only',
}

/** Every command, the filter first. */
export const COMMANDS: readonly CommandSpec[] = [
  command({
    words: [],
    description:
      'Pins every image of rendered Kubernetes manifests to its digest, and sets imagePullPolicy, from stdin to stdout.',
    options: FILTER_OPTIONS,
    run: (_, flags, io) => filter(flags, io),
  }),
  command({
    words: ['check'],
    description: 'check manifests against a profile; change nothing',
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...PROFILE_OPTIONS,
      choiceOption('format', 'format', REPORT_FORMATS, 'the format of diagnostics'),
      {
        name: 'require-pinned',
        description: 'an image without a digest is an error, whatever the profile says',
      },
      {
        name: 'ignore-other-files',
        description: 'skip named files that hold no Kubernetes object, for hooks that pass every YAML file',
      },
      { name: 'resolve', description: 'also check in the registries that each image exists' },
      ...RESOLVING,
      REPORT,
      ...QUIET,
      ...NO_COLOR,
    ],
    run: check,
  }),
  command({
    words: ['images'],
    description: 'list the distinct images, and where each is used',
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...CONFIG,
      KRM_OPTION,
      choiceOption('format', 'format', IMAGE_LIST_FORMATS, 'how the list is printed'),
      ...NO_COLOR,
    ],
    run: images,
  }),
  command({
    words: ['fields'],
    description: 'show which rule finds which image, and what looks like an image but is ignored',
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...CONFIG,
      KRM_OPTION,
      choiceOption('format', 'format', FIELD_LIST_FORMATS, 'how the list is printed'),
      ...NO_COLOR,
    ],
    run: fields,
  }),
  command({
    words: ['explain'],
    description: 'explain what would happen to each image, and why',
    argument: FILES,
    options: [...INPUT_OPTIONS, ...PROFILE_OPTIONS, ...RESOLVING, ...NO_COLOR],
    run: explain,
  }),
  command({
    words: ['diff'],
    description: 'show what would change, as a unified diff',
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...PROFILE_OPTIONS,
      ...RESOLVING,
      {
        name: 'exit-code',
        description:
          'exit with 1 only if something would change; failures that would exit with 1 exit with 3',
      },
      ...QUIET,
      ...NO_COLOR,
    ],
    run: diff,
  }),
  command({
    words: ['lock'],
    description:
      'resolve every tag and record the digests in pinpull.lock.yaml, for the same output at every run',
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      {
        name: 'update',
        value: 'pattern',
        optional: true,
        description: 'resolve locked images again: all of them, or those that match the pattern',
      },
      { name: 'prune', description: 'remove entries that no manifest uses' },
      {
        name: 'check',
        description: 'write nothing; list what is missing, unused, gone from its registry, or has moved',
        conflicts: 'update',
      },
      {
        name: 'image',
        value: 'reference',
        description: 'also lock this image, even if no manifest uses it; repeatable',
        parse: collectImages,
      },
      {
        name: 'from-layout',
        value: '[reference=]path',
        description:
          'resolve from this OCI image layout first (a folder or a tar); the reference names the repository of a layout that has only tags; repeatable',
        parse: collectLayouts,
      },
      choiceOption(
        'format',
        'format',
        REPORT_FORMATS,
        'the format of diagnostics, printed to stdout unless it is text',
      ),
      {
        name: 'report',
        value: 'file',
        description:
          'also write the diagnostics to FILE; format by extension: .json, .sarif, .xml, .md; repeatable',
        parse: collectPaths,
      },
      ...PROFILE_OPTIONS,
      ...RESOLVING_OPTIONS,
      PULL_SECRETS_OPTION,
      ...LOCK_OPTIONS,
      ...MESSAGE_OPTIONS,
    ],
    run: lock,
  }),
  command({
    words: ['inventory'],
    description: 'list every image with its digest, for the tools that copy images',
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      choiceOption('format', 'format', Object.keys(INVENTORY_FORMATS), 'the tool that the list is for'),
      {
        name: 'to',
        value: 'registry',
        description:
          'the destination of copied images, such as registry.example.com/mirror, below which they keep their full name; a rewrite of the profile takes precedence',
        parse: parseDestination,
      },
      {
        name: 'image',
        value: 'reference',
        description: 'also list this image, even if no manifest uses it; repeatable',
        parse: collectImages,
      },
      { name: 'from-lock', description: 'list the images of the lock file instead of manifests' },
      ...PROFILE_OPTIONS,
      ...COLLECTING,
      ...QUIET,
      ...NO_COLOR,
    ],
    run: inventory,
  }),
  command({
    words: ['prepull'],
    description: 'write DaemonSets that pull the images onto nodes ahead of a rollout',
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      choiceOption(
        'method',
        'method',
        ['init', 'volume'],
        'how images are pulled; init runs each once, volume mounts each (Kubernetes 1.35 or newer)',
      ),
      {
        name: 'name',
        value: 'name',
        description: `the name of the DaemonSet (default: ${PREPULL_DEFAULTS.name}); those for special nodes get a suffix`,
        parse: parseDaemonSetName,
      },
      {
        name: 'helper-image',
        value: 'reference',
        description: `the image whose static /bin/busybox is used (default: ${PREPULL_DEFAULTS.helperImage})`,
        parse: parseImage,
      },
      ...PROFILE_OPTIONS,
      ...COLLECTING,
      ...QUIET,
      ...NO_COLOR,
    ],
    run: prepull,
  }),
  command({
    words: ['guard'],
    description: 'print a profile as admission policies, with which the API server itself enforces it',
    options: [
      ...PROFILE_OPTIONS,
      {
        name: 'action',
        hasVariable: false,
        value: 'actions',
        description:
          'what happens to violations that are errors: warn, audit, both as warn,audit (the default), or deny',
        suggestions: ['warn', 'audit', 'warn,audit', 'deny'],
        parse: collectActions,
      },
      {
        name: 'exempt-namespace',
        hasVariable: false,
        value: 'namespace',
        description: 'a namespace that the policies do not apply to, such as kube-system; repeatable',
        parse: collectNamespaces,
      },
      {
        name: 'name',
        value: 'name',
        description: 'the name of the policies (default: pinpull- and the name of the profile)',
        parse: parseGuardName,
      },
      {
        name: 'kubernetes',
        hasVariable: false,
        value: 'version',
        description:
          'the oldest version that must accept the policies, from 1.30, or from 1.36 with --pin (the default)',
        parse: parseKubernetesVersion,
      },
      ...LOCK_OPTIONS.filter(({ name }) => name === 'lock-file'),
      {
        name: 'only-locked',
        hasVariable: false,
        description: 'admit only digests that are in the lock file',
      },
      {
        name: 'pin',
        hasVariable: false,
        description: 'also pin Pods by the lock file, in the API server',
      },
      {
        name: 'namespace',
        hasVariable: false,
        value: 'namespace',
        description: 'the namespace of the ConfigMap with the lock (default: kube-system)',
        parse: parseNamespace,
      },
      ...QUIET,
      ...NO_COLOR,
    ],
    run: (_, flags, io) => guard(flags, io),
  }),
  command({
    words: ['config', 'schema'],
    description: 'print the JSON Schema of the configuration, for editors',
    options: [],
    run: (_, __, io) => configSchema(io),
  }),
  command({
    words: ['config', 'view'],
    description: 'print the effective settings of a profile, as a configuration',
    options: PROFILE_OPTIONS,
    run: (_, flags, io) => configView(flags, io),
  }),
  command({
    words: ['helm', 'install-plugin'],
    description:
      'install pinpull as a plugin of the Helm on this machine, so that --post-renderer pinpull finds it',
    options: [
      {
        name: 'directory',
        value: 'folder',
        description: "the plugin folder to install into, instead of Helm's own",
      },
    ],
    run: (_, flags, io) => installHelmPlugin(flags, io),
  }),
  command({
    words: ['last'],
    description: 'show the messages of the last failed run, which hosts such as Helm 4 hide',
    options: [],
    run: (_, __, io) => last(io),
  }),
  command({
    words: ['completion'],
    description: 'print a script that completes command lines',
    argument: { name: 'shell', description: 'the shell that reads it', choices: SHELLS },
    options: [],
    run: ([shell], _, io) => completion(shell as Shell, COMMANDS, COMMAND_GROUPS, io),
  }),
]
