import { PinpullError } from '../diagnostics/errors.ts'
import { parseReference } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import { ArgumentError } from './option.ts'

/**
 * Reads an image that is named on the command line.
 * @throws {ArgumentError} where it is no reference
 */
export function parseImage(text: string): Reference {
  try {
    return parseReference(text)
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    throw new ArgumentError(`"${text}" is not an image reference: ${error.args['reason']}`)
  }
}

/**
 * Adds the images of one flag, or of the environment variable (separated by spaces), to those before it.
 * @throws {ArgumentError} where one is no reference
 */
export function collectImages(text: string, before: readonly Reference[] = []): readonly Reference[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseImage)]
}
