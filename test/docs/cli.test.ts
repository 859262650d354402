import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import type { CommandSpec } from '../../src/cli/options/command.ts'
import type { OptionSpec } from '../../src/cli/options/option.ts'
import { groupedOptions } from '../../src/cli/options/option-groups.ts'
import { expectPage } from '../support/generated-page.ts'

const NO_VARIABLE = [
  ...new Set(
    COMMANDS.flatMap(({ options }) =>
      options.filter(({ hasVariable }) => hasVariable === false).map(({ name }) => `\`--${name}\``),
    ),
  ),
].join(', ')

const FORMATS = COMMANDS.flatMap(({ words, options }) => {
  const { choices = [] } = options.find(({ name }) => name === 'output') ?? {}
  const formats = choices.map((format) => `\`${format}\``).join(', ')
  return choices.length === 0 ? [] : [`| \`pinpull ${words.join(' ')}\` | ${formats} |`]
}).join('\n')

const INTRODUCTION = `# Command line

*Generated from the commands by \`UPDATE=1 npx vitest run test/docs\`; a test compares.*

Every option except ${NO_VARIABLE} can also be set with an environment variable: \`--lock-file\` with \`PINPULL_LOCK_FILE\`. A switch is on with \`1\`, and a list is
separated by spaces. An empty variable counts as unset; an empty option value is an error. Options override the environment, which overrides the
configuration. A value that only another command accepts is ignored: \`PINPULL_FORMAT=sarif\` applies to \`check\` and \`lock\`, but not to \`images\`.

| exit code | means |
|---|---|
| 0 | done; warnings do not count |
| 1 | something in the manifests, the lock file or the images is wrong, such as a tag that does not exist, an image that is not locked, or one that is not allowed |
| 2 | wrong usage or configuration, or a file that they name cannot be used: manifests, the lock file, credentials, settings of registries |
| 3 | a registry, the network or the machine failed: unreachable, timed out, a status of 5xx, a rate limit, TLS, credentials that were refused or could not be obtained, a full disk |
| 70 | a defect of Pinpull |

If several apply, 70 wins over 2, 2 over 3, and 3 over 1; so 1 means that everything could be checked.
[diagnostics.md](diagnostics.md) lists the exit code of every diagnostic. If the code is not 0, no manifests were written.

Files are read in their order, those of \`-f\` first; in a folder, \`*.yaml\`, \`*.yml\` and \`*.json\` with everything below it. The manifests of several files are printed as one stream, in which only a
missing line break and \`---\` lines are added; nothing is printed if one of them has an error. \`-\` is standard input, which is also read if no file is named. If it carries data
beside files without a \`-\`, Pinpull exits with 2. At a terminal without files it prints a short help.

\`diff --exit-code\` exits with 1 only if something would change, as \`git diff\` and \`kubectl diff\` do; diagnostics that exit with 1 elsewhere exit with 3 there.

\`--fail-on warning\` makes warnings count, too, with the exit code of their class. With \`check\` and \`lock --check\`, \`--fail-on never\` ends with 0 where the code would be 1;
what could not be checked still fails. Severities in reports stay as they are: the configuration (\`findings\`) changes those.

## Formats

\`-o FORMAT\`, \`--output FORMAT\` and \`--format FORMAT\` are the same option. \`text\` and \`table\` are for people, and both words mean the same. \`json\` and \`yaml\` are one document that begins
with Pinpull's version (\`tool.version\`), or with an \`apiVersion\`; keys are only added. \`name\` has one name on each line, for scripts. The first format is the default:

| command | formats |
|---|---|
${FORMATS}

\`--color\` wins over \`NO_COLOR\`, and \`NO_COLOR\` over \`FORCE_COLOR\`; without them, there are colours at a terminal.
`

function section(spec: CommandSpec): string {
  const { words, description, argument, options, examples } = spec
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
  if (options.length > 0) lines.push('| option | |', '|---|---|', ...groupedOptions(options).map(row), '')
  lines.push('```sh', ...examples.map(([line, purpose]) => `${line}  # ${purpose}`), '```', '')
  return lines.join('\n')
}

function row({ name, short, value, description }: OptionSpec): string {
  const text = description.replaceAll('|', '\\|').replaceAll('*', '\\*')
  const letter = short === undefined ? '' : `-${short}, `
  return `| \`${letter}--${name}${value === undefined ? '' : ` ${value.toUpperCase()}`}\` | ${text} |`
}

test('docs/cli.md has every command and option', () => {
  expectPage('cli.md', [INTRODUCTION, ...COMMANDS.map(section)].join('\n'))
})

describe('the commands themselves', () => {
  test('no option appears twice in a command', () => {
    const twice = COMMANDS.flatMap(({ words, options }) =>
      options
        .map(({ name }) => name)
        .filter((name, at, all) => all.indexOf(name) < at)
        .map((name) => `${words.join(' ')} --${name}`),
    )
    expect(twice).toEqual([])
  })

  test('one letter stands for the same option in every command', () => {
    const names = new Map<string, Set<string>>()
    for (const { short, name } of COMMANDS.flatMap(({ options }) => options)) {
      if (short !== undefined) names.set(short, (names.get(short) ?? new Set()).add(name))
    }
    expect([...names].filter(([, all]) => all.size > 1)).toEqual([])
  })

  test('one option means the same in every command', () => {
    const kinds = new Map<string, Set<string>>()
    for (const option of COMMANDS.flatMap(({ options }) => options)) {
      const kind = option.value === undefined ? 'switch' : 'value'
      kinds.set(option.name, (kinds.get(option.name) ?? new Set()).add(kind))
    }
    expect([...kinds].filter(([, all]) => all.size > 1)).toEqual([])
  })
})
