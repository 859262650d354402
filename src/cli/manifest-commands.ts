import { FIELD_LIST_FORMATS } from '../report/field-list.ts'
import { IMAGE_LIST_FORMATS } from '../report/image-list.ts'
import { diff } from './commands/diff.ts'
import { explain } from './commands/explain.ts'
import { fields } from './commands/fields.ts'
import { filter } from './commands/filter.ts'
import { images } from './commands/images.ts'
import { pin } from './commands/pin.ts'
import { type CommandSpec, command } from './options/command.ts'
import {
  CACHE_OPTIONS,
  CHANGED_OPTION,
  FILES,
  FILTER_FAIL_ON_OPTION,
  FILTER_OPTIONS,
  INPUT_OPTIONS,
  KRM_OPTION,
  LOCAL_MESSAGE_OPTIONS,
  LOCK_FILE_OPTION,
  LOCK_OPTIONS,
  MESSAGE_OPTIONS,
  PROFILE_OPTIONS,
  RESOLVING_OPTIONS,
  WORKLOAD_OPTIONS,
} from './options/common-options.ts'
import type { OptionSpec } from './options/option.ts'
import { outputOption, TEXT_FORMATS } from './options/output-option.ts'
import { EDITED_FILES, EDITED_INPUT_OPTIONS, HELM_OPTIONS, MOVING_OPTIONS } from './options/source-options.ts'
import { collectDigests } from './options/values.ts'

/** Options of commands that resolve image fields. */
const RESOLVING: readonly OptionSpec[] = [
  ...RESOLVING_OPTIONS,
  ...WORKLOAD_OPTIONS,
  ...LOCK_OPTIONS,
  ...CACHE_OPTIONS,
]

const CONFIG = PROFILE_OPTIONS.filter(({ name }) => name === 'config')

/** The command without a word. */
export const FILTER: CommandSpec = command({
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
})

/** The commands that read manifests and show or pin their images. */
export const MANIFEST_COMMANDS: readonly CommandSpec[] = [
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
      CHANGED_OPTION,
      {
        name: 'digest',
        value: 'digest',
        description:
          'only the images with this digest, of an index or of a manifest in one, by the manifests and the lock file; exit code 1 if there are none; repeatable',
        parse: collectDigests,
        hasVariable: false,
      },
      ...CONFIG,
      LOCK_FILE_OPTION,
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
      CHANGED_OPTION,
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
      CHANGED_OPTION,
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
    words: ['pin'],
    description: 'pin images where they are written: in manifests, kustomizations and Helm values',
    examples: [
      ['pinpull pin manifests/', 'show the change, as a diff'],
      ['pinpull pin --write manifests/', 'write it to the files: to all, or to none'],
    ],
    argument: EDITED_FILES,
    options: [
      {
        name: 'write',
        description: 'write the files, besides printing the change',
        hasVariable: false,
      },
      {
        name: 'add',
        description:
          'also write what the file lacks: values that only the chart has, and images that only the resources of a kustomization name',
        hasVariable: false,
      },
      {
        name: 'summary',
        value: 'file',
        description: 'also write the body of a pull request with the change to FILE, as Markdown',
        hasVariable: false,
      },
      {
        name: 'update',
        description:
          'move the digests of images that have a tag and a digest to what their tags name now, and change nothing else',
      },
      ...MOVING_OPTIONS,
      {
        name: 'state',
        value: 'file',
        description:
          'with --update: the file that remembers when digests were first seen (default: the lock file, if there is one)',
        hasVariable: false,
      },
      ...HELM_OPTIONS,
      ...EDITED_INPUT_OPTIONS,
      ...PROFILE_OPTIONS,
      ...RESOLVING.filter(({ name }) => name !== 'krm'),
      outputOption(
        [...TEXT_FORMATS, 'name'],
        'how the change is printed; text is a diff, and name lists the files that change',
      ),
      {
        name: 'exit-code',
        description:
          'exit with 1 only if something would change; failures that would exit with 1 exit with 3',
      },
      FILTER_FAIL_ON_OPTION,
      ...MESSAGE_OPTIONS,
    ],
    run: pin,
  }),
]
