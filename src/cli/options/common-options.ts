import { BUILTIN_PROFILES } from '../../config/builtin-profiles.ts'
import { type Platform, parsePlatform } from '../../oci/platform.ts'
import type { FilePattern } from '../io/manifest-folder.ts'
import type { ArgumentSpec } from './command.ts'
import { ArgumentError, choiceOption, type OptionSpec } from './option.ts'
import { collectMirrors, collectPaths, parseDuration, parseFilePattern, parseLifetime } from './values.ts'

export const PROFILE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'profile',
    tier: 3,
    value: 'name',
    description:
      'the environment whose policy applies: dev, staging, prod, airgap, or one of your own (default: prod)',
    suggestions: [...BUILTIN_PROFILES.keys()],
  },
  {
    name: 'config',
    value: 'file',
    description: 'the configuration file (default: pinpull.yaml, if it exists)',
  },
]

export const KRM_OPTION: OptionSpec = {
  name: 'krm',
  description: 'the input is a ResourceList, as kustomize and kpt pass it to a KRM function',
}

export const REGISTRY_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'mirror',
    value: 'host=url',
    description:
      'resolve images of HOST (* for every host) through this registry; references keep their original name; repeatable',
    parse: collectMirrors,
  },
  {
    name: 'auth-file',
    value: 'file',
    description: "a credentials file such as Docker's config.json, tried before the default locations",
  },
  {
    name: 'hosts-dir',
    value: 'dir',
    description: 'a folder of containerd hosts.toml files, such as /etc/containerd/certs.d',
  },
  {
    name: 'registries-conf',
    value: 'file',
    description: 'a registries.conf file, as used by Podman and CRI-O',
  },
  {
    name: 'credential-provider-config',
    value: 'file',
    description: 'a kubelet CredentialProviderConfig file',
  },
  {
    name: 'credential-provider-bin-dir',
    value: 'dir',
    description:
      'the folder of the credential provider plugins (default: that of the CredentialProviderConfig)',
  },
]

/** For the commands that resolve images for a platform. */
export const PLATFORM_OPTION: OptionSpec = {
  name: 'platform',
  tier: 3,
  value: 'os/arch',
  description: "pin this platform's manifest instead of the index, such as linux/arm64 or linux/arm/v7",
  parse: readPlatform,
}

function readPlatform(text: string): Platform {
  const platform = parsePlatform(text)
  if (platform === undefined) throw new ArgumentError(`"${text}" is not a platform such as linux/arm64`)
  return platform
}

export const RESOLVING_OPTIONS: readonly OptionSpec[] = [
  KRM_OPTION,
  ...REGISTRY_OPTIONS,
  PLATFORM_OPTION,
  {
    name: 'timeout',
    value: 'duration',
    description: 'give up after this time, such as 30s or 2m, counted from the end of the input',
    parse: parseDuration,
  },
]

/** For the commands that resolve the images of workloads. */
export const PULL_SECRETS_OPTION: OptionSpec = {
  name: 'pull-secrets',
  description: "authenticate with each workload's imagePullSecrets, whose Secrets must be in the input",
}

export const WORKLOAD_OPTIONS: readonly OptionSpec[] = [
  PULL_SECRETS_OPTION,
  {
    name: 'check-digests',
    tier: 3,
    description:
      'also check that digests in the input and the lock file exist and still match their tags, and that mirrors match their registries',
    conflicts: 'locked',
  },
]

/** Files that are named by an option, as with kubectl. They come before those that are named without. */
export const FILENAME_OPTION: OptionSpec = {
  name: 'filename',
  short: 'f',
  value: 'file',
  description: 'a file or folder of manifests, or - for standard input, like FILE; repeatable',
  hasVariable: false,
  parse: (text, before?: readonly string[]) => [...(before ?? []), text],
}

export const EXCLUDE_OPTION: OptionSpec = {
  name: 'exclude',
  value: 'glob',
  description:
    "skip files and folders with this name or path, such as values.yaml or 'charts/**'; repeatable",
  parse: (text, before?: readonly FilePattern[]) => [...(before ?? []), parseFilePattern(text)],
}

/** For the commands that look at files one by one, and write none. */
export const CHANGED_OPTION: OptionSpec = {
  name: 'changed-since',
  value: 'revision',
  description:
    'read only the files that git says have changed since this commit, branch or tag, or since HEAD diverged from it',
  hasVariable: false,
}

