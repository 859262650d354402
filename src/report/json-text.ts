/** What JSON may hold raw, and a terminal or an editor would take for a command. */
const COMMANDS = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

/** A value as indented JSON in which every character that is not to be seen is escaped. */
export function formatJsonText(value: unknown): string {
  return escapeCommands(JSON.stringify(value, undefined, 2))
}

/** A text as a JSON string, likewise. */
export function quoteText(text: string): string {
  return escapeCommands(JSON.stringify(text))
}

function escapeCommands(json: string): string {
  return json.replace(COMMANDS, (sign) =>
    [...Array(sign.length).keys()]
      .map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
