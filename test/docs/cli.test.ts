import { describe, expect, test } from 'vitest'
import type { CommandSpec } from '../../src/cli/command.ts'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { isNegated, type OptionSpec } from '../../src/cli/option.ts'
import { expectPage } from '../support/generated-page.ts'

const INTRODUCTION = `# Command line

*Generated from the commands by \`UPDATE=1 npx vitest run test/docs\`; a test compares.*

Every option has an environment twin: \`--lock-file\` is \`PINPULL_LOCK_FILE\`; a switch is on with \`1\`, a list is
separated by spaces, and an empty variable is none at all, where an empty option is refused. An option beats the environment, which beats the configuration. A value that only
another command takes is passed over: \`PINPULL_FORMAT=sarif\` is for \`check\` and \`lock\`, and leaves \`images\` as it is.

| exit code | means |
|---|---|
| 0 | done; warnings do not count |
| 1 | findings: something in the manifests, the lock file or the images is wrong, such as a tag that does not exist, an image that is not locked, or one that is refused |
| 2 | wrong usage or configuration, or a file named there that cannot be used: manifests, the lock file, credentials, settings of registries |
| 3 | a registry, or something else in the world, failed: unreachable, timed out, a status of 5xx, a rate limit, TLS, credentials that could not be had or were refused, a full disk |
| 70 | a defect of Pinpull |

Where several hold, 70 counts before 2, 2 before 3, and 3 before 1: a 1 says that everything could be looked at.
[diagnostics.md](diagnostics.md) has the exit code of every finding. Whatever the code is, if it is not 0, nothing was written.

\`diff --exit-code\` keeps 1 for a difference, as \`git diff\` and \`kubectl diff\` do: what would end with 1 elsewhere ends with 3 there.
`

function section(spec: CommandSpec): string {
  const { words, description, argument, options } = spec
  const name = ['pinpull', ...words].join(' ')
  const takes =
    argument === undefined
      ? ''
      : argument.many
        ? ` [${argument.name.toUpperCase()}…]`
        : ` ${argument.name.toUpperCase()}`
  const text = description.endsWith('.')
    ? description
    : `${description[0]?.toUpperCase()}${description.slice(1)}.`
  const lines = [`## ${name}${takes}`, '', text, '']
  if (argument !== undefined) {
    const choices = argument.choices === undefined ? '' : `: ${argument.choices.join(', ')}`
    lines.push(`\`${argument.name.toUpperCase()}\`: ${argument.description}${choices}.`, '')
  }
  if (options.length > 0) lines.push('| option | |', '|---|---|', ...options.map(row), '')
  return lines.join('\n')
}

function row({ name, value, description }: OptionSpec): string {
  const text = description.replaceAll('|', '\\|').replaceAll('*', '\\*')
  return `| \`--${name}${value === undefined ? '' : ` ${value.toUpperCase()}`}\` | ${text} |`
}

test('docs/cli.md has every command and option', () => {
  expectPage('cli.md', [INTRODUCTION, ...COMMANDS.map(section)].join('\n'))
})

describe('the commands themselves', () => {
  test('no option is there twice in a command', () => {
    const twice = COMMANDS.flatMap(({ words, options }) =>
      options
        .map(({ name }) => name)
        .filter((name, at, all) => all.indexOf(name) < at)
        .map((name) => `${words.join(' ')} --${name}`),
    )
    expect(twice).toEqual([])
  })

  test('one option means the same in every command', () => {
    const kinds = new Map<string, Set<string>>()
    for (const option of COMMANDS.flatMap(({ options }) => options)) {
      const kind = isNegated(option) ? 'off' : option.value === undefined ? 'switch' : 'value'
      kinds.set(option.name, (kinds.get(option.name) ?? new Set()).add(kind))
    }
    expect([...kinds].filter(([, all]) => all.size > 1)).toEqual([])
  })
})
