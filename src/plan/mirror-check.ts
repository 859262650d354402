import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'
import { isNotFound, type ResolveResults, resolveDistinct } from './resolve-result.ts'
import type { Resolution, ResolveOptions, Resolver } from './resolver.ts'

/** A tag or digest that was looked up, with its image field. */
export interface AskedFor {
  readonly image: string
  readonly at: Place
  readonly reference: Reference
}

/** The answer of a mirror. */
interface Mirrored extends AskedFor {
  readonly resolution: Resolution
}

/**
 * Compares the answers of mirrors with those of the registries that they mirror.
 *
 * A registry that cannot be reached is only a warning: the clusters that need a mirror most reach nothing else.
 *
 * @param answers the answers of this run
 */
export async function staleMirrorDiagnostics(
  asked: readonly AskedFor[],
  answers: ResolveResults,
  { resolver, options }: { readonly resolver: Resolver; readonly options: ResolveOptions },
): Promise<Diagnostic[]> {
  const mirrored = asked.flatMap((one): Mirrored[] => {
    const outcome = answers.get(canonicalText(one.reference))
    const isMirrored = outcome?.kind === 'resolved' && outcome.resolution.origin.kind === 'mirror'
    return isMirrored ? [{ ...one, resolution: outcome.resolution }] : []
  })
  const questions = mirrored.map(({ reference }) => ({ reference }))
  const own = await resolveDistinct(questions, resolver, { ...options, bypassMirrors: true })
  const found = mirrored.flatMap((one) => compare(one, own))
  return found.filter((one, index) => found.findIndex((other) => isSame(one, other)) === index)
}

function compare({ image, at, reference, resolution }: Mirrored, registries: ResolveResults): Diagnostic[] {
  const { descriptor, origin } = resolution
  const outcome = registries.get(canonicalText(reference))
  if (outcome === undefined) return []
  const args = { image, mirror: origin.from, registry: reference.domain }
  if (outcome.kind === 'failed' && !isNotFound(outcome.error)) {
    const { code } = outcome.error
    return [{ code: 'MIRROR_NOT_COMPARED', severity: 'warning', args: { ...args, reason: code }, at }]
  }
  const { digest } = descriptor
  const says = outcome.kind === 'resolved' ? outcome.resolution.descriptor.digest : 'that it is not there'
  if (says === digest) return []
  return [{ code: 'MIRROR_STALE', severity: 'warning', args: { ...args, digest, says }, at }]
}

/** Of tag and digest of one image, what is the same for both is said once. */
function isSame(one: Diagnostic, other: Diagnostic): boolean {
  return one.code === other.code && one.at === other.at && one.args['says'] === other.args['says']
}
