import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { type TransformedInput, transformInput } from '../../transform.ts'
import { openResolver } from './resolver.ts'
import type { Session } from './session.ts'

/**
 * Transforms inputs as one run: an image that several of them use is resolved once, the time limit holds for all, and a
 * Secret in one is used for the workloads of the others. The report of the first has the errors of the lock file, with which
 * nothing is resolved, and the warnings of registries.
 */
export async function transformInputs(
  inputs: readonly Stream[],
  session: Session,
): Promise<ReadonlyMap<Stream, TransformedInput>> {
  const { flags } = session
  const open = await openResolver(inputs, session)
  try {
    const transform = async (input: Stream): Promise<TransformedInput> =>
      open.lockDiagnostics.length > 0
        ? { ...input, fields: [], report: { profile: open.profile.name, images: [], diagnostics: [] } }
        : await transformInput(input, {
            profile: open.profile,
            resolver: open.resolver,
            ...(open.findBlock && { findBlock: open.findBlock }),
            platform: flags.platform,
            checkDigests: flags.checkDigests === true,
            signal: open.signal,
          })
    const transformed = await Promise.all(inputs.map(transform))
    const diagnostics = [...open.lockDiagnostics, ...open.warnings()]
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
