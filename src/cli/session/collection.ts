import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { type CollectedImages, collectImages, findUses } from '../../inventory/collected-images.ts'
import { type SecretFacts, secretFactsOf, secretsByImage } from '../../kube/find/secrets-by-image.ts'
import type { ImageField } from '../../kube/image-field.ts'
import { type DefinedSecrets, definedAccounts } from '../../kube/pod/pull-secrets.ts'
import { withDeniedDigests } from '../../plan/denied-digest.ts'
import { originalReference } from '../../plan/match-input.ts'
import type { Resolution } from '../../plan/resolver.ts'
import type { Reference } from '../../reference/reference.ts'
import { NOTHING_VISITED, visitAll } from '../io/every-document.ts'
import { openResolver } from './resolver.ts'
import type { Session } from './session.ts'

/** The images of some manifests, and a way to resolve more. */
export interface Collection<T> extends CollectedImages<T> {
  /** The ServiceAccounts of all inputs. */
  readonly accounts: DefinedSecrets['accounts']
  readonly resolve: (reference: Reference) => Promise<Resolution>
}

/** What a command wants to know of images. */
export interface CollectionOptions<T> {
  /** Whether to find out the platforms of each image, which costs a request where the lock has none. */
  readonly wantPlatforms: boolean
  /** What is needed of the field of an image; a value that JSON can hold. */
  readonly factsOf: (field: ImageField) => T
}

/**
 * Reads manifests and resolves all their images, and lets a command use them while more can be resolved.
 *
 * @param files undefined to read none, not even standard input
 * @param use is called unless there is an error
 * @returns errors and warnings
 */
export async function withCollection<T>(
  files: readonly string[] | undefined,
  { wantPlatforms, factsOf }: CollectionOptions<T>,
  session: Session,
  use: (collection: Collection<T>) => Promise<void>,
): Promise<readonly Diagnostic[]> {
  const { flags, profile } = session
  const {
    visited,
    diagnostics: unreadable,
    notices,
  } = files === undefined
    ? NOTHING_VISITED
    : await visitAll(files, session, (input) => ({
        ...findUses(input, { profile }, factsOf),
        ...definedAccounts(input.documents),
        secretFacts: flags.pullSecrets === true ? [secretFactsOf(input, profile.fields)] : [],
      }))
  const facts = visited.flatMap((one): readonly SecretFacts[] => one.secretFacts)
  const open = await openResolver(flags.pullSecrets === true ? secretsByImage(facts) : undefined, session)
  try {
    const before = [...unreadable, ...open.lockDiagnostics]
    if (before.length > 0) return before
    const platform = flags.platform ?? profile.platform
    const { denyDigests } = open.profile
    const resolver = denyDigests === undefined ? open.resolver : withDeniedDigests(open.resolver, denyDigests)
    const options = { signal: open.signal, wantPlatforms, platform }
    const collected = await collectImages(
      visited,
      (reference) => originalReference(reference, open.profile),
      resolver,
      options,
    )
    const diagnostics = [...visited.flatMap((one) => one.unedited), ...collected.diagnostics]
    if (!diagnostics.some(({ severity }) => severity === 'error')) {
      await use({
        ...collected,
        accounts: visited.flatMap(({ accounts }) => accounts),
        resolve: (reference) => resolver.resolve(reference, options),
      })
    }
    return [...notices, ...diagnostics, ...open.warnings()]
  } finally {
    open.close()
  }
}
