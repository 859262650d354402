import { INVENTORY_FORMATS } from '../inventory/inventory.ts'
import { inventory } from './commands/inventory.ts'
import { lock } from './commands/lock.ts'
import { prepull } from './commands/prepull.ts'
import { type CommandSpec, command } from './options/command.ts'
import {
  CACHE_OPTIONS,
  FAIL_ON_OPTION,
  FILES,
  INPUT_OPTIONS,
  LOCK_OPTIONS,
  MESSAGE_OPTIONS,
  PREPULL_DEFAULTS,
  PROFILE_OPTIONS,
  PULL_SECRETS_OPTION,
  REPORT_OPTION,
  RESOLVING_OPTIONS,
} from './options/common-options.ts'
import { choiceOption, type OptionSpec } from './options/option.ts'
import { outputOption, REPORT_FORMATS } from './options/output-option.ts'
import { MOVING_OPTIONS } from './options/source-options.ts'
import {
  collectImages,
  collectLayouts,
  parseDaemonSetName,
  parseDestination,
  parseImage,
} from './options/values.ts'

/** Options of commands that resolve images and not their fields. */
const COLLECTING: readonly OptionSpec[] = [
  ...RESOLVING_OPTIONS,
  PULL_SECRETS_OPTION,
  ...LOCK_OPTIONS,
  ...CACHE_OPTIONS,
]

/** The commands that need the digest of each distinct image, and not where it is used. */
export const DIGEST_COMMANDS: readonly CommandSpec[] = [
  command({
    words: ['lock'],
    description:
      'resolve every tag and record the digests in pinpull.lock.yaml, so that every run gives the same output',
    examples: [
      ['pinpull lock manifests/', 'record the digests of all images'],
      ["pinpull lock --update --match 'nginx*' manifests/", 'move some images to their current digests'],
    ],
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      {
        name: 'update',
        description: 'resolve locked images again: all of them, or those that --match names',
      },
      // A check writes nothing, so that it takes nothing early.
      ...MOVING_OPTIONS.map((option) => (option.name === 'now' ? { ...option, conflicts: 'check' } : option)),
      FAIL_ON_OPTION,
      { name: 'prune', description: 'remove entries that no manifest uses' },
      {
        name: 'check',
        description:
          'write nothing; list what is missing, unused, gone from its registry, has moved, or waits',
        conflicts: 'update',
      },
      {
        name: 'image',
        value: 'reference',
        description: 'also lock this image, even if no manifest uses it; repeatable',
        parse: collectImages,
      },
      {
        name: 'from-status',
        description:
          'lock what runs instead of what tags name: the digests in the status of Pods, as kubectl get pods -A -o json prints them',
      },
      choiceOption(
        'prefer',
        'which',
        ['newest', 'most'],
        'with --from-status: which of several digests of one image is locked, that of the container that was started last, or that of most containers (default: none)',
      ),
      {
        name: 'from-layout',
        value: '[reference=]path',
        description:
          'resolve from this OCI image layout first (a folder or a tar); the reference names the repository of a layout that has only tags; repeatable',
        parse: collectLayouts,
      },
      outputOption(REPORT_FORMATS, 'the format of diagnostics, printed to stdout unless it is text'),
      REPORT_OPTION,
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
    examples: [
      ['pinpull inventory -o table manifests/', 'images, digests and platforms'],
      [
        'pinpull inventory -o skopeo --to mirror.example.com manifests/ > copy.sh',
        'a script that copies the images',
      ],
    ],
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      outputOption(
        [...Object.keys(INVENTORY_FORMATS), 'flux-images'],
        'how the list is printed, or the tool that it is for',
      ),
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
      {
        name: 'signatures',
        description:
          'also list the tags and digests of signatures and attestations, so that they are copied along; contacts the registries',
        conflicts: 'locked',
      },
      ...PROFILE_OPTIONS,
      ...COLLECTING,
      ...MESSAGE_OPTIONS,
    ],
    run: inventory,
  }),
  command({
    words: ['prepull'],
    description: 'write DaemonSets that pull the images onto nodes ahead of a rollout',
    examples: [
      ['pinpull prepull manifests/ | kubectl apply -f -', 'pull the images onto the nodes now'],
      ['pinpull prepull --method volume manifests/ > prepull.yaml', 'without a helper image in each Pod'],
    ],
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
      ...MESSAGE_OPTIONS,
    ],
    run: prepull,
  }),
]
