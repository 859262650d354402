import { findImages } from '../../src/kube/find/find-images.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import type { YamlDocument, YamlNode } from '../../src/yaml/nodes.ts'
import { readSource, type Source } from '../../src/yaml/source.ts'
import { type ContainerImage, containerImages } from './container-images.ts'
import { type JsonValue, kubernetesValue, NoJson } from './kubernetes-value.ts'

/** The result of kubectl's decoder for a stream: `test/contract/support/kubernetes-reader`. */
export interface KubernetesAnswer {
  /** The documents before the first that it rejects. */
  readonly documents: readonly JsonValue[]
  readonly error?: string
}

/** The result of a reader for a stream. */
export type StreamReading =
  | {
      readonly kind: 'read'
      readonly roots: readonly (YamlNode | undefined)[]
      readonly images: readonly ContainerImage[]
    }
  | { readonly kind: 'refused'; readonly reason: string }

export type ReadStream = (bytes: Uint8Array) => StreamReading

export type Verdict =
  /** Both read it in the same way, with this number of documents that are not null. */
  | { readonly kind: 'same'; readonly documents: number }
  /** Kubernetes rejects it, and both read the documents before that in the same way. */
  | { readonly kind: 'refused by Kubernetes' }
  /** Pinpull rejects it, which is always safe. */
  | { readonly kind: 'refused by Pinpull'; readonly reason: string }
  | { readonly kind: 'different'; readonly problem: string }

/** Reads a stream like the filter and `check`. */
export const readAsPinpull: ReadStream = (bytes) => {
  let source: Source
  try {
    source = readSource(bytes)
  } catch (error) {
    return { kind: 'refused', reason: String(error) }
  }
  const { documents, diagnostics } = readDocuments(source)
  const [problem] = diagnostics
  if (problem !== undefined) return { kind: 'refused', reason: String(problem.args['reason']) }
  return {
    kind: 'read',
    roots: documents.map(({ contents }) => contents),
    images: imagesIn(documents, source),
  }
}

/** The images of containers that Pinpull finds, with their policies. */
export function imagesIn(documents: readonly YamlDocument[], source: Source): ContainerImage[] {
  return findImages(documents, source).fields.map(({ image, policy }) => ({
    image,
    policy: policy?.scalar?.isString ? policy.scalar.value : null,
  }))
}

/**
 * Compares Pinpull's reading with Kubernetes': the same documents with the same JSON, and every container's image and
 * policy found.
 */
export function compareWithKubernetes(reading: StreamReading, answer: KubernetesAnswer): Verdict {
  if (reading.kind === 'refused') return { kind: 'refused by Pinpull', reason: reading.reason }
  const objects: JsonValue[] = []
  let failure: string | undefined
  try {
    for (const root of reading.roots) {
      const value = root === undefined ? null : kubernetesValue(root)
      if (value !== null) objects.push(value)
    }
  } catch (error) {
    if (!(error instanceof NoJson)) throw error
    failure = error.message
  }
  const documents = answer.documents.filter((document) => document !== null)
  for (const [i, document] of documents.entries()) {
    if (i >= objects.length) return different(`document ${i + 1} is not there: ${failure ?? ''}`)
    const place = differenceOf(document, objects[i] as JsonValue, '')
    if (place !== undefined) return different(`document ${i + 1} differs at ${place}`)
  }
  const missing = missingOf(documents, reading.images)
  if (missing !== undefined) return different(missing)
  if (answer.error !== undefined) return { kind: 'refused by Kubernetes' }
  if (failure !== undefined) return different(`Kubernetes makes JSON of it: ${failure}`)
  if (objects.length > documents.length) return different(`document ${documents.length + 1} is one too many`)
  return { kind: 'same', documents: documents.length }
}

function different(problem: string): Verdict {
  return { kind: 'different', problem }
}

function missingOf(documents: readonly JsonValue[], found: readonly ContainerImage[]): string | undefined {
  const left = new Map<string, number>()
  for (const one of found) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1)
  for (const one of documents.flatMap(containerImages)) {
    const count = left.get(keyOf(one)) ?? 0
    if (count === 0) return `not found: ${one.image}, policy ${one.policy}`
    left.set(keyOf(one), count - 1)
  }
  return undefined
}

function keyOf({ image, policy }: ContainerImage): string {
  return JSON.stringify([image, policy])
}

/** The first difference of two values, as `path: theirs, ours`. */
function differenceOf(theirs: JsonValue, ours: JsonValue, path: string): string | undefined {
  if (theirs === ours) return undefined
  if (!isCollection(theirs) || !isCollection(ours) || Array.isArray(theirs) !== Array.isArray(ours)) {
    return `${path}: ${JSON.stringify(theirs)}, ${JSON.stringify(ours)}`
  }
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const [one, other] = [Object.hasOwn(theirs, key), Object.hasOwn(ours, key)]
    if (!one || !other) return `${path}.${key}: ${one ? 'missing' : 'too many'}`
    const found = differenceOf(theirs[key] as JsonValue, ours[key] as JsonValue, `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

function isCollection(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null
}