/** For the commands that read manifests. */
export const INPUT_OPTIONS: readonly OptionSpec[] = [FILENAME_OPTION, EXCLUDE_OPTION]

/** For the commands that check something. */
export const FAIL_ON_OPTION: OptionSpec = choiceOption(
  'fail-on',
  'severity',
  ['warning', 'error', 'never'],
  'fail on warnings too, on errors (the default), or on neither, unless something could not be checked',
)

/** For the filter and `pin`, which write nothing after an error. */
export const FILTER_FAIL_ON_OPTION: OptionSpec = {
  ...choiceOption(
    'fail-on',
    'severity',
    ['warning', 'error'],
    'write nothing if there is a warning, or only if there is an error (the default)',
  ),
  foreign: ['never'],
}

export const LOCK_FILE_OPTION: OptionSpec = {
  name: 'lock-file',
  value: 'file',
  description: 'the lock file (default: pinpull.lock.yaml beside the config, else in the working directory)',
}

export const LOCK_OPTIONS: readonly OptionSpec[] = [
  LOCK_FILE_OPTION,
  { name: 'locked', tier: 3, description: 'resolve from the lock file only; never contact a registry' },
]

export const CACHE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'cache-ttl',
    value: 'duration',
    description:
      'how long responses of registries are cached for later runs; 0 disables the cache (default: 5m; 0 in CI)',
    parse: parseLifetime,
  },
]

export const MESSAGE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'quiet',
    short: 'q',
    tier: 3,
    description: 'print only errors to stderr',
    conflicts: 'verbose',
  },
  {
    name: 'verbose',
    short: 'v',
    tier: 3,
    description:
      'also print to stderr each request, every place of a message, and the result for every image',
  },
  choiceOption(
    'log-format',
    'format',
    ['text', 'json'],
    'the format of messages on stderr; json is one object per line',
  ),
  {
    ...choiceOption(
      'color',
      'when',
      ['auto', 'always', 'never'],
      'when to use colors; auto follows NO_COLOR, then FORCE_COLOR, then whether there is a terminal',
    ),
    tier: 3,
    aliases: [{ name: 'no-color', means: 'never' }],
  },
]

/** For the commands that contact no registry. */
export const LOCAL_MESSAGE_OPTIONS: readonly OptionSpec[] = MESSAGE_OPTIONS.filter(
  ({ name }) => name !== 'verbose',
)

/**
 * What a host's only post-renderer slot held before. No variable sets it: the program would inherit it, and pass it on to a Pinpull that it
 * starts itself.
 */
export const BEFORE_OPTION: OptionSpec = {
  name: 'before',
  value: 'program',
  description:
    'first run this program on standard input, and read what it prints: to keep an older post-renderer of Helm',
  hasVariable: false,
}

/** The options of the filter, in the order of the help. */
export const FILTER_OPTIONS: readonly OptionSpec[] = [
  ...INPUT_OPTIONS,
  ...PROFILE_OPTIONS,
  ...RESOLVING_OPTIONS,
  ...WORKLOAD_OPTIONS,
  ...LOCK_OPTIONS,
  ...CACHE_OPTIONS,
  BEFORE_OPTION,
  {
    name: 'report',
    value: 'file',
    description:
      'write a full report, also when the run fails; format by extension: .html, .json, .sarif, .xml, .md, .txt; repeatable',
    parse: collectPaths,
  },
  FILTER_FAIL_ON_OPTION,
  ...MESSAGE_OPTIONS,
]

/** The busybox is static, so that it runs in every image, and there is one for every architecture that Kubernetes has nodes of. */
export const PREPULL_DEFAULTS = {
  name: 'pinpull-prepull',
  helperImage: 'docker.io/library/busybox:1.37.0-musl',
} as const

/** The argument of every command that reads manifests. */
export const FILES: ArgumentSpec = {
  name: 'file',
  description: 'files and folders of manifests (default: standard input)',
  many: true,
}

export const REPORT_OPTION: OptionSpec = {
  name: 'report',
  value: 'file',
  description:
    'also write the full report to FILE; format by extension: .html, .json, .sarif, .xml, .md, .txt; repeatable',
  parse: collectPaths,
}
