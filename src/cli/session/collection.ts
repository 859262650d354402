import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import {
  type CollectedImage,
  type CollectedImages,
  collectImages,
  findUses,
} from '../../inventory/collected-images.ts'
import { type SecretFacts, secretFactsOf, secretsByImage } from '../../kube/find/secrets-by-image.ts'
import type { ImageField } from '../../kube/image-field.ts'
import { type DefinedSecrets, definedAccounts } from '../../kube/pod/pull-secrets.ts'
import type { Platform } from '../../oci/platform.ts'
import { withDeniedDigests } from '../../plan/denied-digest.ts'
import { originalReference } from '../../plan/match-input.ts'
import type { Resolution } from '../../plan/resolver.ts'
import { verifyList } from '../../plan/verified-images.ts'
import { verifyRuleFor } from '../../plan/verify-rule.ts'
import type { Reference } from '../../reference/reference.ts'
import { NOTHING_VISITED, visitAll } from '../io/every-document.ts'
import { type OpenResolver, openResolver } from './resolver.ts'
import type { Session } from './session.ts'

/** The images of some manifests, and a way to resolve more. */
export interface Collection<T> extends CollectedImages<T>, Pick<OpenResolver, 'openClient' | 'signal'> {
  /** The ServiceAccounts of all inputs. */
  readonly accounts: DefinedSecrets['accounts']
  readonly resolve: (reference: Reference) => Promise<Resolution>
}

/** What a command wants to know of images. */
export interface CollectionOptions<T> {
  /** Whether to find out the platforms of each image, which costs a request where the lock has none. */
  readonly wantPlatforms: boolean
  /** Whether digests are written: then they are verified if the profile demands signatures. */
  readonly isWritten?: boolean | undefined
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
  { wantPlatforms, isWritten = false, factsOf }: CollectionOptions<T>,
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
    const verify = isWritten && open.profile.verify.length > 0 ? verifierOf(open, platform) : undefined
    const diagnostics = [
      ...visited.flatMap((one) => one.unedited),
      ...collected.diagnostics,
      ...((await verify?.(collected.images.filter(({ isExcluded }) => !isExcluded))) ?? []),
    ]
    if (!diagnostics.some(({ severity }) => severity === 'error')) {
      await use({
        ...collected,
        accounts: visited.flatMap(({ accounts }) => accounts),
        resolve: async (reference) => {
          const resolution = await resolver.resolve(reference, options)
          const lookupReference = originalReference(reference, open.profile)
          const image = { image: reference.text, at: {}, lookupReference, resolution }
          throwFirstError((await verify?.([image])) ?? [])
          return resolution
        },
        openClient: open.openClient,
        signal: open.signal,
      })
    }
    return [...notices, ...diagnostics, ...open.warnings()]
  } finally {
    open.close()
  }
}

type ResolvedImage = Pick<CollectedImage<unknown>, 'image' | 'at' | 'lookupReference' | 'resolution'>

/** @returns a function that verifies images, and returns what is wrong */
function verifierOf(
  { profile, verifier, signal }: OpenResolver,
  platform: Platform | undefined,
): (images: readonly ResolvedImage[]) => Promise<readonly Diagnostic[]> {
  return async (images) => {
    const list = images.map(({ image, at, lookupReference: reference, resolution }) => ({
      image,
      at: () => at,
      reference,
      digest: reference.digest ?? resolution.descriptor.digest,
      rule: verifyRuleFor(reference, profile),
      obstacle: undefined,
    }))
    const { diagnostics } = await verifyList(list, { profile, verifier, platform, signal })
    return diagnostics
  }
}

function throwFirstError(diagnostics: readonly Diagnostic[]): void {
  const error = diagnostics.find(({ severity }) => severity === 'error')
  if (error !== undefined) throw new PinpullError(error.code, error.args)
}
