/**
 * One long option. A list of them describes a command line once, for the two that read it: `arguments.ts`, which is
 * quick, and `commander`, which explains.
 */
export interface OptionSpec {
  /** Without the dashes. `no-` in front turns off what is on by default. */
  readonly name: string
  /** What the help calls its value; absent: a switch. */
  readonly value?: string
  /** Whether the value may be left out; the option is then `true`. Only for options of subcommands. */
  readonly optional?: boolean
  readonly description: string
  /**
   * The lowest tier of trust that may set it (`config/trust.ts`); absent: the first alone. Only what chooses a profile,
   * restricts, or says how much is printed may be an argument of a plugin.
   */
  readonly tier?: 3
  /** Every value that it takes, where that is a closed list. */
  readonly choices?: readonly string[]
  /** Values that a shell may offer; others are taken too. */
  readonly suggestions?: readonly string[]
  /** The name of an option that may not stand on the same command line, and that beats this one's variable. */
  readonly conflicts?: string
  /**
   * Reads the value; a text is left as it is where there is no reader. An option given twice is read with what came of
   * it before, so that it may collect.
   * @throws {ArgumentError} saying what is wrong with the text
   */
  // biome-ignore lint/suspicious/noExplicitAny: what came before is what the reader itself returned
  readonly parse?: (text: string, before?: any) => unknown
}

/**
 * The value of an option is not one that it takes. The message says what is wrong; with which option, where that is known,
 * stands beside it. It must not quote what may be a password.
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

/** An option that takes one of a few values. */
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

/** The key that an option has among the values that were read: `--lock-file` is `lockFile`, `--no-color` is `color`. */
export function attributeName({ name }: OptionSpec): string {
  const positive = isNegated({ name }) ? name.slice(NO.length) : name
  const [first = '', ...words] = positive.split('-')
  return words.reduce((attribute, word) => `${attribute}${word[0]?.toUpperCase()}${word.slice(1)}`, first)
}

/** Whether the option turns something off. */
export function isNegated({ name }: Pick<OptionSpec, 'name'>): boolean {
  return name.startsWith(NO)
}

const NO = 'no-'
