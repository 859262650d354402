import { keyText, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { Mapping, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { type GroupVersionKind, gvkOf } from '../gvk.ts'
import { isResourceList, itemsKeyOf } from '../resource.ts'
import { podSpecPath } from '../tables/lookup.ts'
import type { NonObject } from './look-alike.ts'

/** A part of a document that is half an object. */
export interface Half extends NonObject {
  /** Where it starts. */
  readonly node: YamlNode
}

/** The keys at the root of the objects of Kubernetes' own types (kubernetes/api). Other files with `metadata` have others. */
const ROOT_KEYS: ReadonlySet<string> = new Set([
  ...[
    'apiVersion',
    'kind',
    'metadata',
    'spec',
    'status',
    'data',
    'stringData',
    'binaryData',
    'type',
    'immutable',
  ],
  ...['rules', 'subjects', 'roleRef', 'aggregationRule', 'webhooks', 'items', 'secrets', 'imagePullSecrets'],
])

/**
 * Recognizes a mapping without a type that begins or ends like an object: a truncated stream ends so, and one whose beginning is missing
 * starts so.
 */
export function halfUntyped(root: Mapping): NonObject | undefined {
  const [apiVersion, kind] = [root.stringAt('apiVersion'), root.stringAt('kind')]
  if (apiVersion !== undefined) return missing(`apiVersion ${apiVersion} but no kind`)
  // The kinds of Kubernetes begin with a capital letter. Others, such as a pipeline of Drone, often do not.
  if (kind !== undefined) return /^[A-Z]/.test(kind) ? missing(`kind ${kind} but no apiVersion`) : undefined
  const keys = root.entries.map(keyText)
  const [first] = ['apiVersion', 'kind', 'metadata'].filter((key) => keys.includes(key))
  if (first === undefined || !keys.every((key) => key !== undefined && ROOT_KEYS.has(key))) return undefined
  return missing(first === 'metadata' ? 'metadata but no apiVersion and no kind' : `${first} without a value`)
}

/** Kinds that programs read from files, and that may be complete without a name. */
const CONFIGURATION = /(?:Config|Configuration|List)$|^Policy$/
const CONFIGURATION_GROUP = /(?:^|\.)(?:config\.k8s\.io|x-k8s\.io)$/

/**
 * Recognizes an object that no API server accepts because it ends too early: its `metadata` has no value or no name, a core `List` has no
 * items, or its PodSpec is null. At the end of a stream, a kind that needs a PodSpec ends too early behind its type as well.
 *
 * @param isLast whether nothing follows it
 */
export function halfTyped(root: Mapping, gvk: GroupVersionKind, isLast: boolean): NonObject | undefined {
  if (gvk.group === '' && gvk.kind === 'List') {
    return root.find('items') === undefined ? cut(`it has ${typeOf(root, gvk)} but no items`) : undefined
  }
  const metadata = valueAt(root, 'metadata')
  if (metadata !== undefined && metadata.kind !== 'mapping' && !isNull(metadata)) {
    return cut(`its metadata is ${metadata.kind === 'sequence' ? 'a list' : `"${metadata.value}"`}`)
  }
  const needsName = metadata === undefined ? isLast && podSpecPath(gvk) !== undefined : !isConfiguration(gvk)
  if (needsName && isNameless(metadata) && isStub(root))
    return cut(`it has ${typeOf(root, gvk)}, and no name`)
  return nullPodSpec(root, gvk)
}

function typeOf(root: Mapping, { kind }: GroupVersionKind): string {
  return `apiVersion ${root.stringAt('apiVersion')} and kind ${kind}`
}

function isConfiguration({ group, kind }: GroupVersionKind): boolean {
  return CONFIGURATION.test(kind) || CONFIGURATION_GROUP.test(group)
}

function isNameless(metadata: YamlNode | undefined): boolean {
  return metadata?.kind !== 'mapping' || metadata.entries.every(({ value }) => isNull(value))
}

/** Whether an object has nothing beside its type and its metadata. */
function isStub({ entries }: Mapping): boolean {
  return entries.every((entry) => {
    const key = keyText(entry)
    return key === 'apiVersion' || key === 'kind' || key === 'metadata' || isNull(entry.value)
  })
}

function nullPodSpec(root: Mapping, gvk: GroupVersionKind): NonObject | undefined {
  const path = podSpecPath(gvk)
  if (path === undefined) return undefined
  let at = root
  for (const [index, key] of [...path, 'containers'].entries()) {
    const value = valueAt(at, key)
    if (value !== undefined && isNull(value)) {
      return cut(`its ${[...path, 'containers'].slice(0, index + 1).join('.')} has no value`)
    }
    if (value?.kind !== 'mapping') return undefined
    at = value
  }
  return undefined
}

/** The items of a core `List` and of a `ResourceList` that are no objects: kubectl and kustomize reject the whole list for one. */
export function halfItems(root: Mapping, gvk: GroupVersionKind): readonly Half[] {
  const isPlainList = gvk.group === '' && gvk.kind === 'List'
  if (!isPlainList && !isResourceList(gvk)) return []
  const key = itemsKeyOf(gvk) ?? 'items'
  const list = valueAt(root, key)
  if (list?.kind !== 'sequence') return []
  return list.items.flatMap((node, index) => {
    const half = halfItem(resolveAlias(node), index === list.items.length - 1)
    return half === undefined ? [] : [{ ...half, found: `${key}[${index}]: ${half.found}`, node }]
  })
}

function halfItem(item: YamlNode, isLast: boolean): NonObject | undefined {
  if (item.kind !== 'mapping') return cut(isNull(item) ? 'it is null' : 'it is no mapping')
  const gvk = gvkOf(item)
  if (gvk !== undefined) return halfTyped(item, gvk, isLast)
  return halfUntyped(item) ?? missing('no apiVersion and no kind')
}

/** The words with which a document may begin, and the marker before it. */
const BEGINNINGS = ['apiVersion', 'kind', 'metadata', '---']

/** Recognizes the last document of a stream that ends within its first word: `apiVers`, or `--` of the next marker. */
export function halfWord({ contents }: YamlDocument, { bytes }: Source): NonObject | undefined {
  if (contents === undefined || contents.end !== bytes.length) return undefined
  const word = firstWord(contents)
  if (word === undefined || !BEGINNINGS.some((one) => one.startsWith(word))) return undefined
  return cut(`the stream ends with "${word}"`)
}

function firstWord(root: YamlNode): string | undefined {
  if (root.kind === 'scalar') return root.style === 'plain' && root.value !== '' ? root.value : undefined
  const isDash = root.kind === 'sequence' && root.style === 'block' && root.items.length === 1
  return isDash && isNull(root.items[0] as YamlNode) ? '-' : undefined
}

function isNull(node: YamlNode): boolean {
  const value = resolveAlias(node)
  return value.kind === 'scalar' && value.isNull
}

function missing(what: string): NonObject {
  return {
    found: `it has ${what}, so its images are not checked`,
    advice: 'add what is missing; if it was there, the stream was cut: check the previous step',
    half: true,
  }
}

function cut(found: string): NonObject {
  return {
    found,
    advice: 'the stream was cut, or a template rendered nothing: check the previous step',
    half: true,
  }
}
