import { printable } from '../diagnostics/printable.ts'

/** The longest text of somebody else that a reason shows. */
const SHOWN = 300

/** Why an object, a trusted root or a key is not accepted. Never leaves this room: it becomes a reason. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly wanted: string | undefined
  readonly found: string | undefined

  /** @param reason a clause in lower case; `wanted` and `found` may hold any text */
  constructor(
    reason: string,
    { wanted, found }: { wanted?: string | undefined; found?: string | undefined } = {},
  ) {
    super(reason)
    this.wanted = wanted
    this.found = found
  }
}

/** Makes a text from anywhere fit for a message: printable, and not too long. */
export function shown(text: string): string {
  const short = text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`
  return printable(short)
}
