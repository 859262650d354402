import { COMMANDS } from './command-table.ts'
import { type Environment, variableName } from './options/environment.ts'
import type { OptionSpec } from './options/option.ts'
import { commandEquivalent } from './options/synonyms.ts'

const HOSTS = 'Helm, helmfile and Terraform hand each argument on as it is'

/**
 * Explains an argument whose shape shows that no shell has split it or taken its quotes off, or a variable of such a shape: hosts hand
 * both on as they are written. Only for command lines that are wrong: a file may be named like anything.
 *
 * @param argv the arguments, without the program's own name
 * @returns undefined if each has the shape that it should have
 */
export function argumentShapeReason(argv: readonly string[], env: Environment): string | undefined {
  for (const [index, word] of argv.entries()) {
    const reason =
      wordReason(word, argv[index - 1]) ?? (index === 0 ? firstWordReason(word, argv[1]) : undefined)
    if (reason !== undefined) return reason
    if (word === '--') return afterOptionsReason(argv[index + 1] ?? '') ?? variableReason(env)
  }
  return variableReason(env)
}

/** @param word the first one behind `--` */
function afterOptionsReason(word: string): string | undefined {
  return isOption(word)
    ? `"--" ends the options, so that "${word}" is read as a file: leave it out`
    : undefined
}

function wordReason(word: string, before: string | undefined): string | undefined {
  if (isValueOf(before)) return valueReason(word, (value) => `${before}=${value}`)
  const [, dash = ''] = /^\s*["']?([\u2010-\u2015\u2212])/.exec(word) ?? []
  const typed = `--${word.replace(/^[\s"'\u2010-\u2015\u2212-]+/, '')}`
  if (dash !== '' && isOption(typed)) {
    return `${shown(word)} begins with "${dash}", which is no hyphen: write ${unquoted(typed)}`
  }
  const bare = unquoted(word)
  const spaced = bare.replace(/^(--?)\s+(?=\S)/, '$1')
  if (!isOption(spaced)) return assignmentReason(word)
  const parts = argumentsIn(spaced)
  if (/^(?:--?\s)/.test(bare) || /^--?[\w-]+\s/.test(bare)) {
    const what = /\s/.test(bare) ? 'is one argument with several words in it' : 'is one argument'
    return `${shown(word)} ${what}: write ${listed(parts)}; ${HOSTS}`
  }
  if (bare !== word) return `${shown(word)} has ${quotesOrSpace(word)}: write ${bare}; ${HOSTS}`
  const [, option = '', value] = /^(--?[\w-]+)=(.*)$/s.exec(word) ?? []
  return value === undefined ? undefined : valueReason(value, (meant) => `${option}=${meant}`)
}

/** `profile=prod`, as kpt has it. */
function assignmentReason(word: string): string | undefined {
  const [, name = '', value = ''] = /^([\w-]+)=(.+)$/s.exec(word) ?? []
  return isValueOf(`--${name}`)
    ? `"${word}" is not an option; write --${name}=${unquoted(value)} (without dashes it is for kpt)`
    : undefined
}

/** The words before an option: the program's own name, a command and its options in one, a profile without its dashes. */
function firstWordReason(word: string, next: string | undefined): string | undefined {
  if (/^(?:.*[\\/])?pinpull(?:\.cmd|\.js|\.exe)?$/.test(word)) {
    return `"${word}" is the program itself, and no argument: leave it out`
  }
  const words = unquoted(word).split(/\s+/)
  const isCommand =
    words.length > 1 && COMMANDS.some((spec) => spec.words.length > 0 && spec.words[0] === words[0])
  if (isCommand)
    return `${shown(word)} is one argument with several words in it: write ${listed(words)}; ${HOSTS}`
  if (words[0] === 'pinpull' && words.length > 1) {
    return `${shown(word)} is one argument with several words in it: write ${listed(argumentsIn(words.slice(1).join(' ')))}; ${HOSTS}`
  }
  const isCommandWord =
    COMMANDS.some((spec) => spec.words[0] === word) || commandEquivalent(word) !== undefined
  return !isCommandWord && isValueOf(`--${word}`) && next !== undefined
    ? `"${word}" is not an option; write --${word}=${next}`
    : undefined
}

/** @param write the argument with another value */
function valueReason(value: string, write: (value: string) => string): string | undefined {
  const rest = /^(\S+)\s+(-.*)$/s.exec(value.trim())
  if (rest !== null && isOption(rest[2] ?? '')) {
    const parts = [write(rest[1] ?? ''), ...argumentsIn(rest[2] ?? '')]
    return `${shown(write(value))} is one argument with several words in it: write ${listed(parts)}; ${HOSTS}`
  }
  const bare = unquoted(value)
  if (bare === value || bare === '') return undefined
  return `${shown(write(value))} has ${quotesOrSpace(value)}: write ${write(bare)}; ${HOSTS}`
}

function variableReason(env: Environment): string | undefined {
  for (const option of COMMANDS.flatMap(({ options }) => options)) {
    const name = variableName(option)
    const value = option.hasVariable === false ? undefined : env[name]
    if (value === undefined) continue
    const bare = unquoted(value)
    const meant = new RegExp(`^(?:--)?(?:${option.name}|${name})[= ](.*)$`, 's').exec(bare)?.[1]
    if (meant !== undefined)
      return `${name} is ${shown(value)}, but must be the value alone: write ${name}=${unquoted(meant)}`
    if (bare !== value && bare !== '')
      return `${name} is ${shown(value)}, with ${quotesOrSpace(value)}: write ${name}=${bare}`
  }
  return undefined
}

/** Splits a text at white space, as a shell does, and joins an option with the value behind it. */
function argumentsIn(text: string): readonly string[] {
  const found: string[] = []
  for (const word of text.trim().split(/\s+/).map(unquoted)) {
    const last = found.at(-1)
    if (!word.startsWith('-') && isValueOf(last)) found.splice(-1, 1, `${last}=${word}`)
    else found.push(word)
  }
  return found
}

/** Takes off the white space and one pair of quotes around a text, as a shell would have. */
function unquoted(text: string): string {
  const trimmed = text.trim()
  return /^(["']).*\1$/s.test(trimmed) && trimmed.length > 1 ? trimmed.slice(1, -1).trim() : trimmed
}

function quotesOrSpace(text: string): string {
  if (/^\s*["']/.test(text)) return 'quotes in it, which no shell has taken off'
  return /\r\n?$|\n$/.test(text) ? 'a line break at its end' : 'white space around it'
}

function isOption(word: string): boolean {
  return optionOf(word) !== undefined
}

/** Whether a word is an option, without its value, that takes one. */
function isValueOf(word: string | undefined): boolean {
  return word !== undefined && !word.includes('=') && optionOf(word)?.value !== undefined
}

function optionOf(word: string): OptionSpec | undefined {
  const [name = ''] = word.split(/[=\s]/, 1)
  return COMMANDS.flatMap(({ options }) => options).find(
    (option) => name === `--${option.name}` || (option.short !== undefined && name === `-${option.short}`),
  )
}

/** In the quotes that it does not hold itself, with escapes for what cannot be seen. */
function shown(word: string): string {
  const escaped = JSON.stringify(word)
  return word.includes('"') && !word.includes("'")
    ? `'${escaped.slice(1, -1).replaceAll('\\"', '"')}'`
    : escaped
}

function listed(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}, each as an argument of its own`
}
