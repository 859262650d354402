import type { Severity } from '../../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import {
  holdsNoKubernetes,
  inputWithoutObjectsDiagnostics,
  nonKubernetesDiagnostic,
  type ObjectFacts,
  objectFactsOf,
} from '../../kube/diagnostics/non-kubernetes.ts'
import { isOpaqueType } from '../../kube/tables/lookup.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { LARGE_STREAM_BYTES } from '../../plan/windows.ts'
import { type InputOptions, readInput } from '../../transform.ts'
import { type InputFlags, type InputOrigin, type NamedInput, type NamedInputs, readInputs } from './inputs.ts'
import type { Io } from './io.ts'

/** An input as far as it can be read: one that is unreadable must not hide what is wrong with the others. */
export type ReadInput =
  | { readonly kind: 'read'; readonly origin: InputOrigin; readonly input: Stream }
  | { readonly kind: 'unreadable'; readonly origin: InputOrigin; readonly diagnostic: Diagnostic }

/** Reads one input as far as images can be in it, or as far as the options say. */
export function parseInput(
  { bytes, file, origin, krm = false }: NamedInput,
  options: InputOptions,
): ReadInput {
  try {
    return { kind: 'read', origin, input: readInput(bytes, file, { ...options, krm }) }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args, at } = error
    return { kind: 'unreadable', origin, diagnostic: { code, severity: 'error', args, ...(at && { at }) } }
  }
}

/** What reading depends on: every session has it. */
export interface InputContext {
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
  const options = { isUnparsed: isOpaqueType, deferFrom: LARGE_STREAM_BYTES }
  return { inputs: inputs.map((input) => parseInput(input, options)), skipped }
}

/** What `inputDiagnostics` has to know of an input; not the input itself, which a run need not keep. */
export interface InputFacts {
  readonly origin: InputOrigin
  readonly isRead: boolean
  /** What tells whether it holds a Kubernetes object; absent if it could not be read. */
  readonly objects: ObjectFacts | undefined
  /** `DOCUMENT_WITHOUT_OBJECT`, if it certainly holds no Kubernetes object. */
  readonly foreign: Diagnostic | undefined
  /** Whether it was read without an error and holds nothing. */
  readonly isEmpty: boolean
}

export function factsOf(read: ReadInput): InputFacts {
  const { kind, origin } = read
  if (kind === 'unreadable')
    return { origin, isRead: false, objects: undefined, foreign: undefined, isEmpty: false }
  const { input } = read
  const objects = objectFactsOf(input)
  if (objects.holdsObject) return { origin, isRead: true, objects, foreign: undefined, isEmpty: false }
  const foreign = holdsNoKubernetes(input) ? nonKubernetesDiagnostic(input, 'warning') : undefined
  return { origin, isRead: true, objects, foreign, isEmpty: input.diagnostics.length === 0 }
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
  all: readonly InputFacts[],
  { requirePinned = false, ignoreOtherFiles = false }: InputDiagnosticOptions = {},
): readonly Diagnostic[] {
  const foreign = all.filter((one) => one.foreign !== undefined)
  const isReported = ({ origin }: InputFacts): boolean => origin === 'named' && !ignoreOtherFiles
  const severity: Severity = requirePinned ? 'error' : 'warning'
  const named = foreign.filter(isReported).flatMap((one) => one.foreign ?? [])
  const others = foreign.filter((one) => !isReported(one) && one.origin !== 'standard input')
  const isExplained =
    named.length > 0 ||
    all.some(({ isRead, origin }) => !isRead || origin === 'changed') ||
    (ignoreOtherFiles && others.length > 0)
  return [
    ...skippedFiles(others),
    ...named.map((one): Diagnostic => ({ ...one, severity })),
    ...(isExplained ? [] : inputWithoutObjectsDiagnostics(all.flatMap(({ objects }) => objects ?? []))),
  ]
}

/** How many names of skipped files are shown. */
const SHOWN = 3

function skippedFiles(inputs: readonly InputFacts[]): Diagnostic[] {
  if (inputs.length === 0) return []
  const names = inputs.slice(0, SHOWN).flatMap(({ foreign }) => foreign?.at?.file ?? [])
  const more = inputs.length > SHOWN ? ', …' : ''
  const left = `${inputs.length} without a Kubernetes object: ${names.join(', ')}${more}`
  return [{ code: 'FILES_LEFT_OUT', severity: 'info', args: { left } }]
}

/** The inputs that could be read. */
export function readable(all: readonly ReadInput[]): Stream[] {
  return all.flatMap((one) => (one.kind === 'read' ? [one.input] : []))
}
