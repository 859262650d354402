import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { objectlessFindings } from '../kube/objectless.ts'
import { isOpaqueType } from '../kube/skip.ts'
import { type Input, readInput } from '../transform.ts'
import type { ReadOptions } from '../yaml/documents.ts'
import { type InputFlags, type NamedInput, readInputs } from './inputs.ts'
import type { Io } from './io.ts'

/** One of several inputs, read; or why it cannot be, which must not hide what is wrong with the others. */
export type ReadInput =
  | { readonly kind: 'read'; readonly input: Input }
  | { readonly kind: 'unreadable'; readonly diagnostic: Diagnostic }

/** Reads what has to be read of an input. */
export function readNamed(input: NamedInput): ReadInput {
  return readBy(input, { isOpaque: isOpaqueType })
}

/** Reads every document of an input, for who asks what is wrong with it before anything is looked for. */
export function readWhole(input: NamedInput): ReadInput {
  return readBy(input, {})
}

function readBy({ bytes, file, krm = false }: NamedInput, options: ReadOptions): ReadInput {
  try {
    return { kind: 'read', input: readInput(bytes, file, { ...options, krm }) }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args } = error
    const at = file === undefined ? {} : { at: { file } }
    return { kind: 'unreadable', diagnostic: { code, severity: 'error', args, ...at } }
  }
}

/** Every input of a run, as far as it can be read. */
export interface AllInputs {
  readonly inputs: readonly Input[]
  /** What is wrong: with inputs that cannot be read, and with the YAML of the others. */
  readonly diagnostics: readonly Diagnostic[]
  /** What is odd about them all. */
  readonly remarks: readonly Diagnostic[]
}

/** Reads the inputs that a command names. */
export function readAll(files: readonly string[], io: Io, flags: InputFlags): AllInputs {
  const read = readInputs(files, io, flags).map(readWhole)
  return {
    inputs: readable(read),
    diagnostics: read.flatMap((one) => (one.kind === 'read' ? one.input.diagnostics : [one.diagnostic])),
    remarks: remarksAbout(read),
  }
}

/** Says where there is something in the inputs, but no manifest. One that cannot be read may be a manifest. */
export function remarksAbout(all: readonly ReadInput[]): readonly Diagnostic[] {
  const inputs = readable(all)
  return inputs.length < all.length ? [] : objectlessFindings(inputs)
}

/** Those of several inputs that could be read. */
export function readable(all: readonly ReadInput[]): Input[] {
  return all.flatMap((one) => (one.kind === 'read' ? [one.input] : []))
}
