import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { type Input, readInput } from '../transform.ts'
import { type NamedInput, readInputs } from './inputs.ts'
import type { Io } from './io.ts'

/** One of several inputs, read; or why it cannot be, which must not hide what is wrong with the others. */
export type ReadInput =
  | { readonly kind: 'read'; readonly input: Input }
  | { readonly kind: 'unreadable'; readonly diagnostic: Diagnostic }

export function readNamed({ bytes, file }: NamedInput): ReadInput {
  try {
    return { kind: 'read', input: readInput(bytes, file) }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args } = error
    const at = file === undefined ? {} : { at: { file } }
    return { kind: 'unreadable', diagnostic: { code, severity: 'error', args, ...at } }
  }
}

/** All inputs that can be read, and what is wrong: with those that cannot be, and with the YAML of the others. */
export function readAll(
  files: readonly string[],
  io: Io,
): { inputs: readonly Input[]; diagnostics: readonly Diagnostic[] } {
  const read = readInputs(files, io).map(readNamed)
  return {
    inputs: readable(read),
    diagnostics: read.flatMap((one) => (one.kind === 'read' ? one.input.diagnostics : [one.diagnostic])),
  }
}

/** Those of several inputs that could be read. */
export function readable(all: readonly ReadInput[]): Input[] {
  return all.flatMap((one) => (one.kind === 'read' ? [one.input] : []))
}
