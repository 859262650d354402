/** The header of a block scalar: `|`, `>-`, `|+2`, `>2- # comment`. */
const HEADER = /^([|>])(?:([-+])?([1-9])?|([1-9])([-+]))[ \t]*(?:#.*)?$/

/**
 * Reads a block scalar as Kubernetes does: by scannerc.go `yaml_parser_scan_block_scalar` of go.yaml.in/yaml/v2, whose
 * rules for blank lines differ from YAML 1.2. Kubernetes adds a line feed to the last line if it has none (apimachinery,
 * `pkg/util/yaml/decoder.go`, `LineReader.Read`).
 * @param text from the scalar's `|` or `>` to the end of the document, decoded as Latin-1
 * @param parentColumn the column of the mapping or sequence around the scalar; -1 at the root
 * @returns the value, as Latin-1 like the text, with line feeds for all line breaks; undefined if go-yaml rejects the scalar:
 *   its header is invalid or a tab is in its indentation
 */
export function readKubernetesBlockScalar(text: string, parentColumn: number): string | undefined {
  const lines = new Lines(text)
  const [, indicator, sign, digit, otherDigit, otherSign] = HEADER.exec(lines.next() ?? '') ?? []
  if (indicator === undefined) return undefined
  const chomping = sign ?? otherSign
  const increment = Number(digit ?? otherDigit ?? 0)
  const breaks = new Breaks(lines, increment === 0 ? 0 : Math.max(parentColumn, 0) + increment, parentColumn)
  let value = ''
  // The line break after the last line, which may be folded.
  let lineBreak = ''
  let wasBlank = false
  let blankLines = breaks.skip()
  while (!breaks.hasTab && breaks.isText()) {
    const line = (lines.next() ?? '').slice(breaks.indent)
    const isBlank = /^[ \t]/.test(line)
    const isFolded = indicator === '>' && !wasBlank && !isBlank && lineBreak !== ''
    if (!isFolded) value += lineBreak
    else if (blankLines === 0) value += ' '
    value += '\n'.repeat(blankLines) + line
    lineBreak = '\n'
    wasBlank = isBlank
    blankLines = breaks.skip()
  }
  if (breaks.hasTab) return undefined
  if (chomping !== '-') value += lineBreak
  return chomping === '+' ? value + '\n'.repeat(blankLines) : value
}

/** Iterates over the lines of a text. */
class Lines {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** @returns the next line, without its line break; undefined at the end */
  peek(): string | undefined {
    if (this.#at >= this.#text.length) return undefined
    const end = this.#text.indexOf('\n', this.#at)
    const line = this.#text.slice(this.#at, end === -1 ? undefined : end)
    return line.endsWith('\r') ? line.slice(0, -1) : line
  }

  next(): string | undefined {
    const line = this.peek()
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end === -1 ? this.#text.length : end + 1
    return line
  }
}

/** The blank lines between lines of text (`yaml_parser_scan_block_scalar_breaks`). */
class Breaks {
  /** The indentation of the text; 0 while it is unknown. */
  indent: number
  /** Whether there is a tab in the indentation. */
  hasTab = false
  readonly #lines: Lines
  readonly #parentColumn: number

  constructor(lines: Lines, indent: number, parentColumn: number) {
    this.#lines = lines
    this.indent = indent
    this.#parentColumn = parentColumn
  }

  /** Skips blank lines, and determines the indentation. @returns how many lines were skipped */
  skip(): number {
    let count = 0
    let longest = 0
    for (let line = this.#lines.peek(); line !== undefined; line = this.#lines.peek()) {
      const spaces = line.search(/[^ ]|$/)
      const column = this.indent === 0 ? spaces : Math.min(spaces, this.indent)
      longest = Math.max(longest, column)
      const isShort = this.indent === 0 || column < this.indent
      if (isShort && line[column] === '\t') this.hasTab = true
      if (column < line.length) break
      this.#lines.next()
      count += 1
    }
    if (this.indent === 0) this.indent = Math.max(longest, this.#parentColumn + 1, 1)
    return count
  }

  /** Whether the next line has text. */
  isText(): boolean {
    const line = this.#lines.peek()
    return line !== undefined && Math.min(line.search(/[^ ]|$/), this.indent) === this.indent
  }
}
