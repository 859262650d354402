import type { Report } from '../../report/report.ts'
import type { TransformedInput } from '../../transform.ts'
import { factsOf, inputDiagnostics, type Manifests, readable, readManifests } from '../io/manifests.ts'
import type { Session } from './session.ts'
import { transformInputs } from './transform-inputs.ts'

/** What a run made of the files that it was given. */
export interface TransformedFiles {
  readonly transformed: readonly TransformedInput[]
  /** The images of all inputs, and all diagnostics, those about files that cannot be read included. */
  readonly report: Report
}

/** Reads and transforms the manifests that a command names. */
export function transformFiles(files: readonly string[], session: Session): Promise<TransformedFiles> {
  return transformManifests(readManifests(files, session), session)
}

/** Transforms manifests that have been read. */
export async function transformManifests(
  { inputs, skipped }: Manifests,
  session: Session,
): Promise<TransformedFiles> {
  const byInput = await transformInputs(readable(inputs), session)
  const reports = inputs.map((read) =>
    read.kind === 'read' ? byInput.get(read.input)?.report : { images: [], diagnostics: [read.diagnostic] },
  )
  const report = {
    profile: session.profile.name,
    images: reports.flatMap((one) => one?.images ?? []),
    diagnostics: [
      ...skipped,
      ...inputDiagnostics(inputs.map(factsOf)),
      ...reports.flatMap((one) => one?.diagnostics ?? []),
    ],
  }
  return { transformed: [...byInput.values()], report }
}
