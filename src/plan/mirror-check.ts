import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'
import {
  isNotFoundError,
  type ResolveResult,
  type ResolveResults,
  resolveDistinct,
} from './resolve-result.ts'
import type { Resolution, ResolveOptions, Resolver } from './resolver.ts'

/** A reference that was resolved for an image field. */
export interface Lookup {
  /** The value of the image field. */
  readonly image: string
  readonly at: Location
  /** The reference that was resolved: with the tag or the digest of the image. */
  readonly reference: Reference
}

/** A reference that a mirror has resolved. */
export interface MirroredLookup extends Lookup {
  /** The mirror's answer. */
  readonly resolution: Resolution
}

/**
 * Reports mirrors that resolved a reference that the registry resolves to another digest or does not have (`MIRROR_STALE`, a
 * warning): resolves each reference that a mirror answered again, at the registry itself. If that fails otherwise, it is only a
 * warning (`MIRROR_NOT_COMPARED`), because many clusters that use mirrors can reach nothing else.
 *
 * @param lookups the references that were resolved; those that no mirror answered are ignored
 * @param results the results of resolving them
 */
export async function staleMirrorDiagnostics(
  lookups: readonly Lookup[],
  results: ResolveResults,
  { resolver, options }: { readonly resolver: Resolver; readonly options: ResolveOptions },
): Promise<Diagnostic[]> {
  const mirrored = lookups.flatMap((lookup): MirroredLookup[] => {
    const result = results.get(canonicalText(lookup.reference))
    const isMirrored = result?.kind === 'resolved' && result.resolution.origin.kind === 'mirror'
    return isMirrored ? [{ ...lookup, resolution: result.resolution }] : []
  })
  const requests = mirrored.map(({ reference }) => ({ reference }))
  const direct = await resolveDistinct(requests, resolver, { ...options, bypassMirrors: true })
  const diagnostics = mirrored.flatMap((lookup) => {
    const result = direct.get(canonicalText(lookup.reference))
    return result === undefined ? [] : compareWithRegistry(lookup, result)
  })
  return diagnostics.filter((one, index) => diagnostics.findIndex((other) => isSame(one, other)) === index)
}

/** Compares the answer of a mirror with the registry's own (`MIRROR_STALE`, `MIRROR_NOT_COMPARED`). */
export function compareWithRegistry(
  { image, at, reference, resolution }: MirroredLookup,
  result: ResolveResult,
): Diagnostic[] {
  const { descriptor, origin } = resolution
  const args = { image, mirror: origin.from, registry: reference.domain }
  if (result.kind === 'failed' && !isNotFoundError(result.error)) {
    const { code: reason } = result.error
    return [{ code: 'MIRROR_NOT_COMPARED', severity: 'warning', args: { ...args, reason }, at }]
  }
  const { digest } = descriptor
  const says = result.kind === 'resolved' ? result.resolution.descriptor.digest : 'that it does not exist'
  if (says === digest) return []
  return [{ code: 'MIRROR_STALE', severity: 'warning', args: { ...args, digest, says }, at }]
}

/** Whether two diagnostics, of the tag and of the digest of one image, are the same. */
function isSame(one: Diagnostic, other: Diagnostic): boolean {
  return one.code === other.code && one.at === other.at && one.args['says'] === other.args['says']
}
