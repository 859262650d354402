import { normalize } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { isOpaqueType } from '../../kube/tables/lookup.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { readInput } from '../../transform.ts'
import type { ReadOptions } from '../../yaml/documents.ts'
import { allocateRecords } from '../../yaml/reader.ts'
import { createCollector } from '../collector.ts'
import { releaseMemory } from '../heap.ts'
import { keepResults } from '../kept-results.ts'
import { type ListedInput, listInputs, type NamedInput } from './inputs.ts'
import { reading } from './manifest-folder.ts'
import { type InputContext, parseInput, type ReadInput } from './manifests.ts'
import { createReadBuffer, type ReadBuffer } from './read-buffer.ts'

/**
 * Makes of one input what a command needs of it: a value that JSON can hold. It is copied, since nothing may hold the input
 * itself, whose memory the next one gets.
 */
export type Visit<T extends object> = (read: ReadInput) => T | Promise<T>

/** The manifests that a command names, of which it holds one at a time: memory does not grow with a folder. */
export interface ManifestReader {
  /** `FILES_LEFT_OUT`, one for each folder in which something was skipped. */
  readonly skipped: readonly Diagnostic[]
  /** The name of each input, as in diagnostics; undefined for standard input. */
  readonly names: readonly (string | undefined)[]
  /**
   * Visits one input after another. May be called more than once: the files are read again then.
   * @returns the results in the order of the inputs
   * @throws {UsageError} FILE_NOT_READ
   */
  readonly visit: <T extends object>(visit: Visit<T>) => Promise<T[]>
  /**
   * Visits the inputs in the same way, but goes on to the next ones while a visit waits for a registry.
   * @throws {UsageError} FILE_NOT_READ
   */
  readonly visitTogether: <T extends object>(visit: Visit<T>) => Promise<T[]>
  /**
   * Reads an input once more, for the few lines that a report shows.
   * @returns undefined if it has changed since the last visit, or cannot be read any more
   */
  readonly readAgain: (index: number) => Stream | undefined
}

/** What a command has that reads no manifests. */
export const NO_MANIFESTS: ManifestReader = {
  skipped: [],
  names: [],
  visit: async () => [],
  visitTogether: async () => [],
  readAgain: () => undefined,
}

/** The size of the inputs that are visited together, in bytes; a single one may be larger. */
const TOGETHER = 8 << 20

/** What an input counts at least: it takes more memory than its bytes. */
const LEAST_SIZE = 4096

/** After so many bytes of inputs their garbage is collected. */
const COLLECTED = 64 << 20

/** Of a source for which `allocateRecords` gives the largest array. */
const LARGE = 1 << 20

/**
 * Finds the manifests that a command names, and reads none of them yet.
 * @param parsesAll whether documents of types that never hold an image are parsed as well
 * @throws {UsageError} FILE_MISSING, FILE_NOT_READ and USAGE, as `readInputs` does
 */
export function openManifests(
  files: readonly string[],
  { flags, io }: InputContext,
  parsesAll = false,
): ManifestReader {
  const { listed, skipped } = listInputs(files, io, flags)
  const options: ReadOptions = parsesAll ? {} : { isUnparsed: isOpaqueType }
  const inputs = listed.map(
    (one): OpenInput => ({ ...one, kept: undefined, size: undefined, mtimeMs: undefined }),
  )
  const names = listed.map(({ file }) => file && shownName(file))
  return {
    skipped,
    names,
    async visit(visit) {
      const buffer = createReadBuffer()
      const records = allocateRecords(LARGE)
      const results = keepResults(names)
      const kept = []
      const collect = createCollector(COLLECTED)
      let size = 0
      for (const input of inputs) {
        const named = load(input, buffer, io)
        kept.push(results.keep(await visit(parseInput(named, { ...options, records }))))
        size += named.bytes.length
        collect(named.bytes.length)
      }
      // What is made of the results would come on top of what reading needed.
      if (size > COLLECTED) releaseMemory()
      return results.all(kept)
    },
    async visitTogether(visit) {
      const results = keepResults(names)
      const kept = await inTurns(inputs, (input) => {
        const named = load(input, createReadBuffer(), io)
        const visited = Promise.resolve(visit(parseInput(named, options))).then(results.keep)
        return { size: Math.max(LEAST_SIZE, named.bytes.length), visited }
      })
      return results.all(kept)
    },
    readAgain: (index) => readAgain(inputs[index] as OpenInput, options, io),
  }
}

interface OpenInput extends ListedInput {
  /** The bytes of what can be read only once: standard input, and a pipe that was named. */
  kept: Uint8Array | undefined
  /** Those of the file when it was read last. */
  size: number | undefined
  mtimeMs: number | undefined
}

/** @returns bytes in the buffer, unless they are kept */
function load(input: OpenInput, buffer: ReadBuffer, io: InputContext['io']): NamedInput {
  const { file, origin, krm = false } = input
  if (file === undefined) {
    input.kept ??= io.readInput()
    return { origin, krm, bytes: input.kept }
  }
  const named = { origin, krm, file: shownName(file) }
  if (input.kept !== undefined) return { ...named, bytes: input.kept }
  const { bytes, status } = reading(file, io.cwd, buffer.read)
  input.size = status.size
  input.mtimeMs = status.mtimeMs
  if (status.isFile()) return { ...named, bytes }
  input.kept = Uint8Array.from(bytes)
  return { ...named, bytes: input.kept }
}

function readAgain(input: OpenInput, options: ReadOptions, io: InputContext['io']): Stream | undefined {
  const { size, mtimeMs } = input
  try {
    const { bytes, file, krm } = load(input, createReadBuffer(), io)
    const isSame = input.size === size && input.mtimeMs === mtimeMs
    return isSame ? readInput(bytes, file, { ...options, krm }) : undefined
  } catch {
    return undefined
  } finally {
    // That of the last visit, for a second report.
    input.size = size
    input.mtimeMs = mtimeMs
  }
}

/** Starts one visit after another; while their inputs are too large together, it waits for the oldest. */
async function inTurns<T>(
  inputs: readonly OpenInput[],
  start: (input: OpenInput) => { readonly size: number; readonly visited: Promise<T> },
): Promise<T[]> {
  const all: Promise<T>[] = []
  let oldest = 0
  let size = 0
  for (const input of inputs) {
    for (; size > TOGETHER && oldest < all.length; oldest += 1) await all[oldest]
    const started = start(input)
    size += started.size
    const visited = started.visited.finally(() => {
      size -= started.size
    })
    // An error is thrown by `Promise.all`, or where its turn comes to be waited for.
    visited.catch(() => undefined)
    all.push(visited)
  }
  return Promise.all(all)
}

/** The name of a file in diagnostics: the same string if it is the same text, as it mostly is, so that it is kept once. */
function shownName(file: string): string {
  const name = normalize(file)
  return name === file ? file : name
}
