/**
 * What is not to be seen, or moves what is: control characters, marks that turn the direction of text, line and paragraph
 * separators, joiners, fillers, tags and variation selectors, lone surrogates, characters that are none, the blank of
 * braille. Two kinds are taken for themselves first, since text that people write has them: the joiner between two
 * emoji, and the selector behind one that says how it is drawn.
 */
const HIDDEN =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufdd0-\ufdef\ufffe\uffff])/gu

/** Most text is this, and then nothing has to be looked up in Unicode's tables. */
const ASCII = /^[ -~]*$/

/** What breaks a line, in one system or another. */
const LINE_BREAKS = /[\t\n\v\f\r\x85\u2028\u2029]+/g

/**
 * What CI systems take for a command wherever it stands in a line: GitHub's runner (src/Runner.Common/ActionCommand.cs,
 * `TryParse`) and Azure's agent, `##[` and `##vso[`; TeamCity, `##teamcity[`.
 */
const COMMAND_ANYWHERE = /##(?=(?:vso|teamcity)?\[)/gi

/** What GitHub's runner takes for a command at the beginning of a line, whatever blanks are before it (`TryParseV2`). */
const COMMAND_AT_START = /^(\s*):(?=:[a-z][\w-]*(?:\s|::|$))/i

/**
 * A text as it may be printed on a line, wherever it comes from: a manifest, a registry, a helper, the command line. It
 * stays on the line, drives no terminal and no CI system, and shows what is hidden in it as the escapes of JSON
 * (`nginx\u200b`). kpt drops every line of standard error that holds the text `Digest: sha256`, so that this is changed, too.
 */
export function printable(text: string): string {
  return escapeHidden(text.replace(LINE_BREAKS, ' '), jsonEscape)
    .replace(COMMAND_ANYWHERE, '#\\u0023')
    .replace(COMMAND_AT_START, '$1\\u003a')
    .replace(/Digest: (?=sha)/g, 'Digest ')
}

/** Several lines, each of them `printable`. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/**
 * A text as a word of a listing: as it is where that is one printable word, which no shell, CI system or reader of the
 * listing can take for something else; otherwise as a JSON string, which has lost nothing.
 */
export function printableWord(text: string): string {
  const isPlain = /^[^\s"'#:-][^\s"']*$/.test(text) && printable(text) === text
  // A program that takes the quotes off, as xargs does, would find an option.
  return isPlain ? text : quoteText(text).replace(/^"-/, '"\\u002d')
}

/** Lines of a diff, which keep their tabs, a byte order mark at their beginning, and a carriage return at their end. */
export function printableDiff(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const [, mark = '', content = '', end = ''] = /^([ +-]?\ufeff?)(.*?)(\r?)$/s.exec(line) ?? []
      const parts = content.split('\t').map((part) => escapeHidden(part, jsonEscape))
      const shown = parts.join('\t').replace(COMMAND_ANYWHERE, '#\\u0023')
      const isAtStart = !/^[+-]/.test(mark)
      return `${mark}${isAtStart ? shown.replace(COMMAND_AT_START, '$1\\u003a') : shown}${end}`
    })
    .join('\n')
}

/** A text as a JSON string in which what is hidden is escaped, and what a CI system could obey. */
export function quoteText(text: string): string {
  return escapeJson(JSON.stringify(text))
}

/** JSON, as `JSON.stringify` writes it, in which what is hidden is escaped, and what a CI system could obey. */
export function escapeJson(json: string): string {
  return escapeStrings(json, jsonEscape)
}

/** A text as a YAML string in double quotes, likewise. YAML has no escapes for the halves of a surrogate pair. */
export function quoteYaml(text: string): string {
  return escapeStrings(JSON.stringify(text), (sign) =>
    sign.length === 1 ? jsonEscape(sign) : `\\U${hex(sign.codePointAt(0) as number, 8)}`,
  )
}

/**
 * Replaces every hidden character.
 * @param toEscape is given one character, and gives what stands for it
 */
export function escapeHidden(text: string, toEscape: (sign: string) => string): string {
  if (ASCII.test(text)) return text
  return text.replace(HIDDEN, (sign: string, hidden: string | undefined) =>
    hidden === undefined ? sign : toEscape(hidden),
  )
}

function escapeStrings(json: string, toEscape: (sign: string) => string): string {
  // Line breaks are between values: in a string they are escaped already.
  const lines = json.split('\n').map((line) => escapeHidden(line, toEscape))
  return lines.join('\n').replace(COMMAND_ANYWHERE, '#\\u0023')
}

function jsonEscape(sign: string): string {
  return [...Array(sign.length).keys()].map((at) => `\\u${hex(sign.charCodeAt(at), 4)}`).join('')
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}
