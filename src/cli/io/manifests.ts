import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import {
  documentDiagnostics,
  holdsNoKubernetes,
  inputWithoutObjectsDiagnostics,
  nonKubernetesDiagnostic,
} from '../../kube/diagnostics/non-kubernetes.ts'
import { isOpaqueType } from '../../kube/tables/lookup.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { readInput } from '../../transform.ts'
import type { ReadOptions } from '../../yaml/documents.ts'
import { type InputFlags, type InputOrigin, type NamedInput, type NamedInputs, readInputs } from './inputs.ts'
import type { Io } from './io.ts'

/** An input as far as it can be read: one that is unreadable must not hide what is wrong with the others. */
export type ReadInput =
  | { readonly kind: 'read'; readonly origin: InputOrigin; readonly input: Stream }
  | { readonly kind: 'unreadable'; readonly origin: InputOrigin; readonly diagnostic: Diagnostic }

function parseInput({ bytes, file, origin, krm = false }: NamedInput, options: ReadOptions): ReadInput {
  try {
    return { kind: 'read', origin, input: readInput(bytes, file, { ...options, krm }) }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args, at } = error
    return { kind: 'unreadable', origin, diagnostic: { code, severity: 'error', args, ...(at && { at }) } }
  }
}

/** What reading depends on: every session has it. */
interface InputContext {
  readonly flags: InputFlags
  readonly io: Pick<Io, 'cwd' | 'readInput' | 'isInputTerminal'>
}

/** The inputs that a command names, read as far as images can be in them. */
export interface Manifests {
  readonly inputs: readonly ReadInput[]
  /** `FILES_LEFT_OUT`, one for each folder in which something was skipped. */
  readonly skipped: readonly Diagnostic[]
}

/**
 * Reads the manifests that a command names. Documents that cannot hold an image are not parsed.
 * @throws {UsageError} as `readInputs` does
 */
export function readManifests(files: readonly string[], { flags, io }: InputContext): Manifests {
  return parseManifests(readInputs(files, io, flags))
}

/** Reads manifests whose bytes are already there. Documents that cannot hold an image are not parsed. */
export function parseManifests({ inputs, skipped }: NamedInputs): Manifests {
  return { inputs: inputs.map((input) => parseInput(input, { isUnparsed: isOpaqueType })), skipped }
}

/** Every input of a run, each document parsed. */
export interface AllInputs {
  readonly inputs: readonly Stream[]
  /** Errors: inputs that cannot be read, and broken YAML in the others. */
  readonly diagnostics: readonly Diagnostic[]
  /** Warnings about the inputs, and what was skipped. */
  readonly notices: readonly Diagnostic[]
}

/**
 * Reads every document of the manifests that a command names, so that broken YAML is reported before anything is listed.
 * @throws {UsageError} as `readInputs` does
 */
export function readAll(files: readonly string[], { flags, io }: InputContext): AllInputs {
  const { inputs: named, skipped } = readInputs(files, io, flags)
  const read = named.map((input) => parseInput(input, {}))
  const inputs = readable(read)
  const diagnostics = read.flatMap((one) => (one.kind === 'read' ? one.input.diagnostics : [one.diagnostic]))
  const demands = { isStrict: false, requirePinned: false }
  const documents =
    diagnostics.length > 0 ? [] : inputs.flatMap((input) => documentDiagnostics(input, demands))
  return { inputs, diagnostics, notices: [...skipped, ...inputDiagnostics(read), ...documents] }
}

interface InputDiagnosticOptions {
  /** Makes a named file without a Kubernetes object an error: it proves nothing. */
  readonly requirePinned?: boolean | undefined
  /** Skips named files without a Kubernetes object, as it does those that are found in folders. */
  readonly ignoreOtherFiles?: boolean | undefined
}

/**
 * Reports inputs that hold YAML, but no Kubernetes object: each one that was named, and the number of those that were found
 * in folders. An input that cannot be read may hold one. Files that have changed are the choice of git: they may all be others.
 */
export function inputDiagnostics(
  all: readonly ReadInput[],
  { requirePinned = false, ignoreOtherFiles = false }: InputDiagnosticOptions = {},
): readonly Diagnostic[] {
  const foreign = all.filter((one) => one.kind === 'read' && holdsNoKubernetes(one.input))
  const isReported = ({ origin }: ReadInput): boolean => origin === 'named' && !ignoreOtherFiles
  const named = readable(foreign.filter(isReported)).map((input) =>
    nonKubernetesDiagnostic(input, requirePinned ? 'error' : 'warning'),
  )
  const others = readable(foreign.filter((one) => !isReported(one) && one.origin !== 'standard input'))
  const inputs = readable(all)
  const isExplained =
    named.length > 0 ||
    inputs.length < all.length ||
    (ignoreOtherFiles && others.length > 0) ||
    all.some(({ origin }) => origin === 'changed')
  return [...skippedFiles(others), ...named, ...(isExplained ? [] : inputWithoutObjectsDiagnostics(inputs))]
}

/** How many names of skipped files are shown. */
const SHOWN = 3

function skippedFiles(inputs: readonly Stream[]): Diagnostic[] {
  if (inputs.length === 0) return []
  const names = inputs.slice(0, SHOWN).flatMap(({ source }) => source.file ?? [])
  const more = inputs.length > SHOWN ? ', …' : ''
  const left = `${inputs.length} without a Kubernetes object: ${names.join(', ')}${more}`
  return [{ code: 'FILES_LEFT_OUT', severity: 'info', args: { left } }]
}

/** The inputs that could be read. */
export function readable(all: readonly ReadInput[]): Stream[] {
  return all.flatMap((one) => (one.kind === 'read' ? [one.input] : []))
}
