import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { type TransformedInput, transformInput } from '../../transform.ts'
import { createCollector } from '../collector.ts'
import { openResolver, type PullSecretsByImage, pullSecretsOf } from './resolver.ts'
import type { Session } from './session.ts'

/** After so many bytes of planned windows their garbage is collected. */
const COLLECTED = 8 << 20

/** Transforms the inputs of one run: an image that several of them use is resolved once, and the time limit holds for all. */
export interface OpenTransformer {
  /** Nothing is resolved if the lock file has errors. */
  readonly transform: (input: Stream) => Promise<TransformedInput>
  /** The errors of the lock file, and what registries and credentials gave warnings about so far. */
  readonly diagnostics: () => readonly Diagnostic[]
  /** As for `OpenResolver`. */
  readonly close: () => void
}

/**
 * Opens what transforms the inputs of a run.
 * @param pullSecrets those of all inputs, by image; undefined without `--pull-secrets`
 * @throws {UsageError} as `openResolver` does
 */
export async function openTransformer(
  pullSecrets: PullSecretsByImage | undefined,
  session: Session,
): Promise<OpenTransformer> {
  const { flags } = session
  const open = await openResolver(pullSecrets, session)
  const afterWindow = createCollector(COLLECTED)
  return {
    transform: async (input) =>
      open.lockDiagnostics.length > 0
        ? {
            source: input.source,
            documents: input.documents,
            findFields: () => [],
            report: { profile: open.profile.name, images: [], diagnostics: [] },
          }
        : await transformInput(input, {
            profile: open.profile,
            resolver: open.resolver,
            verifier: open.verifier,
            ...(open.findBlock && { findBlock: open.findBlock }),
            platform: flags.platform,
            checkDigests: flags.checkDigests === true,
            signal: open.signal,
            afterWindow,
          }),
    diagnostics: () => [...open.lockDiagnostics, ...open.warnings()],
    close: open.close,
  }
}

/**
 * Transforms inputs as one run: a Secret in one is used for the workloads of the others. The report of the first has the errors of
 * the lock file, with which nothing is resolved, and the warnings of registries.
 */
export async function transformInputs(
  inputs: readonly Stream[],
  session: Session,
): Promise<ReadonlyMap<Stream, TransformedInput>> {
  const open = await openTransformer(pullSecretsOf(inputs, session), session)
  try {
    const transformed = await Promise.all(inputs.map(open.transform))
    const diagnostics = open.diagnostics()
    return new Map(
      transformed.map((one, index) => [
        inputs[index] as Stream,
        index === 0 ? withDiagnostics(one, diagnostics) : one,
      ]),
    )
  } finally {
    open.close()
  }
}

function withDiagnostics(
  { report, ...rest }: TransformedInput,
  diagnostics: readonly Diagnostic[],
): TransformedInput {
  return { ...rest, report: { ...report, diagnostics: [...report.diagnostics, ...diagnostics] } }
}
