import type { ImageField } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import { type Resource, resourcesOf } from '../kube/resource.ts'
import type { ImageEntry } from '../report/report.ts'
import type { Source } from '../yaml/source.ts'
import type { RenderedImage } from './post-renderer.ts'

/**
 * Reads what a run makes of the images of a stream.
 *
 * @param entries the results of the fields, in their order
 */
export function renderedImages(
  { fields, source }: { readonly fields: readonly ImageField[]; readonly source: Source },
  entries: readonly Pick<ImageEntry, 'image' | 'result'>[],
): RenderedImage[] {
  return fields.map((field, index) => {
    const { image, result } = entries[index] as ImageEntry
    const { prefix = '', suffix = '', resource } = field
    const { name, root } = selectedObject(field)
    return {
      resource: { ...resource, name },
      path: field.path.slice(root),
      before: `${prefix}${image}${suffix}`,
      after: `${prefix}${result}${suffix}`,
      within: field.embedded !== undefined ? 'text' : field.split !== undefined ? 'parts' : undefined,
      at: locationOf(field, source),
    }
  })
}

/**
 * The object of a field as kustomize sees it: a document, or an item of a list (kyaml, `inlineAnyEmbeddedLists`).
 *
 * @returns its name, which is empty if no patch can select it, and how many keys lead to it from the document's root
 */
function selectedObject({ document, object }: ImageField): { name: string; root: number } {
  const resources = resourcesOf(document)
  const own = resources.find((one) => one.object === object)
  const isItem = own?.path.length === 2 && own.path[0] === 'items' && !resources.some(isDocument)
  if (own === undefined || !(isDocument(own) || isItem)) return { name: '', root: 0 }
  return { name: object.stringAt('metadata', 'name') ?? '', root: own.path.length }
}

function isDocument({ path }: Resource): boolean {
  return path.length === 0
}
