import { gvkOf } from '../../kube/gvk.ts'
import { resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, Sequence, YamlDocument } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { type LocatedOverride, overridesIn, transformerOverride } from './kustomization.ts'

/** An image of an Application of Argo CD: a text as `kustomize edit set image` takes it, `[NAME=]IMAGE`. */
export interface ImageText {
  readonly document: YamlDocument
  readonly path: FieldPath
  readonly node: Scalar
}

/** What an object in a file has of kustomize's settings of images. */
export interface ObjectOverrides {
  readonly overrides: readonly LocatedOverride[]
  readonly texts: readonly ImageText[]
  /** The program that applies them: `Flux`, `Argo CD`, `kustomize`. */
  readonly program: string
}

/** A list in an object, and the path to it. */
type FoundList = readonly [path: FieldPath, list: Sequence]

/** Finds the images that an object sets with kustomize's means; undefined for an object that has no such field. */
export function objectOverrides(
  document: YamlDocument,
  root: Mapping,
  source: Source,
): ObjectOverrides | undefined {
  const { group, kind } = gvkOf(root) ?? {}
  const entries = (lists: readonly FoundList[]): LocatedOverride[] =>
    lists.flatMap(([path, list]) => overridesIn(document, list, path, source))
  switch (`${group} ${kind}`) {
    case 'kustomize.toolkit.fluxcd.io Kustomization':
      return { program: 'Flux', overrides: entries(listsAt(root, [], ['spec', 'images'])), texts: [] }
    case 'helm.toolkit.fluxcd.io HelmRelease': {
      const path = ['spec', 'postRenderers', '*', 'kustomize', 'images']
      return { program: 'Flux', overrides: entries(listsAt(root, [], path)), texts: [] }
    }
    case 'argoproj.io Application':
      return { program: 'Argo CD', overrides: [], texts: applicationTexts(document, root, ['spec']) }
    case 'argoproj.io ApplicationSet':
      return {
        program: 'Argo CD',
        overrides: [],
        texts: applicationTexts(document, root, ['spec', 'template', 'spec']),
      }
    default: {
      const override = transformerOverride(document, root, source)
      return override && { program: 'kustomize', overrides: [override], texts: [] }
    }
  }
}

/** The sources of an Application, below its `spec` (Argo CD, pkg/apis/application/v1alpha1/types.go). */
const SOURCES = [['source'], ['sources', '*'], ['sourceHydrator', 'drySource']] as const

function applicationTexts(document: YamlDocument, root: Mapping, spec: readonly string[]): ImageText[] {
  return SOURCES.flatMap((source) => listsAt(root, [], [...spec, ...source, 'kustomize', 'images'])).flatMap(
    ([path, list]) =>
      list.items.flatMap((item, index) =>
        item.kind === 'scalar' && item.isString ? [{ document, path: [...path, index], node: item }] : [],
      ),
  )
}

/** Finds the lists at the end of a path, in which `*` stands for every item of a list. */
function listsAt(mapping: Mapping, above: FieldPath, path: readonly string[]): FoundList[] {
  const star = path.indexOf('*')
  const keys = star < 0 ? path : path.slice(0, star)
  const list = valueAt(mapping, ...keys)
  if (list?.kind !== 'sequence') return []
  const at = [...above, ...keys]
  if (star < 0) return [[at, list]]
  return list.items.flatMap((item, index) => {
    const node = resolveAlias(item)
    return node.kind === 'mapping' ? listsAt(node, [...at, index], path.slice(star + 1)) : []
  })
}
