import { describe, expect, test } from 'vitest'
import { argumentShapeReason } from '../../src/cli/argument-shape.ts'

const HOSTS = '; Helm, helmfile and Terraform hand each argument on as it is'
const WORDS = 'is one argument with several words in it: write'

describe('arguments as hosts hand them on', () => {
  test.each<[argv: string[], reason: string]>([
    [['--profile prod'], `"--profile prod" ${WORDS} --profile=prod${HOSTS}`],
    [['--profile\tprod'], `"--profile\\tprod" ${WORDS} --profile=prod${HOSTS}`],
    [['--profile\nprod'], `"--profile\\nprod" ${WORDS} --profile=prod${HOSTS}`],
    [['-f a.yaml'], `"-f a.yaml" ${WORDS} -f=a.yaml${HOSTS}`],
    [['-- profile prod'], `"-- profile prod" ${WORDS} --profile=prod${HOSTS}`],
    [['-- profile=prod'], `"-- profile=prod" ${WORDS} --profile=prod${HOSTS}`],
    [['check', '--profile prod'], `"--profile prod" ${WORDS} --profile=prod${HOSTS}`],
    [
      ['--profile=prod --quiet'],
      `"--profile=prod --quiet" ${WORDS} --profile=prod and --quiet, each as an argument of its own${HOSTS}`,
    ],
    [
      ['--quiet --profile prod'],
      `"--quiet --profile prod" ${WORDS} --quiet and --profile=prod, each as an argument of its own${HOSTS}`,
    ],
    [
      ['--profile', 'prod --quiet'],
      `"--profile=prod --quiet" ${WORDS} --profile=prod and --quiet, each as an argument of its own${HOSTS}`,
    ],
    [
      ['check --profile=prod'],
      `"check --profile=prod" ${WORDS} check and --profile=prod, each as an argument of its own${HOSTS}`,
    ],
    [['pinpull --profile prod'], `"pinpull --profile prod" ${WORDS} --profile=prod${HOSTS}`],
    [
      ["--profile='prod'"],
      `"--profile='prod'" has quotes in it, which no shell has taken off: write --profile=prod${HOSTS}`,
    ],
    [
      ['--profile="prod"'],
      `'--profile="prod"' has quotes in it, which no shell has taken off: write --profile=prod${HOSTS}`,
    ],
    [
      ['"--profile=prod"'],
      `'"--profile=prod"' has quotes in it, which no shell has taken off: write --profile=prod${HOSTS}`,
    ],
    [
      ["'--profile=prod'"],
      `"'--profile=prod'" has quotes in it, which no shell has taken off: write --profile=prod${HOSTS}`,
    ],
    [["'--profile prod'"], `"'--profile prod'" ${WORDS} --profile=prod${HOSTS}`],
    [
      ['--profile', '"prod"'],
      `'--profile="prod"' has quotes in it, which no shell has taken off: write --profile=prod${HOSTS}`,
    ],
    [['--profile=prod\n'], `"--profile=prod\\n" has a line break at its end: write --profile=prod${HOSTS}`],
    [['--profile=prod\r'], `"--profile=prod\\r" has a line break at its end: write --profile=prod${HOSTS}`],
    [
      ['--profile', 'prod\r\n'],
      `"--profile=prod\\r\\n" has a line break at its end: write --profile=prod${HOSTS}`,
    ],
    [[' --profile=prod'], `" --profile=prod" has white space around it: write --profile=prod${HOSTS}`],
    [['--profile', ' prod'], `"--profile= prod" has white space around it: write --profile=prod${HOSTS}`],
    [
      ["--timeout='10s'"],
      `"--timeout='10s'" has quotes in it, which no shell has taken off: write --timeout=10s${HOSTS}`,
    ],
    [
      ['\u2014profile=prod'],
      '"\u2014profile=prod" begins with "\u2014", which is no hyphen: write --profile=prod',
    ],
    [
      ['\u2013profile=prod'],
      '"\u2013profile=prod" begins with "\u2013", which is no hyphen: write --profile=prod',
    ],
    [
      ['check', 'profile=prod'],
      '"profile=prod" is not an option; write --profile=prod (without dashes it is for kpt)',
    ],
    [
      ['profile="prod"'],
      '"profile="prod"" is not an option; write --profile=prod (without dashes it is for kpt)',
    ],
    [
      ['--', '--profile=prod'],
      '"--" ends the options, so that "--profile=prod" is read as a file: leave it out',
    ],
    [['profile', 'prod'], '"profile" is not an option; write --profile=prod'],
    [['pinpull', '--profile=prod'], '"pinpull" is the program itself, and no argument: leave it out'],
    [
      ['/usr/local/bin/pinpull'],
      '"/usr/local/bin/pinpull" is the program itself, and no argument: leave it out',
    ],
  ])('%j', (argv, reason) => {
    expect(argumentShapeReason(argv, {})).toBe(reason)
  })

  test.each<[name: string, value: string, reason: string]>([
    [
      'PINPULL_PROFILE',
      '"prod"',
      `PINPULL_PROFILE is '"prod"', with quotes in it, which no shell has taken off: write PINPULL_PROFILE=prod`,
    ],
    [
      'PINPULL_PROFILE',
      'prod ',
      'PINPULL_PROFILE is "prod ", with white space around it: write PINPULL_PROFILE=prod',
    ],
    [
      'PINPULL_PROFILE',
      'prod\r',
      'PINPULL_PROFILE is "prod\\r", with a line break at its end: write PINPULL_PROFILE=prod',
    ],
    [
      'PINPULL_PROFILE',
      '--profile=prod',
      'PINPULL_PROFILE is "--profile=prod", but must be the value alone: write PINPULL_PROFILE=prod',
    ],
    [
      'PINPULL_PROFILE',
      '--profile prod',
      'PINPULL_PROFILE is "--profile prod", but must be the value alone: write PINPULL_PROFILE=prod',
    ],
    [
      'PINPULL_PROFILE',
      'profile=prod',
      'PINPULL_PROFILE is "profile=prod", but must be the value alone: write PINPULL_PROFILE=prod',
    ],
    [
      'PINPULL_QUIET',
      "'true'",
      `PINPULL_QUIET is "'true'", with quotes in it, which no shell has taken off: write PINPULL_QUIET=true`,
    ],
    [
      'PINPULL_TIMEOUT',
      '10s\n',
      'PINPULL_TIMEOUT is "10s\\n", with a line break at its end: write PINPULL_TIMEOUT=10s',
    ],
  ])('%s=%j', (name, value, reason) => {
    expect(argumentShapeReason([], { [name]: value })).toBe(reason)
  })

  test.each<[argv: string[]]>([
    [[]],
    [['--profile=prod']],
    [['--profile', 'prod', '--quiet']],
    [['--report=my report.json', '--nothing']],
    [['--report', 'my report.json']],
    [['my file.yaml']],
    [['check', 'my file.yaml']],
    [['--unknown option']],
    [['']],
    [['--profile=']],
    [['--image', 'nginx:1']],
    [['prod']],
    [['a=b']],
    [['--image', 'profile=prod']],
    [['config', 'view']],
    [['--', 'a.yaml']],
  ])('have the shape that they should have: %j', (argv) => {
    expect(
      argumentShapeReason(argv, { PINPULL_PROFILE: 'prod', PINPULL_REPORT: 'my report.json' }),
    ).toBeUndefined()
  })
})
