import { parseReference } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import type { NodeChange } from '../yaml/change.ts'
import { stringAt } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'
import type { ValueExpression } from './field-options.ts'
import type { ScalarRule } from './field-rules.ts'
import type { ImageField } from './image-field.ts'

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
export function referenceIn(
  text: string,
  { marks, value }: Pick<ScalarRule, 'marks' | 'value'>,
  mapping: Mapping,
): ReferencePart | undefined {
  if (marks.has('docker-image') && stringAt(mapping, 'kind') !== 'DockerImage') return undefined
  if (marks.has('with-path') && !/[/:@]/.test(text)) return undefined
  if (marks.has('tagged') && !/[:@]/.test(text.slice(text.lastIndexOf('/') + 1))) return undefined
  if (marks.has('url')) {
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
export function writeReference(field: ImageField, written: Reference): NodeChange {
  const { split, node } = field
  if (split === undefined) {
    const { prefix = '', suffix = '' } = field
    return { kind: 'set', node, value: `${prefix}${written.text}${suffix}` }
  }
  const { digest } = written
  if (digest === undefined || parseReference(field.image).digest === digest) return writeAsIs(field)
  if (split.digestKey === undefined) {
    return { kind: 'set', node, value: `${parseReference(field.image).tag}@${digest}` }
  }
  if (split.digest !== undefined) return { kind: 'set', node: split.digest, value: digest }
  const { holder: mapping, afterKey, digestKey: key } = split
  return { kind: 'insert', mapping, afterKey, key, value: digest }
}

/** Leaves a field as it is: it says that the value is meant to stay. */
export function writeAsIs({ node, scalar }: ImageField): NodeChange {
  return { kind: 'set', node, value: scalar.value }
}
