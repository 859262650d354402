import { check } from './commands/check.ts'
import { verify } from './commands/verify.ts'
import { type CommandSpec, command } from './options/command.ts'
import {
  CACHE_OPTIONS,
  CHANGED_OPTION,
  FAIL_ON_OPTION,
  FILES,
  INPUT_OPTIONS,
  LOCK_OPTIONS,
  MESSAGE_OPTIONS,
  PROFILE_OPTIONS,
  PULL_SECRETS_OPTION,
  REPORT_OPTION,
  RESOLVING_OPTIONS,
  WORKLOAD_OPTIONS,
} from './options/common-options.ts'
import { choiceOption } from './options/option.ts'
import { outputOption, REPORT_FORMATS } from './options/output-option.ts'
import { collectImages, collectPaths } from './options/values.ts'

/** The commands that prove something about manifests, and change nothing. */
export const CHECK_COMMANDS: readonly CommandSpec[] = [
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
      CHANGED_OPTION,
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
      {
        name: 'running',
        description:
          'judge only running Pods, as the guard will when they are recreated: annotations have no effect, and finished Pods are left out',
      },
      FAIL_ON_OPTION,
      { name: 'resolve', description: 'also check in the registries that each image exists' },
      {
        name: 'verify-signatures',
        description:
          'also resolve every image that is to be pinned, and verify the signatures that the profile demands (verify); an image that it demands none of is an error',
      },
      ...RESOLVING_OPTIONS,
      ...WORKLOAD_OPTIONS,
      ...LOCK_OPTIONS,
      ...CACHE_OPTIONS,
      REPORT_OPTION,
      ...MESSAGE_OPTIONS,
    ],
    run: check,
  }),
  command({
    words: ['verify'],
    description: 'verify the signatures and attestations of every image; change nothing',
    examples: [
      ['pinpull verify manifests/', 'who signed each image, as the profile demands it'],
      [
        'pinpull verify --key cosign.pub --transparency-log optional --image web:1.4',
        'one image and one key, without a configuration and a log',
      ],
    ],
    argument: FILES,
    options: [
      ...INPUT_OPTIONS,
      CHANGED_OPTION,
      {
        name: 'image',
        value: 'reference',
        description: 'verify this image, too; standard input is then only read for -; repeatable',
        parse: collectImages,
      },
      {
        name: 'key',
        value: 'file',
        description:
          'demand a signature by this public key (PEM) of every image, instead of what the profile demands; repeatable',
        parse: collectPaths,
        hasVariable: false,
      },
      {
        name: 'certificate-identity',
        value: 'subject',
        description:
          'demand a signature with a certificate of this subject of every image, instead of what the profile demands; compared as a whole',
        hasVariable: false,
      },
      {
        name: 'certificate-oidc-issuer',
        value: 'url',
        description:
          'the issuer of --certificate-identity, such as https://token.actions.githubusercontent.com',
        hasVariable: false,
      },
      {
        ...choiceOption(
          'transparency-log',
          'demand',
          ['required', 'optional'],
          'whether a signature must be in a transparency log (the default)',
        ),
        hasVariable: false,
      },
      {
        name: 'trusted-root',
        value: 'file',
        description: "with --key or --certificate-identity: a trusted root instead of sigstore's public one",
        hasVariable: false,
      },
      ...PROFILE_OPTIONS,
      outputOption(REPORT_FORMATS, 'the format of the result'),
      FAIL_ON_OPTION,
      ...RESOLVING_OPTIONS,
      PULL_SECRETS_OPTION,
      ...LOCK_OPTIONS,
      ...CACHE_OPTIONS,
      REPORT_OPTION,
      ...MESSAGE_OPTIONS,
    ],
    run: verify,
  }),
]
