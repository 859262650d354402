import { parseReference } from '../../reference/parse.ts'
import type { Reference } from '../../reference/reference.ts'
import { resolveAlias } from '../../yaml/lookup.ts'
import type { Alias, Mapping, NodeChange, Scalar } from '../../yaml/nodes.ts'
import type { ImageField, SplitReference } from '../image-field.ts'
import type { SplitKeys } from '../tables/table-row.ts'
import type { ValueExpression } from './field-options.ts'
import type { ScalarRule } from './field-rules.ts'

/** The reference in a text, and the text around it. */
export interface ReferencePart {
  readonly image: string
  readonly prefix?: string
  readonly suffix?: string
}

/** The schemes of URLs of images: Helm, Flux, Istio, KServe, CDI. */
const IMAGE_URL = /^(?:oci|docker|oci\+[a-z]+):\/\//

/**
 * Reads the reference in a text to which a rule leads.
 *
 * @param mapping the mapping around the text
 * @returns undefined if the conditions of the rule do not hold
 */
export function readReference(
  text: string,
  { conditions, value }: Pick<ScalarRule, 'conditions' | 'value'>,
  mapping: Mapping,
): ReferencePart | undefined {
  if (conditions.has('docker-image') && mapping.stringAt('kind') !== 'DockerImage') return undefined
  if (conditions.has('with-path') && !/[/:@]/.test(text)) return undefined
  if (conditions.has('tagged') && !/[:@]/.test(text.slice(text.lastIndexOf('/') + 1))) return undefined
  if (conditions.has('url')) {
    const prefix = IMAGE_URL.exec(text)?.[0]
    return prefix === undefined ? undefined : { image: text.slice(prefix.length), prefix }
  }
  return value === undefined ? { image: text } : matched(text, value)
}

/** Applies the expression of a user's rule. */
function matched(text: string, expression: ValueExpression): ReferencePart | undefined {
  const range = expression.find(text)
  if (range === undefined) return undefined
  const [start, end] = range
  return {
    image: text.slice(start, end),
    ...(start === 0 ? {} : { prefix: text.slice(0, start) }),
    ...(end === text.length ? {} : { suffix: text.slice(end) }),
  }
}

/**
 * The change that writes a reference into a field. If the field has the parts of a reference in several keys, only the digest
 * is written.
 *
 * @param reference the new reference
 */
export function referenceChange(field: ImageField, reference: Reference): NodeChange {
  const { split, node } = field
  if (split === undefined) {
    const { prefix = '', suffix = '' } = field
    return { kind: 'set', node, value: `${prefix}${reference.text}${suffix}` }
  }
  const { digest } = reference
  if (digest === undefined || parseReference(field.image).digest === digest) return unchangedValue(field)
  if (split.digestKey === undefined) {
    return { kind: 'set', node, value: `${parseReference(field.image).tag}@${digest}` }
  }
  if (split.digest !== undefined) return { kind: 'set', node: split.digest, value: digest }
  const { mapping, afterKey, digestKey: key } = split
  return { kind: 'insert', mapping, afterKey, key, value: digest }
}

/** The change that keeps the value of a field: other changes of the same value conflict with it. */
export function unchangedValue({ node, scalar }: ImageField): NodeChange {
  return { kind: 'set', node, value: scalar.value }
}

/** A reference that was joined from its parts. */
export interface JoinedReference {
  readonly image: string
  readonly tag: Scalar
  readonly node: Scalar | Alias
  /** First byte of the tag's key. */
  readonly tagKey: number
  readonly split: SplitReference
}

/**
 * Joins the parts of a reference.
 *
 * @returns undefined without a repository or a tag: then the operator uses defaults that are unknown here
 */
export function joinReference(mapping: Mapping, keys: SplitKeys): JoinedReference | undefined {
  const { oldRepository } = keys
  const repository =
    textAt(mapping, keys.repository) ??
    (oldRepository === undefined ? undefined : textAt(mapping, oldRepository))
  const tag = mapping.find(keys.tag)
  const tagScalar = tag === undefined ? undefined : resolveAlias(tag.entry.value)
  if (repository === undefined || tag === undefined || tagScalar?.kind !== 'scalar') return undefined
  if (!tagScalar.isString || tagScalar.value === '') return undefined
  const registry = keys.registry === undefined ? undefined : textAt(mapping, keys.registry)
  const digest = keys.digest === undefined ? undefined : mapping.find(keys.digest)?.entry.value
  const digestText = keys.digest === undefined ? undefined : textAt(mapping, keys.digest)
  const name = registry === undefined ? repository : `${registry}/${repository}`
  const digestNode = digest?.kind === 'scalar' || digest?.kind === 'alias' ? digest : undefined
  return {
    image: `${name}:${tagScalar.value}${digestText === undefined ? '' : `@${digestText}`}`,
    tag: tagScalar,
    node: tag.entry.value.kind === 'alias' ? tag.entry.value : tagScalar,
    tagKey: tag.entry.key.start,
    split: {
      mapping: tag.owner,
      afterKey: tag.entry.key.start,
      digestKey: keys.digest,
      digest: digestNode,
    },
  }
}

function textAt(mapping: Mapping, key: string): string | undefined {
  return mapping.stringAt(key) || undefined
}
