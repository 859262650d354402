import { gvkOf } from '../../kube/gvk.ts'
import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, Sequence, YamlDocument } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { type ImageOverride, readOverride } from './image-override.ts'

/** An entry that replaces images, and where it is. */
export interface LocatedOverride extends ImageOverride {
  readonly document: YamlDocument
  readonly path: FieldPath
}

/** The root mappings of documents. */
export function rootsOf(documents: readonly YamlDocument[]): readonly (readonly [YamlDocument, Mapping])[] {
  return documents.flatMap((document) => {
    const root = document.contents === undefined ? undefined : resolveAlias(document.contents)
    return root?.kind === 'mapping' ? [[document, root] as const] : []
  })
}

/** Finds the entries of `images` below some keys of a mapping. */
export function overridesAt(
  document: YamlDocument,
  root: Mapping,
  path: readonly string[],
  source: Source,
): LocatedOverride[] {
  const list = valueAt(root, ...path)
  return list?.kind === 'sequence' ? overridesIn(document, list, path, source) : []
}

/** The entries of a list of images. */
export function overridesIn(
  document: YamlDocument,
  list: Sequence,
  path: FieldPath,
  source: Source,
): LocatedOverride[] {
  return list.items.flatMap((item, index) => {
    const mapping = resolveAlias(item)
    const override = mapping.kind === 'mapping' ? readOverride(mapping, source) : undefined
    return override === undefined ? [] : [{ ...override, document, path: [...path, index] }]
  })
}

/** The entry of a transformer of kind `ImageTagTransformer` (kustomize, plugin/builtin/imagetagtransformer). */
export function transformerOverride(
  document: YamlDocument,
  root: Mapping,
  source: Source,
): LocatedOverride | undefined {
  if (gvkOf(root)?.kind !== 'ImageTagTransformer') return undefined
  const mapping = mappingAt(root, 'imageTag')
  const override = mapping === undefined ? undefined : readOverride(mapping, source)
  return override === undefined ? undefined : { ...override, document, path: ['imageTag'] }
}

/** Whether a kustomization is one that others include, and that makes nothing by itself. */
export function isComponent(root: Mapping): boolean {
  return root.stringAt('kind') === 'Component'
}

/** Keys under which images may be that no manifest has. */
const CHANGING_KEYS = [
  'patches',
  'patchesJson6902',
  'patchesStrategicMerge',
  'replacements',
  'transformers',
  'generators',
] as const

/** Whether a kustomization may make an image that no manifest has, such as with a JSON patch. */
export function changesResources(root: Mapping): boolean {
  return CHANGING_KEYS.some((key) => root.find(key) !== undefined)
}

/** What a kustomization reads, as it is written there. */
export interface KustomizationPaths {
  /** May be files, folders with a kustomization, or remote ones. */
  readonly resources: readonly string[]
  /** May be files or folders with generators and transformers. */
  readonly plugins: readonly string[]
  /** May be files, or be fetched. */
  readonly files: readonly string[]
}

/** Keys with a list of files, folders or remote folders. */
const RESOURCE_KEYS = ['resources', 'bases', 'components'] as const

/** Keys with a list of files or folders that have transformers or generators, or of these themselves as YAML. */
const PLUGIN_KEYS = ['generators', 'transformers', 'validators'] as const

/** Keys with a list of files. */
const FILE_KEYS = ['crds', 'configurations', 'patchesStrategicMerge'] as const

/** Keys with a list of mappings, that have a file under `path`. */
const PATH_KEYS = ['patches', 'patchesJson6902', 'replacements'] as const

/** Keys with a list of generators, and what these read. */
const GENERATOR_KEYS = ['configMapGenerator', 'secretGenerator'] as const

/** Lists what a kustomization reads (kustomize, api/types/kustomization.go). */
export function pathsOf(root: Mapping): KustomizationPaths {
  const generated = GENERATOR_KEYS.flatMap((key) => mappingsAt(root, key)).flatMap((generator) => [
    // `key=path`, or a path.
    ...stringsAt(generator, 'files').map((text) => text.slice(text.indexOf('=') + 1)),
    ...stringsAt(generator, 'envs'),
    ...textAt(generator, 'env'),
  ])
  const inPaths = PATH_KEYS.flatMap((key) => mappingsAt(root, key)).flatMap((one) => textAt(one, 'path'))
  return {
    resources: RESOURCE_KEYS.flatMap((key) => stringsAt(root, key)),
    plugins: PLUGIN_KEYS.flatMap((key) => stringsAt(root, key)).filter((text) => !isInline(text)),
    files: [
      ...FILE_KEYS.flatMap((key) => stringsAt(root, key)).filter((text) => !isInline(text)),
      ...inPaths,
      ...generated,
      ...textAt(root, 'openapi', 'path'),
    ],
  }
}

/** Whether a text is YAML in place of a file's name. */
function isInline(text: string): boolean {
  return text.includes('\n') || /:\s/.test(text)
}

function stringsAt(root: Mapping, key: string): string[] {
  const list = valueAt(root, key)
  if (list?.kind !== 'sequence') return []
  return list.items.flatMap((item) => {
    const node = resolveAlias(item)
    return node.kind === 'scalar' ? [node.value] : []
  })
}

function mappingsAt(root: Mapping, key: string): Mapping[] {
  const list = valueAt(root, key)
  if (list?.kind !== 'sequence') return []
  return list.items.flatMap((item) => {
    const node = resolveAlias(item)
    return node.kind === 'mapping' ? [node] : []
  })
}

function textAt(root: Mapping, ...path: readonly string[]): string[] {
  const text = root.stringAt(...path)
  return text === undefined || text === '' ? [] : [text]
}
