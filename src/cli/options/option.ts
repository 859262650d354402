/** One option, for both parsers of the command line: `arguments.ts`, which is fast, and `commander`, which explains. */
export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string
  /** One letter, which stands for the option behind a single dash. */
  readonly short?: string | undefined
  /** The name of its value in the help. Absent for a switch. */
  readonly value?: string
  /** Other spellings, which the help does not show: an option that had another name keeps it. */
  readonly aliases?: readonly OptionAlias[]
  readonly description: string
  /**
   * The lowest tier of trust that may set it (`config/trust.ts`), if not only the first. The arguments of a plugin may only
   * choose a profile, restrict what a run does, and set how much is printed.
   */
  readonly tier?: 3
  /** All values, if only these are allowed. */
  readonly choices?: readonly string[]
  /** Values that the option has in other commands only: in its variable they are ignored here. */
  readonly foreign?: readonly string[]
  /** Values that shells offer; others are allowed, too. */
  readonly suggestions?: readonly string[]
  /** The name of an option that may not be given with it, and that overrides this one's variable. */
  readonly conflicts?: string
  /**
   * False if no environment variable sets it: what chooses the files of a run, or writes to them, is said on the command line,
   * where a host's environment cannot replace its stream.
   */
  readonly hasVariable?: false
  /**
   * Parses the value, which is a string without a parser. For an option that is given twice, `before` is the result of the
   * first time, so that values can be collected.
   * @throws {ArgumentError} for an invalid value
   */
  // biome-ignore lint/suspicious/noExplicitAny: it is what the parser itself returned
  readonly parse?: (text: string, before?: any) => unknown
}

/** Another spelling of an option. */
export interface OptionAlias {
  /** Without the dashes. */
  readonly name: string
  /** The value that the alias, a switch, stands for. Without it the alias takes a value, as the option does. */
  readonly means?: string
}

/**
 * An invalid value of an option. The message must not quote what may be a password.
 */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError'
  /** As the help shows the option: `--mirror <host=url>`. */
  readonly option: string | undefined

  constructor(message: string, option?: string) {
    super(message)
    this.option = option
  }
}

/**
 * @param synonyms other words for some of the values
 * @returns an option with a closed list of values
 */
export function choiceOption(
  name: string,
  value: string,
  choices: readonly string[],
  description: string,
  synonyms: ReadonlyMap<string, string> = new Map(),
): OptionSpec {
  const parse = (text: string): string => {
    const found = [text, synonyms.get(text)].find((one) => one !== undefined && choices.includes(one))
    if (found !== undefined) return found
    throw new ArgumentError(`"${text}" is not one of ${choices.join(', ')}`)
  }
  return { name, value, description: `${description}: ${choices.join(', ')}`, choices, parse }
}

/** @returns the key of an option among the flags: `lockFile` for `--lock-file` */
export function attributeName({ name }: Pick<OptionSpec, 'name'>): string {
  const [first = '', ...words] = name.split('-')
  return words.reduce((attribute, word) => `${attribute}${word[0]?.toUpperCase()}${word.slice(1)}`, first)
}

/**
 * @param word `--name` or `-n`, without a value behind `=`
 * @returns the option that a word of the command line is
 */
export function findOption(specs: readonly OptionSpec[], word: string): OptionSpec | undefined {
  return specs.find(
    ({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`),
  )
}

/**
 * Replaces other spellings of an option by the one that both parsers know.
 * @param word of a command line, such as `--no-color` or `--format=json`
 * @returns `--color=never`, `--output=json`; any other word as it is
 */
export function withoutAlias(specs: readonly OptionSpec[], word: string): string {
  if (!word.startsWith('--')) return word
  for (const { name, aliases = [] } of specs) {
    for (const { name: alias, means } of aliases) {
      if (means !== undefined && word === `--${alias}`) return `--${name}=${means}`
      if (means === undefined && (word === `--${alias}` || word.startsWith(`--${alias}=`)))
        return `--${name}${word.slice(alias.length + 2)}`
    }
  }
  return word
}
