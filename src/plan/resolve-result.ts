import { PinpullError } from '../diagnostics/errors.ts'
import { nodePlatforms } from '../kube/pod/node-platform.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'
import type { Decision } from './decision.ts'
import type { Resolution, ResolveOptions, Resolver } from './resolver.ts'

/** Something to ask a registry, with what is wanted beside the digest. */
export interface ResolveRequest extends Pick<ResolveOptions, 'wantPlatforms'> {
  readonly reference: Reference
}

/**
 * What a decision leaves to be asked. The platforms of an index cost a GET, which counts as a pull at Docker Hub, so they
 * are only asked for where the workload says which nodes it may land on.
 */
export function requestsFor(decision: Decision): ResolveRequest[] {
  if (decision.kind !== 'pin') return []
  const { podSpec } = decision.field
  const wantPlatforms = podSpec !== undefined && nodePlatforms(podSpec).length > 0
  return [{ reference: decision.lookupReference, ...(wantPlatforms ? { wantPlatforms } : {}) }]
}

/** What asking for one reference came to. */
export type ResolveResult =
  | { readonly kind: 'resolved'; readonly resolution: Resolution }
  | { readonly kind: 'failed'; readonly error: PinpullError }

/** Outcomes by canonical text: two spellings of one image are one question. */
export type ResolveResults = ReadonlyMap<string, ResolveResult>

/**
 * Asks for each distinct reference once, with all that any question about it wants, all at the same time (limits are
 * the resolver's business), and waits for every answer, so that one bad image does not hide nine others.
 * @param questions their references in any spelling, repeats allowed
 * @param onAnswer called after each answer, with the numbers of answered and of all questions
 * @throws whatever is not a `PinpullError`: a defect
 */
export async function resolveDistinct(
  questions: readonly ResolveRequest[],
  resolver: Resolver,
  options: ResolveOptions,
  onAnswer: (answered: number, all: number) => void = () => {},
): Promise<ResolveResults> {
  const distinct = new Map<string, ResolveRequest>()
  for (const question of questions) {
    const key = canonicalText(question.reference)
    distinct.set(key, { ...distinct.get(key), ...question })
  }
  let answered = 0
  const ask = async ([key, question]: [string, ResolveRequest]): Promise<[string, ResolveResult]> => {
    const { reference, ...wishes } = question
    const outcome = await resolveToResult(reference, resolver, { ...options, ...wishes })
    answered += 1
    onAnswer(answered, distinct.size)
    return [key, outcome]
  }
  return new Map(await Promise.all([...distinct].map(ask)))
}

/**
 * Asks for one reference.
 * @throws whatever is not a `PinpullError`: a defect
 */
export async function resolveToResult(
  reference: Reference,
  resolver: Resolver,
  options: ResolveOptions,
): Promise<ResolveResult> {
  try {
    return { kind: 'resolved', resolution: await resolver.resolve(reference, options) }
  } catch (error) {
    if (error instanceof PinpullError) return { kind: 'failed', error }
    throw error
  }
}

/** Whether a registry answered that the image does not exist. */
export function isNotFound({ code }: Pick<PinpullError, 'code'>): boolean {
  return code === 'MANIFEST_UNKNOWN' || code === 'REPOSITORY_UNKNOWN'
}
