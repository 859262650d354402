import { parseReference } from '../../reference/parse.ts'
import type { Reference } from '../../reference/reference.ts'
import { resolveAlias } from '../../yaml/lookup.ts'
import type { Alias, Mapping, NodeChange, Scalar } from '../../yaml/nodes.ts'
import type { ImageField, SplitReference } from '../image-field.ts'
import type { SplitKeys } from '../tables/table-row.ts'
import type { ValueExpression } from './field-options.ts'
import type { ScalarRule } from './field-rules.ts'

/** The part of a text that is a reference, and what stands around it. */
export interface ReferencePart {
  readonly image: string
  readonly prefix?: string
  readonly suffix?: string
}

/** Transports under which registries' images are named by URL: Helm, Flux, Istio, KServe, CDI. */
const IMAGE_URL = /^(?:oci|docker|oci\+[a-z]+):\/\//

/**
 * The reference in a text that a rule leads to; `undefined` where the rule's conditions say that it holds none.
 *
 * @param mapping the mapping around the text
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

/** What a user's expression finds. */
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
 * Writes a reference into a field as the field spells references. One in parts keeps the names of its parts, and only
 * gets the digest.
 *
 * @param written the reference that is to stand there
 */
export function referenceChange(field: ImageField, written: Reference): NodeChange {
  const { split, node } = field
  if (split === undefined) {
    const { prefix = '', suffix = '' } = field
    return { kind: 'set', node, value: `${prefix}${written.text}${suffix}` }
  }
  const { digest } = written
  if (digest === undefined || parseReference(field.image).digest === digest) return unchangedValue(field)
  if (split.digestKey === undefined) {
    return { kind: 'set', node, value: `${parseReference(field.image).tag}@${digest}` }
  }
  if (split.digest !== undefined) return { kind: 'set', node: split.digest, value: digest }
  const { mapping, afterKey, digestKey: key } = split
  return { kind: 'insert', mapping, afterKey, key, value: digest }
}

/** Leaves a field as it is: it says that the value is meant to stay. */
export function unchangedValue({ node, scalar }: ImageField): NodeChange {
  return { kind: 'set', node, value: scalar.value }
}

/** A reference that was put together from its parts. */
export interface JoinedReference {
  readonly image: string
  readonly tag: Scalar
  readonly node: Scalar | Alias
  /** First byte of the tag's key. */
  readonly tagKey: number
  readonly split: SplitReference
}

/**
 * Puts a reference together from its parts; `undefined` where there is no repository or no tag, since then the
 * operator's own defaults stand in, which nobody knows here.
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
      ...(keys.digest === undefined ? {} : { digestKey: keys.digest }),
      ...(digestNode === undefined ? {} : { digest: digestNode }),
    },
  }
}

function textAt(mapping: Mapping, key: string): string | undefined {
  return mapping.stringAt(key) || undefined
}
