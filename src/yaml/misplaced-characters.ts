import { BYTE_ORDER_MARK } from './source.ts'
import { YamlProblem } from './yaml-problem.ts'

/** Everything below a space but tab, line feed and carriage return (YAML 1.2.2, rule 1 `c-printable`). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/

/** A byte order mark that begins a line, or follows another one that begins the text. */
const MARK_WITHIN = /\n\u00ef\u00bb\u00bf|^(?:\u00ef\u00bb\u00bf){2}/

/**
 * Finds the characters that YAML readers disagree about or let pass: a document with one is refused unread. Reported
 * are the first of each sort.
 * @param text of the document, decoded as latin1
 * @param base where in the source it begins
 * @returns in ascending order
 */
export function findMisplacedCharacters(text: string, base: number): YamlProblem[] {
  const problems: YamlProblem[] = []
  const control = text.search(CONTROL)
  if (control !== -1) {
    const code = text.charCodeAt(control).toString(16).toUpperCase().padStart(4, '0')
    problems.push(new YamlProblem(base + control, `the control character U+${code} is not allowed`))
  }
  // A line break to YAML and go-yaml, white space to other readers.
  const lone = loneCarriageReturn(text)
  if (lone !== -1) problems.push(new YamlProblem(base + lone, 'a carriage return stands without a line feed'))
  // go-yaml steps over some, and takes what follows to be indented by it.
  const mark = text.search(MARK_WITHIN)
  if (mark !== -1) {
    const reason = 'there is a byte order mark within the stream: remove it'
    problems.push(new YamlProblem(base + text.indexOf(BYTE_ORDER_MARK, mark + 1), reason))
  }
  return problems.toSorted((a, b) => a.offset - b.offset)
}

function loneCarriageReturn(text: string): number {
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== 0x0a) return at
  }
  return -1
}
