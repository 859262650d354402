import { Command } from 'commander'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseArguments } from '../../../src/cli/options/arguments.ts'
import { FILENAME_OPTION, FILTER_OPTIONS } from '../../../src/cli/options/common-options.ts'
import type { OptionSpec } from '../../../src/cli/options/option.ts'
import { withoutAlias } from '../../../src/cli/options/option.ts'
import { applyEnvironment, commanderOption } from '../../../src/cli/program.ts'

/** What `commander` makes of the same line; undefined where it refuses it, or prints help. */
function readByCommander(
  argv: readonly string[],
  env: Record<string, string> = {},
  specs: readonly OptionSpec[] = FILTER_OPTIONS,
): unknown {
  const command = new Command('pinpull')
    .version('0.0.0')
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .action(() => {})
  for (const spec of specs) command.addOption(commanderOption(spec))
  try {
    command.parse(
      argv.map((word) => withoutAlias(FILTER_OPTIONS, word)),
      { from: 'user' },
    )
  } catch {
    return undefined
  }
  applyEnvironment(command, FILTER_OPTIONS, env)
  return command.opts()
}

describe('the quick reader of arguments', () => {
  test.each<[string, Record<string, unknown>]>([
    ['', {}],
    ['--profile dev', { profile: 'dev' }],
    ['--profile=dev', { profile: 'dev' }],
    ['--profile dev --profile staging', { profile: 'staging' }],
    ['--report a=b.json', { report: ['a=b.json'] }],
    ['--report=a=b.json', { report: ['a=b.json'] }],
    ['--quiet --no-color', { color: 'never', quiet: true }],
    ['-q --color always', { color: 'always', quiet: true }],
    ['-v --no-color --color=auto', { color: 'auto', verbose: true }],
    ['--color=always --no-color', { color: 'never' }],
    ['--lock-file x --timeout 1m', { lockFile: 'x', timeout: 60_000 }],
    [
      '--mirror a=http://b --mirror=c=https://d',
      {
        mirror: [
          { host: 'a', url: 'http://b' },
          { host: 'c', url: 'https://d' },
        ],
      },
    ],
  ])('reads %j as commander does', (line, values) => {
    const argv = line.split(' ').filter(Boolean)
    expect(parseArguments(FILTER_OPTIONS, argv, {})).toEqual(values)
    expect(readByCommander(argv)).toEqual(values)
  })

  test.each([
    '--help',
    '-h',
    '--version',
    'check',
    '--unknown',
    '--quiet --verbose',
    '--verbose --quiet',
    '--quiet=1',
    '--profile',
    '--profile=',
    '--timeout soon',
    '--mirror nonsense',
    '--profile --quiet',
    '--prof dev',
    '--',
    '-',
  ])('leaves %j to commander', (line) => {
    expect(parseArguments(FILTER_OPTIONS, line.split(' '), {})).toBeUndefined()
  })

  test.each<[Record<string, string>, string, Record<string, unknown>]>([
    [{ PINPULL_PROFILE: 'dev' }, '', { profile: 'dev' }],
    [{ PINPULL_PROFILE: 'dev' }, '--profile staging', { profile: 'staging' }],
    [{ PINPULL_PROFILE: '' }, '', {}],
    [{ PINPULL_QUIET: 'yes' }, '', { quiet: true }],
    [{ PINPULL_QUIET: '0' }, '', { quiet: false }],
    [{ PINPULL_QUIET: '1' }, '--verbose', { verbose: true }],
    [{ PINPULL_CHECK_DIGESTS: '1' }, '--locked', { locked: true }],
    [{ PINPULL_LOCKED: '1' }, '--check-digests', { locked: true, checkDigests: true }],
    [{ PINPULL_NO_COLOR: '1' }, '', { color: 'never' }],
    [{ PINPULL_NO_COLOR: '0' }, '', {}],
    [{ PINPULL_COLOR: 'always', PINPULL_NO_COLOR: '1' }, '', { color: 'always' }],
    [{ PINPULL_COLOR: 'always' }, '--no-color', { color: 'never' }],
    [{ PINPULL_LOCK_FILE: 'x', PINPULL_TIMEOUT: '2s' }, '', { lockFile: 'x', timeout: 2000 }],
    [
      { PINPULL_MIRROR: 'a=http://b c=http://d' },
      '',
      {
        mirror: [
          { host: 'a', url: 'http://b' },
          { host: 'c', url: 'http://d' },
        ],
      },
    ],
  ])('takes from the environment %j what is not in %j', (env, line, values) => {
    const argv = line.split(' ').filter(Boolean)
    expect(parseArguments(FILTER_OPTIONS, argv, env)).toEqual(values)
    expect(readByCommander(argv, env)).toEqual(values)
  })

  test.each<[Record<string, string>, string]>([
    [{ PINPULL_QUIET: 'maybe' }, 'PINPULL_QUIET is "maybe", but must be 1 or 0'],
    [
      { PINPULL_TIMEOUT: 'soon' },
      'PINPULL_TIMEOUT: "soon" is not a duration with a unit: use 30s, 2m or 1m30s',
    ],
  ])('refuses %j as commander does', (env, reason) => {
    const refusal = expect.objectContaining({ code: 'USAGE', args: { reason } })
    expect(() => parseArguments(FILTER_OPTIONS, [], env)).toThrow(refusal)
    expect(() => readByCommander([], env)).toThrow(refusal)
  })

  test.each(FILTER_OPTIONS.filter(({ value }) => value !== undefined).map(({ name }) => [name]))(
    'an empty --%s is refused, and its empty variable is none',
    (name) => {
      expect(parseArguments(FILTER_OPTIONS, [`--${name}=`], {})).toBe(undefined)
      expect(readByCommander([`--${name}=`])).toBe(undefined)
      const variable = `PINPULL_${name.toUpperCase().replaceAll('-', '_')}`
      expect(readByCommander([], { [variable]: '' })).toEqual(readByCommander([], {}))
    },
  )

  describe('an option with a letter and without a variable', () => {
    const specs: readonly OptionSpec[] = [FILENAME_OPTION, { name: 'quiet', short: 'q', description: '' }]

    test.each<[string, Record<string, unknown>]>([
      ['-f a.yaml', { filename: ['a.yaml'] }],
      ['-f a.yaml --filename b.yaml --filename=c.yaml', { filename: ['a.yaml', 'b.yaml', 'c.yaml'] }],
      ['-q -f a.yaml', { quiet: true, filename: ['a.yaml'] }],
    ])('%s', (line, values) => {
      expect(parseArguments(specs, line.split(' '), {})).toEqual(values)
      expect(readByCommander(line.split(' '), {}, specs)).toEqual(values)
    })

    test.each([
      ['-fa.yaml', { filename: ['a.yaml'] }],
      ['-qf a.yaml', { quiet: true, filename: ['a.yaml'] }],
      ['-f -', { filename: ['-'] }],
      ['-f', undefined],
      ['-F a.yaml', undefined],
    ])('%s is left to commander', (line, values) => {
      expect(parseArguments(specs, line.split(' '), {})).toBeUndefined()
      expect(readByCommander(line.split(' '), {}, specs)).toEqual(values)
    })

    test('PINPULL_FILENAME does nothing', () => {
      const env = { PINPULL_FILENAME: 'a.yaml' }
      expect(parseArguments(specs, [], env)).toEqual({})
      expect(readByCommander([], env, specs)).toEqual({})
    })
  })

  test('what it reads, commander reads the same', () => {
    // Patterns become functions, which cannot be compared.
    const specs = FILTER_OPTIONS.filter(({ name }) => name !== 'exclude')
    const words = specs.flatMap(({ name }) => [`--${name}`, `--${name}=a`, `--${name}=`])
    const word = fc.constantFrom(...words, 'a', '30s', 'a=http://b', '-x', '--', '', 'check')
    let read = 0
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (argv) => {
        const values = parseArguments(FILTER_OPTIONS, argv, {})
        if (values === undefined) return
        read += 1
        expect(readByCommander(argv)).toEqual(values)
      }),
      { numRuns: 3000, seed: 8 },
    )
    expect(read).toBeGreaterThan(200)
  })
})
