import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { type CollectedImages, collectImages } from '../../inventory/collected-images.ts'
import { withDeniedDigests } from '../../plan/denied-digest.ts'
import { uneditedFieldDiagnostics } from '../../plan/field-diagnostics.ts'
import { originalReference } from '../../plan/match-input.ts'
import type { Resolution } from '../../plan/resolver.ts'
import { decideImageFields } from '../../plan/stream-decisions.ts'
import type { Reference } from '../../reference/reference.ts'
import type { YamlDocument } from '../../yaml/nodes.ts'
import { type AllInputs, readAll } from '../io/manifests.ts'
import { openResolver } from './resolver.ts'
import type { Session } from './session.ts'

/** The images of some manifests, and a way to resolve more. */
export interface Collection extends CollectedImages {
  readonly documents: readonly YamlDocument[]
  readonly resolve: (reference: Reference) => Promise<Resolution>
}

const NO_INPUTS: AllInputs = { inputs: [], diagnostics: [], notices: [] }

/**
 * Reads manifests and resolves all their images, and lets a command use them while more can be resolved.
 *
 * @param files undefined to read none, not even standard input
 * @param wantPlatforms whether to find out the platforms of each image, which costs a request where the lock has none
 * @param use is called unless there is an error
 * @returns errors and warnings
 */
export async function withCollection(
  files: readonly string[] | undefined,
  wantPlatforms: boolean,
  session: Session,
  use: (collection: Collection) => Promise<void>,
): Promise<readonly Diagnostic[]> {
  const { flags, profile } = session
  const {
    inputs,
    diagnostics: unreadable,
    notices,
  } = files === undefined ? NO_INPUTS : readAll(files, session)
  const open = await openResolver(inputs, session)
  try {
    const before = [...unreadable, ...open.lockDiagnostics]
    if (before.length > 0) return before
    const platform = flags.platform ?? profile.platform
    const { denyDigests } = open.profile
    const resolver = denyDigests === undefined ? open.resolver : withDeniedDigests(open.resolver, denyDigests)
    const options = { signal: open.signal, wantPlatforms, platform }
    const decided = inputs.map((input) => decideImageFields(input, { profile }))
    const collected = await collectImages(
      decided,
      (reference) => originalReference(reference, open.profile),
      resolver,
      options,
    )
    const diagnostics = [
      ...decided.flatMap(({ found, source }) => uneditedFieldDiagnostics(found, { profile }, source)),
      ...collected.diagnostics,
    ]
    if (!diagnostics.some(({ severity }) => severity === 'error')) {
      await use({
        ...collected,
        documents: inputs.flatMap(({ documents }) => documents),
        resolve: (reference) => resolver.resolve(reference, options),
      })
    }
    return [...notices, ...diagnostics, ...open.warnings()]
  } finally {
    open.close()
  }
}
