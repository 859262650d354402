import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import {
  documentFindings,
  foreignFinding,
  isForeign,
  objectlessFindings,
} from '../kube/diagnostics/non-kubernetes.ts'
import { isOpaqueType } from '../kube/tables/lookup.ts'
import { type Input, readInput } from '../transform.ts'
import type { ReadOptions } from '../yaml/documents.ts'
import { type InputFlags, type InputOrigin, type NamedInput, readInputs } from './inputs.ts'
import type { Io } from './io.ts'

/** One of several inputs, read; or why it cannot be, which must not hide what is wrong with the others. */
export type ReadInput =
  | { readonly kind: 'read'; readonly origin: InputOrigin; readonly input: Input }
  | { readonly kind: 'unreadable'; readonly origin: InputOrigin; readonly diagnostic: Diagnostic }

/** Reads what has to be read of an input. */
export function readNamed(input: NamedInput): ReadInput {
  return readBy(input, { isOpaque: isOpaqueType })
}

/** Reads every document of an input, for who asks what is wrong with it before anything is looked for. */
export function readWhole(input: NamedInput): ReadInput {
  return readBy(input, {})
}

function readBy({ bytes, file, origin, krm = false }: NamedInput, options: ReadOptions): ReadInput {
  try {
    return { kind: 'read', origin, input: readInput(bytes, file, { ...options, krm }) }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args } = error
    const at = file === undefined ? {} : { at: { file } }
    return { kind: 'unreadable', origin, diagnostic: { code, severity: 'error', args, ...at } }
  }
}

/** Every input of a run, as far as it can be read. */
export interface AllInputs {
  readonly inputs: readonly Input[]
  /** What is wrong: with inputs that cannot be read, and with the YAML of the others. */
  readonly diagnostics: readonly Diagnostic[]
  /** What is odd about them all, and what was left out. */
  readonly remarks: readonly Diagnostic[]
}

/** Reads the inputs that a command names. */
export function readAll(files: readonly string[], io: Io, flags: InputFlags): AllInputs {
  const { inputs, leftOut } = readInputs(files, io, flags)
  const read = inputs.map(readWhole)
  const demands = { isStrict: false, requirePinned: false }
  const diagnostics = read.flatMap((one) => (one.kind === 'read' ? one.input.diagnostics : [one.diagnostic]))
  const odd =
    diagnostics.length > 0 ? [] : readable(read).flatMap((input) => documentFindings(input, demands))
  return {
    inputs: readable(read),
    diagnostics,
    remarks: [...leftOut, ...remarksAbout(read), ...odd],
  }
}

export interface RemarkOptions {
  /** Whether a file that was named and holds no object is an error: it was to be proved. */
  readonly requirePinned?: boolean
  /** Whether such a file is passed over, as one of a folder is. */
  readonly ignoreOtherFiles?: boolean
}

/**
 * Says which inputs hold something, but no manifest: each that was named, and how many of those that were found in folders. One
 * that cannot be read may be a manifest.
 */
export function remarksAbout(
  all: readonly ReadInput[],
  { requirePinned = false, ignoreOtherFiles = false }: RemarkOptions = {},
): readonly Diagnostic[] {
  const foreign = all.filter((one) => one.kind === 'read' && isForeign(one.input))
  const isJudged = ({ origin }: ReadInput): boolean => origin === 'named' && !ignoreOtherFiles
  const named = readable(foreign.filter(isJudged)).map((input) =>
    foreignFinding(input, requirePinned ? 'error' : 'warning'),
  )
  const others = readable(foreign.filter((one) => !isJudged(one) && one.origin !== 'standard input'))
  const inputs = readable(all)
  const isSaid = named.length > 0 || inputs.length < all.length || (ignoreOtherFiles && others.length > 0)
  const whole = isSaid ? [] : objectlessFindings(inputs)
  return [...passedOver(others), ...named, ...whole]
}

const SHOWN = 3

/** Which files hold no object and were not asked to. */
function passedOver(inputs: readonly Input[]): Diagnostic[] {
  const [first] = inputs
  if (first === undefined) return []
  const names = inputs.slice(0, SHOWN).flatMap(({ source }) => source.file ?? [])
  const more = inputs.length > SHOWN ? ', …' : ''
  const left = `${inputs.length} without a Kubernetes object: ${names.join(', ')}${more}`
  return [{ code: 'FILES_LEFT_OUT', severity: 'info', args: { left } }]
}

/** Those of several inputs that could be read. */
export function readable(all: readonly ReadInput[]): Input[] {
  return all.flatMap((one) => (one.kind === 'read' ? [one.input] : []))
}
