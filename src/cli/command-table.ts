import { CHECK_COMMANDS } from './check-commands.ts'
import { completion } from './commands/completion.ts'
import { configSchema, configView } from './commands/config.ts'
import { configInit } from './commands/config-init.ts'
import { doctor } from './commands/doctor.ts'
import { guard } from './commands/guard.ts'
import { installHelmPlugin } from './commands/helm-install-plugin.ts'
import { last } from './commands/last.ts'
import { version } from './commands/version.ts'
import { SHELLS, type Shell } from './completion/state.ts'
import { DIGEST_COMMANDS } from './digest-commands.ts'
import { FILTER, MANIFEST_COMMANDS } from './manifest-commands.ts'
import { type CommandSpec, command } from './options/command.ts'
import {
  BEFORE_OPTION,
  CACHE_OPTIONS,
  LOCAL_MESSAGE_OPTIONS,
  LOCK_OPTIONS,
  MESSAGE_OPTIONS,
  PROFILE_OPTIONS,
  RESOLVING_OPTIONS,
} from './options/common-options.ts'
import { outputOption, TEXT_FORMATS } from './options/output-option.ts'
import {
  collectActions,
  collectNamespaces,
  parseGuardName,
  parseKubernetesVersion,
  parseNamespace,
} from './options/values.ts'

/** Descriptions of the words that have commands below them. */
export const COMMAND_GROUPS: Readonly<Record<string, string>> = {
  config: 'write or print the configuration',
  helm: 'Helm 4 integration (Helm 4 accepts only plugins as post-renderers)',
}

/** Every command, the filter first. */
export const COMMANDS: readonly CommandSpec[] = [
  FILTER,
  ...CHECK_COMMANDS,
  ...MANIFEST_COMMANDS,
  ...DIGEST_COMMANDS,
  command({
    words: ['guard'],
    description: 'print a profile as admission policies that the API server itself enforces',
    examples: [
      [
        'pinpull guard --profile prod | kubectl apply --server-side -f -',
        'warn about what the profile does not allow',
      ],
      ['pinpull guard --action deny --only-locked > guard.yaml', 'admit only what is in the lock file'],
    ],
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
      ...LOCAL_MESSAGE_OPTIONS,
    ],
    run: (_, flags, io) => guard(flags, io),
  }),
  command({
    words: ['doctor'],
    description:
      'show which settings a run would use, and test each step on the way to an image or a registry',
    examples: [
      ['pinpull doctor ghcr.io/acme/web:1.4', 'why an image does not resolve'],
      ['pinpull doctor > doctor.txt', 'this machine and its settings, to be pasted into an issue'],
    ],
    argument: {
      name: 'subject',
      description: 'images, and hosts of registries (default: the settings and this machine)',
      many: true,
    },
    options: [
      ...PROFILE_OPTIONS,
      outputOption(TEXT_FORMATS, 'how the steps are printed'),
      ...RESOLVING_OPTIONS.filter(({ name }) => name !== 'krm'),
      ...LOCK_OPTIONS.filter(({ name }) => name !== 'locked'),
      ...CACHE_OPTIONS,
      ...MESSAGE_OPTIONS.filter(({ name }) => name === 'color' || name === 'no-color'),
    ],
    run: doctor,
  }),
  command({
    words: ['config', 'init'],
    description: 'write a commented pinpull.yaml to start with, and its schema for editors',
    examples: [
      ['pinpull config init', 'in the working directory'],
      [
        'cd manifests && pinpull config init && pinpull config view',
        'in another folder, and look at the result',
      ],
    ],
    options: [],
    run: (_, __, io) => configInit(io),
  }),
  command({
    words: ['config', 'schema'],
    description: 'print the JSON Schema of the configuration, for editors',
    examples: [
      ['pinpull config schema > pinpull.schema.json', 'for the settings of an editor'],
      ['pinpull config schema | jq .properties.spec', 'look at a part of it'],
    ],
    options: [],
    run: (_, __, io) => configSchema(io),
  }),
  command({
    words: ['config', 'view'],
    description: 'print the effective settings of a profile, as a configuration',
    examples: [
      ['pinpull config view --profile staging', 'every setting of a profile'],
      ['pinpull config view -o json | jq .spec.profiles', 'the same as JSON'],
    ],
    options: [...PROFILE_OPTIONS, outputOption(['yaml', 'json'], 'how the configuration is printed')],
    run: (_, flags, io) => configView(flags, io),
  }),
  command({
    words: ['helm', 'install-plugin'],
    description:
      'install pinpull as a plugin of the Helm on this machine, so that --post-renderer pinpull finds it',
    examples: [
      ['pinpull helm install-plugin', 'for the Helm on this machine'],
      ['pinpull helm install-plugin --directory ./plugins', 'into another folder of plugins'],
    ],
    options: [
      {
        name: 'directory',
        value: 'folder',
        description: "the plugin folder to install into, instead of Helm's own",
      },
      {
        ...BEFORE_OPTION,
        description:
          'a program that the plugin runs first, such as the post-renderer that you have; the plugin calls it by its absolute path',
      },
    ],
    run: (_, flags, io) => installHelmPlugin(flags, io),
  }),
  command({
    words: ['last'],
    description: 'show the messages of the last failed run, which hosts such as Helm 4 hide',
    examples: [
      ['pinpull last', 'what the host did not show'],
      ['pinpull last -o json', 'with the time and the exit code as data'],
    ],
    options: [outputOption(TEXT_FORMATS, 'how the messages are printed')],
    run: (_, flags, io) => last(flags, io),
  }),
  command({
    words: ['version'],
    description: 'print the version, the commit, the runtime and the platform',
    examples: [
      ['pinpull version', 'for a bug report'],
      ['pinpull version -o json', 'the same as data'],
    ],
    options: [outputOption(TEXT_FORMATS, 'how it is printed')],
    run: (_, flags, io) => version(flags, io),
  }),
  command({
    words: ['completion'],
    description: 'print a script that completes command lines',
    examples: [
      ['eval "$(pinpull completion bash)"', 'complete in this shell'],
      ['pinpull completion fish > ~/.config/fish/completions/pinpull.fish', 'complete in every fish'],
    ],
    argument: { name: 'shell', description: 'the shell that reads it', choices: SHELLS },
    options: [],
    run: ([shell], _, io) => completion(shell as Shell, COMMANDS, COMMAND_GROUPS, io),
  }),
]
