import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { documentDiagnostics } from '../../kube/diagnostics/non-kubernetes.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { openManifests } from './manifest-reader.ts'
import { factsOf, type InputContext, inputDiagnostics } from './manifests.ts'

/** What a command made of every input, each document parsed. */
export interface AllVisited<T> {
  /** Of the inputs that can be read. */
  readonly visited: readonly T[]
  /** Errors: inputs that cannot be read, and broken YAML in the others. */
  readonly diagnostics: readonly Diagnostic[]
  /** Warnings about the inputs, and what was skipped. */
  readonly notices: readonly Diagnostic[]
}

/** What a command is without manifests. */
export const NOTHING_VISITED: AllVisited<never> = { visited: [], diagnostics: [], notices: [] }

const DEMANDS = { isStrict: false, requirePinned: false }

/**
 * Reads every document of the manifests that a command names, so that broken YAML is reported before anything is listed.
 * @param visit as for `ManifestReader`: its result is copied
 * @throws {UsageError} as `openManifests` and its `visit` do
 */
export async function visitAll<T extends object>(
  files: readonly string[],
  context: InputContext,
  visit: (input: Stream) => T,
): Promise<AllVisited<T>> {
  const manifests = openManifests(files, context, true)
  const all = await manifests.visit((read) => {
    const facts = factsOf(read)
    if (read.kind === 'unreadable')
      return { facts, visited: [], diagnostics: [read.diagnostic], documents: [] }
    const { input } = read
    const documents = documentDiagnostics(input, DEMANDS)
    return { facts, visited: [visit(input)], diagnostics: input.diagnostics, documents }
  })
  const diagnostics = all.flatMap((one) => one.diagnostics)
  return {
    visited: all.flatMap((one) => one.visited),
    diagnostics,
    notices: [
      ...manifests.skipped,
      ...inputDiagnostics(all.map(({ facts }) => facts)),
      ...(diagnostics.length > 0 ? [] : all.flatMap((one) => one.documents)),
    ],
  }
}
