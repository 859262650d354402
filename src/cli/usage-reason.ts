import type { CommanderError } from 'commander'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import { COMMAND_GROUPS, COMMANDS } from './command-table.ts'
import type { ArgumentSpec, CommandSpec } from './options/command.ts'
import { renamedOptionReason } from './options/environment.ts'
import type { OptionSpec } from './options/option.ts'
import { commandEquivalent, optionEquivalent } from './options/synonyms.ts'

/**
 * Explains why a command line cannot be read, in the words of the other messages, and says what would do what it seems to mean.
 *
 * @param spec the command that the line calls; undefined if it calls none
 */
export function usageReason(
  error: CommanderError,
  spec: CommandSpec | undefined,
  argv: readonly string[],
): string {
  const reason = error.message.replace(/^error: /, '')
  const [first = ''] = argv
  const group = argv.findIndex((word) => word in COMMAND_GROUPS)
  switch (error.code) {
    case 'commander.help':
      return missingWordReason(argv[group] ?? first)
    case 'commander.unknownCommand':
      return unknownWordReason(argv.slice(group, group + 2))
    case 'commander.unknownOption': {
      const [, word = ''] = /^unknown option '(.*)'$/s.exec(reason) ?? []
      return unknownOptionReason(word, spec)
    }
    case 'commander.optionMissingArgument': {
      const [, flags = '', name = ''] =
        /^option '((?:-\w, )?--([\w-]+).*)' argument missing$/s.exec(reason) ?? []
      const { choices } = spec?.options.find((one) => one.name === name) ?? {}
      return `option '${flags}' needs a value${choices === undefined ? '' : `: ${choices.join(', ')}`}`
    }
    case 'commander.missingArgument':
      return spec?.argument === undefined
        ? reason
        : `pinpull ${spec.words.join(' ')} needs ${argumentText(spec.argument)}`
    case 'commander.invalidArgument': {
      const [, value] = /^command-argument value '(.*)' is invalid/s.exec(reason) ?? []
      return value === undefined || spec?.argument === undefined
        ? reason
        : `pinpull ${spec.words.join(' ')} needs ${argumentText(spec.argument)}, not "${value}"`
    }
    default:
      return reason
  }
}

function argumentText({ name, choices }: ArgumentSpec): string {
  return choices === undefined ? `an argument: ${name}` : `a ${name}: ${choices.join(', ')}`
}

/**
 * Explains an argument of the filter that is no file: a word, `profile=prod`, `prod`.
 * @returns undefined if it can only be meant as the name of a file
 */
export function operandReason(operand: string): string | undefined {
  const [, name = '', value = ''] = /^([\w-]+)[=:](.*)$/s.exec(operand) ?? []
  if (COMMANDS.some(({ options }) => find(options, `--${name}`)?.value !== undefined)) {
    return `"${operand}" is not an option; write --${name}=${value.trim()} (without dashes it is for kpt)`
  }
  const option = COMMANDS.flatMap(({ options }) => options).find((one) => one.suggestions?.includes(operand))
  if (option !== undefined)
    return `there is no file ${operand}; for the ${option.name}, write --${option.name}=${operand}`
  // No command has a dot, a slash, a colon or a star in its name.
  return /^[\w-]+$/.test(operand) ? unknownWordReason([operand], true) : undefined
}

/**
 * Explains words that are no command: `chek`, `config veiw`.
 * @param isFile whether they could have been the name of a file, too
 */
export function unknownWordReason(words: readonly string[], isFile = false): string {
  const word = words.join(' ')
  const meant = commandEquivalent(words.at(-1) ?? '')
  if (meant !== undefined) return `unknown command "${word}"; to ${meant.purpose}: ${meant.use}`
  const known = COMMANDS.map((spec) => spec.words.slice(0, words.length).join(' ')).filter(Boolean)
  const near = suggestionFor(word, [...new Set(known)])
  if (near === undefined && isFile) return `there is no file and no command "${word}"`
  return `unknown command "${word}"${near === undefined ? '' : `; did you mean "${near}"?`}`
}

function missingWordReason(word: string): string {
  const below = COMMANDS.filter((spec) => spec.words[0] === word).map(({ words }) => words.slice(1).join(' '))
  return `${word} needs a command: ${below.join(', ')}`
}

function unknownOptionReason(word: string, spec: CommandSpec | undefined): string {
  const [, name = word, value] = /^(--?[^=\s]+)(=.*)?$/s.exec(word) ?? []
  const own = spec?.options ?? []
  const renamed = renamedOptionReason(name.replace(/^-+/, ''))
  if (renamed !== undefined) return renamed
  if (value !== undefined && find(own, name)?.value === undefined && find(own, name) !== undefined) {
    return `option ${name} takes no value${name === '--update' ? `; to update only images that match a pattern: --update --match '${value.slice(1)}'` : ''}`
  }
  return `unknown option ${name}${meaningOf(name, own)}`
}

/** By meaning first: the option of another command, then what other tools call so; by spelling last. */
function meaningOf(name: string, own: readonly OptionSpec[]): string {
  const others = COMMANDS.filter(
    ({ words, options }) => words.length > 0 && find(options, name) !== undefined,
  )
  if (name === '-o' || name === '--output' || name === '--format') {
    return '; the result goes to stdout: for a report of the run, --report FILE; for lists, pinpull images --output json'
  }
  const meant = optionEquivalent(name)
  if (meant !== undefined) return `; to ${meant.purpose}: ${meant.use}`
  if (others.length > 0) {
    return `, which belongs to ${others.map(({ words }) => `pinpull ${words.join(' ')}`).join(', ')}`
  }
  const near = suggestionFor(
    name,
    [...own, { name: 'version' }, { name: 'help' }].map((option) => `--${option.name}`),
  )
  return near === undefined ? '' : `; did you mean ${near}?`
}

function find(options: readonly OptionSpec[], word: string): OptionSpec | undefined {
  return options.find(({ name, short }) => word === `--${name}` || word === `-${short}`)
}
