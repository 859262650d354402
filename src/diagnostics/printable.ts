/**
 * Characters that are invisible or rearrange others: control characters, bidirectional marks, line and paragraph
 * separators, joiners, fillers, tags and variation selectors, lone surrogates, noncharacters, the braille blank. The first
 * two alternatives match, and so keep, ordinary uses: the joiner between two emoji, and the variation selector after one.
 * Made when it is needed, because V8 loads Unicode's tables for it: more than a millisecond of every start.
 */
function hiddenCharacters(): RegExp {
  return /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufdd0-\ufdef\ufffe\uffff])/gu
}

/** Fast path: printable ASCII has no hidden characters. */
const ASCII = /^[ -~]*$/

/** Characters that break a line in some system. */
const LINE_BREAKS = /[\t\n\v\f\r\x85\u2028\u2029]+/g

/**
 * Text that CI systems read as a command anywhere in a line: GitHub's runner (src/Runner.Common/ActionCommand.cs,
 * `TryParse`) and Azure's agent, `##[` and `##vso[`; TeamCity, `##teamcity[`.
 */
const COMMAND_ANYWHERE = /##(?=(?:vso|teamcity)?\[)/gi

/** Text that GitHub's runner reads as a command at the beginning of a line, after optional white space (`TryParseV2`). */
const COMMAND_AT_START = /^(\s*):(?=:[a-z][\w-]*(?:\s|::|$))/i

/**
 * Makes text from any source (a manifest, a registry, a helper, the command line) safe to print within a line. The result
 * has no line break, controls no terminal and no CI system, and shows hidden characters as JSON escapes
 * (`nginx\u200b`). `Digest: sha256` is changed as well, since kpt drops every line of standard error that contains it.
 */
export function printable(text: string): string {
  return escapeHidden(text.replace(LINE_BREAKS, ' '), jsonEscape)
    .replace(COMMAND_ANYWHERE, '#\\u0023')
    .replace(COMMAND_AT_START, '$1\\u003a')
    .replace(/Digest: (?=sha)/g, 'Digest ')
}

/** Makes each line of a text `printable`, and keeps the line breaks. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/**
 * Formats a text as one word of a listing: unchanged if it is one printable word that no shell, CI system or reader of the
 * listing can misread, otherwise as a JSON string, which is lossless.
 */
export function printableWord(text: string): string {
  const isPlain = /^[^\s"'#:-][^\s"']*$/.test(text) && printable(text) === text
  // A program that takes the quotes off, as xargs does, would find an option.
  return isPlain ? text : quoteText(text).replace(/^"-/, '"\\u002d')
}

/** Makes the lines of a diff printable; tabs, a leading byte order mark and a trailing carriage return are kept. */
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

/** Quotes a text as a JSON string, with hidden characters and commands of CI systems escaped. */
export function quoteText(text: string): string {
  return escapeJson(JSON.stringify(text))
}

/** Escapes hidden characters and commands of CI systems in JSON that `JSON.stringify` wrote. */
export function escapeJson(json: string): string {
  return escapeStrings(json, jsonEscape)
}

/** Quotes a text as a YAML string, as `quoteText` does. YAML has no escapes for the halves of a surrogate pair. */
export function quoteYaml(text: string): string {
  return escapeStrings(JSON.stringify(text), (sign) =>
    sign.length === 1 ? jsonEscape(sign) : `\\U${hex(sign.codePointAt(0) as number, 8)}`,
  )
}

/**
 * Replaces every hidden character.
 * @param toEscape returns the escape of one character
 */
export function escapeHidden(text: string, toEscape: (sign: string) => string): string {
  if (ASCII.test(text)) return text
  return text.replace(hiddenCharacters(), (sign: string, hidden: string | undefined) =>
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
