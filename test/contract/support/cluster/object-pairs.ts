import { BUILTIN_PROFILES } from '../../../../src/config/builtin-profiles.ts'
import { transform } from '../../../../src/transform.ts'
import { ANY_IMAGE } from '../../../support/truth-table.ts'
import type { KubernetesServer } from '../kubernetes-server.ts'
import type { KubernetesObject } from './cluster-client.ts'

/** An object before and after the filter. */
export interface ObjectPair {
  readonly stream: string
  readonly before: KubernetesObject
  readonly after: KubernetesObject
}

/** What became of a stream: its objects, or why there are none. */
export type FilteredStream =
  | { readonly kind: 'filtered'; readonly pairs: readonly ObjectPair[] }
  /** Pinpull or kubectl refuses the stream. */
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Filters a stream with every image known, under `prod`, or under `staging` where `prod` refuses something in it, and reads it
 * before and after as kubectl does. Items of lists are objects of their own.
 *
 * @param reader kubectl's decoder
 * @param name for messages
 */
export async function filterStream(
  reader: KubernetesServer,
  name: string,
  bytes: Uint8Array,
): Promise<FilteredStream> {
  const output = (await filter('prod', bytes)) ?? (await filter('staging', bytes))
  if (output === undefined) return { kind: 'refused', reason: 'by Pinpull' }
  const [before, after] = await reader.read([bytes, output])
  if (before?.error !== undefined) return { kind: 'refused', reason: `by kubectl: ${before.error}` }
  if (after?.error !== undefined) throw new Error(`${name} cannot be read after the filter: ${after.error}`)
  const [olds, news] = [before, after].map((answer) => (answer?.documents ?? []).flatMap(objectsIn))
  if (olds?.length !== news?.length) throw new Error(`${name} has another number of objects after the filter`)
  const pairs = (olds ?? []).map((object, index) => ({ stream: name, before: object, after: news![index]! }))
  return { kind: 'filtered', pairs }
}

async function filter(profile: string, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const { output } = await transform(bytes, {
    profile: BUILTIN_PROFILES.get(profile)!,
    resolver: ANY_IMAGE,
    signal: new AbortController().signal,
  })
  return output
}

/** The objects of a document. One without `apiVersion`, `kind` or a name is none: values files, kustomizations, null. */
function objectsIn(document: unknown): KubernetesObject[] {
  if (typeof document !== 'object' || document === null) return []
  const object = document as Partial<KubernetesObject>
  if (object.kind?.endsWith('List') && Array.isArray(object['items']))
    return object['items'].flatMap(objectsIn)
  const { apiVersion, kind, metadata } = object
  const isObject =
    typeof apiVersion === 'string' &&
    typeof kind === 'string' &&
    typeof (metadata?.name ?? metadata?.generateName) === 'string'
  return isObject ? [object as KubernetesObject] : []
}
