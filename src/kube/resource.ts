import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { keyText, resolveAlias, valueAt } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, Sequence, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import { formatApiVersion, type GroupVersionKind, gvkOf, gvkOfDocument } from './gvk.ts'

/** A Kubernetes object: a document, or an item of a list. */
export interface Resource {
  /** Its own root mapping. */
  readonly object: Mapping
  /** From the document's root: `items[2]` in a list, empty for the document itself. */
  readonly path: FieldPath
  readonly gvk: GroupVersionKind
  readonly identifier: ResourceIdentifier
  /** Whether it is an item of the ResourceList that kustomize and kpt pass to a KRM function. */
  readonly isFunctionItem: boolean
}

/** The group of the ResourceList of KRM functions, and its kind. */
const FUNCTION_GROUP = 'config.kubernetes.io'
const FUNCTION_LIST = 'ResourceList'

/** Whether a type is the ResourceList that kustomize and kpt pass to a KRM function. */
export function isResourceList({ group, kind }: GroupVersionKind): boolean {
  return group === FUNCTION_GROUP && kind === FUNCTION_LIST
}

/**
 * The Kubernetes objects of a document: itself, or the items of a `List`, any `…List`, a KRM `ResourceList` or an OpenShift
 * `Template`, at any depth. kubectl applies the `items` of an object of any kind (apimachinery, `unstructured/helpers.go`,
 * `unstructuredJSONScheme.decode`). A mapping without `apiVersion` and `kind` is not a resource, except as an item of a list
 * such as `PodList`: these have the type of the list's items.
 */
export function resourcesOf(document: YamlDocument): readonly Resource[] {
  const found: Resource[] = []
  const { contents } = document
  const gvk = gvkOfDocument(document)
  const root = contents === undefined ? undefined : resolveAlias(contents)
  if (gvk !== undefined && root?.kind === 'mapping')
    collectObject(root, gvk, { path: [], isFunctionItem: false }, found)
  return found
}

/** Returns the type, namespace and name of an object; `generateName` is used if it has no name. */
export function identifierOf(object: Mapping, gvk: GroupVersionKind): ResourceIdentifier {
  const namespace = object.stringAt('metadata', 'namespace')
  return {
    apiVersion: formatApiVersion(gvk),
    kind: gvk.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name: object.stringAt('metadata', 'name') ?? object.stringAt('metadata', 'generateName') ?? '',
  }
}

/** Computes its identifier on demand: most resources hold no image, and need none. */
class LazyResource implements Resource {
  readonly object: Mapping
  readonly path: FieldPath
  readonly gvk: GroupVersionKind
  readonly isFunctionItem: boolean
  #identifier: ResourceIdentifier | undefined

  constructor(object: Mapping, { path, isFunctionItem }: ListContext, gvk: GroupVersionKind) {
    this.object = object
    this.path = path
    this.gvk = gvk
    this.isFunctionItem = isFunctionItem
  }

  get identifier(): ResourceIdentifier {
    this.#identifier ??= identifierOf(this.object, this.gvk)
    return this.#identifier
  }
}

/** What is known of a node that may be an object. */
interface ListContext {
  /** From the document's root. */
  readonly path: FieldPath
  readonly isFunctionItem: boolean
  /** The type of the items of the list around it. */
  readonly itemType?: GroupVersionKind | undefined
}

function collect(node: YamlNode, spot: ListContext, found: Resource[]): void {
  const object = resolveAlias(node)
  if (object.kind !== 'mapping') return
  const gvk = gvkOf(object) ?? spot.itemType
  if (gvk !== undefined) collectObject(object, gvk, spot, found)
}

function collectObject(object: Mapping, gvk: GroupVersionKind, spot: ListContext, found: Resource[]): void {
  const list = listIn(object, gvk)
  // An object with `items` whose kind is no list may also be what its kind says.
  if (list === undefined || (itemsKeyOf(gvk) === undefined && OWN_KEYS.some((key) => valueAt(object, key)))) {
    found.push(new LazyResource(object, spot, gvk))
  }
  if (list === undefined) return
  const itemType = listItemType(gvk)
  const isFunctionItem = spot.path.length === 0 && isResourceList(gvk)
  list.items.items.forEach((item, index) => {
    collect(item, { path: [...spot.path, list.key, index], itemType, isFunctionItem }, found)
  })
}

/** Keys that show that an object is more than a list. */
const OWN_KEYS = ['spec', 'template', 'data']

function listIn(object: Mapping, gvk: GroupVersionKind): { key: string; items: Sequence } | undefined {
  const key = itemsKeyOf(gvk) ?? 'items'
  const items = valueAt(object, key)
  return items?.kind === 'sequence' ? { key, items } : undefined
}

/** Returns the key of the items in a list, such as `items` for `PodList`; undefined if the type is not a list. */
export function itemsKeyOf({ group, kind }: GroupVersionKind): string | undefined {
  if (kind.endsWith('List')) return 'items'
  // OpenShift's templates were of the core group before they got their own.
  if (kind === 'Template' && (group === 'template.openshift.io' || group === '')) return 'objects'
  return undefined
}

/** @returns the type of the items of a typed list such as `PodList` that have none of their own */
export function listItemType({ group, version, kind }: GroupVersionKind): GroupVersionKind | undefined {
  if (kind === 'List' || kind === FUNCTION_LIST || !kind.endsWith('List')) return undefined
  return { group, version, kind: kind.slice(0, -'List'.length) }
}

/** Returns the type of a mapping that is a Kubernetes object; undefined if it is something else, such as an object reference. */
export function objectTypeOf(mapping: Mapping): GroupVersionKind | undefined {
  const gvk = gvkOf(mapping)
  return gvk === undefined || isReference(mapping) ? undefined : gvk
}

/** Keys of a reference to other objects whose values are not scalars: selectors and parameters. */
const REFERENCE_KEYS: ReadonlySet<string> = new Set([
  'selector',
  'labelSelector',
  'namespaceSelector',
  'params',
])

/**
 * Whether a mapping with `apiVersion` and `kind` only refers to another object, as `ownerReferences`, `scaleTargetRef` or
 * Tekton's `taskRef` do. Real objects have their name in `metadata`.
 */
function isReference({ entries }: Mapping): boolean {
  let isNamed = false
  let others = 0
  for (const entry of entries) {
    const key = keyText(entry)
    if (key === 'apiVersion' || key === 'kind') continue
    if (key === 'name') isNamed = true
    if (resolveAlias(entry.value).kind !== 'scalar' && !REFERENCE_KEYS.has(key ?? '')) return false
    others += 1
  }
  return isNamed || others === 0
}

/** The annotation of the KRM functions specification for objects that are not applied. */
export const LOCAL_CONFIG = 'config.kubernetes.io/local-config'

/**
 * Whether an object is annotated with `config.kubernetes.io/local-config: "true"`. Only kustomize and kpt leave such an
 * object out, from the ResourceList of a function; kubectl and all other programs apply it.
 */
export function isLocalConfig(object: Mapping): boolean {
  if (!object.mayContain(LOCAL_CONFIG)) return false
  return object.stringAt('metadata', 'annotations', LOCAL_CONFIG) === 'true'
}
