/** One option, for both parsers of the command line: `arguments.ts`, which is fast, and `commander`, which explains. */
export interface OptionSpec {
  /** Without the dashes. `no-` in front turns off what is on by default. */
  readonly name: string
  /** One letter, which stands for the option behind a single dash. */
  readonly short?: string
  /** The name of its value in the help. Absent for a switch. */
  readonly value?: string
  /** Whether the value may be omitted, so that the option is `true`. Only for options of subcommands. */
  readonly optional?: boolean
  readonly description: string
  /**
   * The lowest tier of trust that may set it (`config/trust.ts`), if not only the first. The arguments of a plugin may only
   * choose a profile, restrict what a run does, and set how much is printed.
   */
  readonly tier?: 3
  /** All values, if only these are allowed. */
  readonly choices?: readonly string[]
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

/** @returns an option with a closed list of values */
export function choiceOption(
  name: string,
  value: string,
  choices: readonly string[],
  description: string,
): OptionSpec {
  const parse = (text: string): string => {
    if (choices.includes(text)) return text
    throw new ArgumentError(`"${text}" is not one of ${choices.join(', ')}`)
  }
  return { name, value, description: `${description}: ${choices.join(', ')}`, choices, parse }
}

/** @returns the key of an option among the flags: `lockFile` for `--lock-file`, `color` for `--no-color` */
export function attributeName({ name }: OptionSpec): string {
  const positive = isNegated({ name }) ? name.slice(NO.length) : name
  const [first = '', ...words] = positive.split('-')
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

/** Whether the option turns off what is on by default. */
export function isNegated({ name }: Pick<OptionSpec, 'name'>): boolean {
  return name.startsWith(NO)
}

const NO = 'no-'
