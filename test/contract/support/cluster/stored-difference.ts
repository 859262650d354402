import { DIGEST } from '../../../support/truth-table.ts'
import type { KubernetesObject } from './cluster-client.ts'

/** What differs between an object that is stored without the filter and the one that is stored with it. */
export interface StoredDifference {
  /** Images with a digest more, wherever they stand: fields, copies, texts. */
  readonly images: number
  readonly policies: number
  /** Differences that the filter must not make, as `path: before, after`. */
  readonly others: readonly string[]
}

/** Compares two objects as the API server would store them, less what it makes anew each time. */
export function storedDifference(before: KubernetesObject, after: KubernetesObject): StoredDifference {
  const found = { images: 0, policies: 0, others: [] as string[] }
  compare(stable(before), stable(after), '', found)
  return found
}

function compare(
  before: unknown,
  after: unknown,
  path: string,
  found: { images: number; policies: number; others: string[] },
): void {
  if (Object.is(before, after)) return
  if (isCollection(before) && isCollection(after) && Array.isArray(before) === Array.isArray(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], `${path}.${key}`, found)
    }
  } else if (/pull_?policy$/i.test(path) && /^(?:Always|IfNotPresent|Never)$/.test(String(after))) {
    found.policies += 1
  } else if (typeof after === 'string' && isPinned(before, after)) found.images += 1
  else found.others.push(`${path}: ${JSON.stringify(before)}, ${JSON.stringify(after)}`)
}

/** A text of the server, such as a message, without the digests that the filter adds. */
export function withoutDigests(text: string): string {
  return text.replaceAll(`@${DIGEST}`, '')
}

/** Whether a text differs by digests, and by the policies that are written beside them where it is a manifest itself. */
function isPinned(before: unknown, after: string): boolean {
  if (after === DIGEST) return before === undefined || before === ''
  if (typeof before !== 'string' || !after.includes(DIGEST)) return false
  const policy = /^\s*(?:- )?"?(?:imagePullPolicy|pullPolicy)"?:.*\n?|, ?"?imagePullPolicy"?: ?"?\w+"?/gm
  const bare = (text: string): string => withoutDigests(text).replace(policy, '')
  return bare(before) === bare(after)
}

/** An object without what is another one for each request: its identity, times, names and addresses that the server chooses. */
function stable(object: KubernetesObject): unknown {
  const { uid, generateName, name } = object.metadata as Readonly<Record<string, string | undefined>>
  let text = JSON.stringify(object)
  if (uid !== undefined) text = text.replaceAll(uid, 'UID')
  if (generateName !== undefined && name !== undefined) text = text.replaceAll(name, 'NAME')
  const copy = JSON.parse(text)
  delete copy.metadata.creationTimestamp
  delete copy.metadata.managedFields
  if (copy.kind === 'Service') {
    for (const key of ['clusterIP', 'clusterIPs', 'healthCheckNodePort']) delete copy.spec?.[key]
    for (const port of copy.spec?.ports ?? []) delete port.nodePort
  }
  return copy
}

function isCollection(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}
