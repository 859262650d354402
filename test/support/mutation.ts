import { type Choices, pick } from './choices.ts'

/** Texts with a meaning in YAML, and texts that break it. */
const PIECES = [
  ...['\n', '\n\n', '\r\n', ' ', '  ', '\t', ': ', ':', '- ', '-', '? ', '#', ' #', ' # c\n', ','],
  ...[
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '&a ',
    '*a',
    '!!str ',
    '!x ',
    '|',
    '>',
    '|-\n',
    '>+\n',
    '\\',
    '\\u00',
    '<<: ',
  ],
  ...['---\n', '...\n', '%', '@', '`', '\u00e9', '\uFEFF', '\u2028', '\u0001', 'x', '1', 'null', 'image: '],
  ...['\nkind: A\n', '\napiVersion: v1\n', '\n"kind": A\n', 'apiVersion: v1\nkind: A\n'],
]

/** Applies one to three random changes to a text: texts inserted, sections removed, copied or moved. */
export function mutate(choices: Choices, text: string): string {
  let result = text
  for (let i = 1 + choices.choose(3); i > 0; i -= 1) {
    const at = choices.choose(result.length + 1)
    const from = choices.choose(result.length + 1)
    const length = 1 + choices.choose(12)
    switch (choices.choose(4)) {
      case 0:
        result = result.slice(0, at) + result.slice(at + length)
        break
      case 1:
        result = result.slice(0, at) + result.slice(from, from + length) + result.slice(at)
        break
      default:
        result = result.slice(0, at) + pick(choices, PIECES) + result.slice(at)
    }
  }
  return result
}
