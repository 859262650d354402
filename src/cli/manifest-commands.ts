import { INVENTORY_FORMATS } from '../inventory/inventory.ts'
import { FIELD_LIST_FORMATS } from '../report/field-list.ts'
import { IMAGE_LIST_FORMATS } from '../report/image-list.ts'
import { check } from './commands/check.ts'
import { diff } from './commands/diff.ts'
import { explain } from './commands/explain.ts'
import { fields } from './commands/fields.ts'
import { filter } from './commands/filter.ts'
import { images } from './commands/images.ts'
import { inventory } from './commands/inventory.ts'
import { lock } from './commands/lock.ts'
import { prepull } from './commands/prepull.ts'
import { type ArgumentSpec, type CommandSpec, command } from './options/command.ts'
import {
  CACHE_OPTIONS,
  FAIL_ON_OPTION,
  FILTER_OPTIONS,
  INPUT_OPTIONS,
  KRM_OPTION,
  LOCAL_MESSAGE_OPTIONS,
  LOCK_OPTIONS,
  MESSAGE_OPTIONS,
  PREPULL_DEFAULTS,
  PROFILE_OPTIONS,
  PULL_SECRETS_OPTION,
  RESOLVING_OPTIONS,
  WORKLOAD_OPTIONS,
} from './options/common-options.ts'
import { choiceOption, type OptionSpec } from './options/option.ts'
import { outputOption, REPORT_FORMATS, TEXT_FORMATS } from './options/output-option.ts'
import {
  collectImagePatterns,
  collectImages,
  collectLayouts,
  collectPaths,
  parseDaemonSetName,
  parseDestination,
  parseImage,
} from './options/values.ts'

const FILES: ArgumentSpec = {
  name: 'file',
  description: 'files and folders of manifests (default: standard input)',
  many: true,
}

const LOCK_AND_CACHE: readonly OptionSpec[] = [...LOCK_OPTIONS, ...CACHE_OPTIONS]

/** Options of commands that resolve image fields. */
const RESOLVING: readonly OptionSpec[] = [...RESOLVING_OPTIONS, ...WORKLOAD_OPTIONS, ...LOCK_AND_CACHE]

/** Options of commands that resolve images and not their fields. */
const COLLECTING: readonly OptionSpec[] = [...RESOLVING_OPTIONS, PULL_SECRETS_OPTION, ...LOCK_AND_CACHE]

const CONFIG = PROFILE_OPTIONS.filter(({ name }) => name === 'config')

const REPORT: OptionSpec = {
  name: 'report',
  value: 'file',
  description:
    'also write the full report to FILE; format by extension: .html, .json, .sarif, .xml, .md, .txt; repeatable',
  parse: collectPaths,
}

/** The commands that read manifests, the filter first. */
export const MANIFEST_COMMANDS: readonly CommandSpec[] = [
  command({
    words: [],
    description:
      'Pins every image of rendered Kubernetes manifests to its digest, and sets imagePullPolicy, from files or stdin to stdout.',
    examples: [
      [
        'helm template shop ./chart | pinpull --profile prod | kubectl apply -f -',
        'pin what Helm renders, and apply it',
      ],
      ['pinpull manifests/ > pinned.yaml', 'pin the files of a folder, into one'],
    ],
    argument: FILES,
    options: FILTER_OPTIONS,
    run: filter,
  }),
  command({
    words: ['check'],
    description: 'check manifests against a profile; change nothing',
    examples: [
      ['pinpull check --require-pinned pinned.yaml', 'prove that every image is pinned'],
      [
        'pinpull check --output sarif --fail-on never manifests/ > pinpull.sarif',
        'write a report for a dashboard, and go on',
      ],
    ],
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...PROFILE_OPTIONS,
      outputOption(REPORT_FORMATS, 'the format of diagnostics'),
      {
        name: 'require-pinned',
        description: 'an image without a digest is an error, whatever the profile says',
      },
      {
        name: 'ignore-other-files',
        description: 'skip named files that hold no Kubernetes object, for hooks that pass every YAML file',
      },
      FAIL_ON_OPTION,
      { name: 'resolve', description: 'also check in the registries that each image exists' },
      ...RESOLVING,
      REPORT,
      ...MESSAGE_OPTIONS,
    ],
    run: check,
  }),
  command({
    words: ['images'],
    description: 'list the distinct images, and where each is used',
    examples: [
      ['pinpull images manifests/', 'which images are used, and where'],
      ['helm template shop ./chart | pinpull images -o name', 'one image a line, for scripts'],
    ],
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...CONFIG,
      KRM_OPTION,
      outputOption(IMAGE_LIST_FORMATS, 'how the list is printed'),
      ...LOCAL_MESSAGE_OPTIONS,
    ],
    run: images,
  }),
  command({
    words: ['fields'],
    description: 'show which rule finds which image, and what looks like an image but is ignored',
    examples: [
      ['pinpull fields manifests/', 'which fields are images to Pinpull'],
      ['pinpull fields -o json deploy.yaml', 'the same as data'],
    ],
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...CONFIG,
      KRM_OPTION,
      outputOption(FIELD_LIST_FORMATS, 'how the list is printed'),
      ...LOCAL_MESSAGE_OPTIONS,
    ],
    run: fields,
  }),
  command({
    words: ['explain'],
    description: 'explain what would happen to each image, and why',
    examples: [
      ['pinpull explain deploy.yaml', 'why each image is pinned or not'],
      ['pinpull explain --profile dev manifests/', 'the same for another profile'],
    ],
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...PROFILE_OPTIONS,
      ...RESOLVING,
      outputOption(TEXT_FORMATS, 'how the explanation is printed'),
      ...MESSAGE_OPTIONS.filter(({ name }) => name !== 'quiet'),
    ],
    run: explain,
  }),
  command({
    words: ['diff'],
    description: 'show what would change, as a unified diff',
    examples: [
      ['pinpull diff manifests/', 'what pinning would change'],
      ['pinpull diff -o name manifests/', 'only the files that would change'],
    ],
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      ...PROFILE_OPTIONS,
      ...RESOLVING,
      outputOption(
        [...TEXT_FORMATS, 'name'],
        'how the changes are printed; name lists the files that would change',
      ),
      {
        name: 'exit-code',
        description:
          'exit with 1 only if something would change; failures that would exit with 1 exit with 3',
      },
      ...MESSAGE_OPTIONS,
    ],
    run: diff,
  }),
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
      {
        name: 'match',
        value: 'pattern',
        description:
          "with --update: only images that match this pattern, such as nginx, 'bitnami/*' or 'ghcr.io/acme/**:v2*'; repeatable",
        parse: collectImagePatterns,
      },
      FAIL_ON_OPTION,
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
      outputOption(REPORT_FORMATS, 'the format of diagnostics, printed to stdout unless it is text'),
      {
        name: 'report',
        value: 'file',
        description:
          'also write the diagnostics to FILE; format by extension: .html, .json, .sarif, .xml, .md, .txt; repeatable',
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
      outputOption(Object.keys(INVENTORY_FORMATS), 'how the list is printed, or the tool that it is for'),
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
