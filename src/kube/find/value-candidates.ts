import { keyText, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlNode } from '../../yaml/nodes.ts'
import type { Visit } from '../visit.ts'
import { type FoundCandidate, referenceEvidence } from './candidate.ts'
import type { PathRule } from './field-rules.ts'
import { isImageKey, isImagesKey, isProgramKey, isRepositoryKey } from './image-keys.ts'
import { candidatesInProgram } from './program-candidates.ts'

/**
 * Finds values that look like images at or below the visited value: both their key and their text must show it.
 */
export function candidatesAt(visit: Visit<PathRule>): readonly FoundCandidate[] {
  const { key, value, isItem, scope } = visit
  // The values of a Secret must not appear in messages.
  if (isItem || (scope.gvk.group === '' && scope.gvk.kind === 'Secret')) return NONE
  if (isProgramKey(key)) {
    if (value.kind !== 'sequence') return NONE
    return candidatesInProgram(key, value.items)
  }
  if (isRepositoryKey(key)) return partsBeside(visit)
  if (isImagesKey(key)) return listed(value)
  if (!isImageKey(key)) return NONE
  if (value.kind === 'scalar') {
    const whole = candidateIn(value, [])
    return whole.length > 0 ? whole : partsBeside(visit)
  }
  return value.kind === 'mapping' ? named(value) : NONE
}

const NONE: readonly FoundCandidate[] = []

function candidateIn(node: YamlNode, path: FieldPath): readonly FoundCandidate[] {
  const scalar = resolveAlias(node)
  if (scalar.kind !== 'scalar' || !scalar.isString) return NONE
  const { value: image } = scalar
  return referenceEvidence(image) === undefined
    ? NONE
    : [{ form: 'value', path, node: scalar, image, prefix: '' }]
}

/** The items of a list under `images`, or the values of a mapping. */
function listed(value: Visit<PathRule>['value']): readonly FoundCandidate[] {
  if (value.kind === 'sequence') return value.items.flatMap(candidatesInItem)
  if (value.kind !== 'mapping') return NONE
  return value.entries.flatMap((entry) => {
    const key = keyText(entry)
    return key === undefined ? [] : candidateIn(entry.value, [key])
  })
}

/** An item of `images`: a reference, or a mapping as kustomize has it. */
function candidatesInItem(node: YamlNode, index: number): readonly FoundCandidate[] {
  const item = resolveAlias(node)
  if (item.kind !== 'mapping') return candidateIn(item, [index])
  return partsIn(item, ['newName', 'name']).map((one) => ({ ...one, path: [index, ...one.path] }))
}

/** Keys of a mapping `image` that may hold a whole reference. */
const NAME_KEYS = ['name', 'reference', 'ref', 'url', 'uri']

/** A mapping in place of an image: the reference is in one of its keys, or in several. */
function named(mapping: Mapping): readonly FoundCandidate[] {
  for (const key of NAME_KEYS) {
    const entry = mapping.find(key)?.entry
    const found = entry === undefined ? NONE : candidateIn(entry.value, [key])
    if (found.length > 0) return found
  }
  return partsIn(mapping, ['name', 'repo'])
}

/** A repository with a tag beside it. */
function partsBeside({ cursor, key }: Visit<PathRule>): readonly FoundCandidate[] {
  return partsIn(cursor.mapping, [key]).map((one) => ({ ...one, path: [] }))
}

function partsIn(mapping: Mapping, repositoryKeys: readonly string[]): readonly FoundCandidate[] {
  for (const key of repositoryKeys) {
    const entry = mapping.find(key)?.entry
    const scalar = entry === undefined ? undefined : resolveAlias(entry.value)
    if (scalar?.kind !== 'scalar' || !scalar.isString || scalar.value === '') continue
    const tagName = tagKey(key, mapping)
    const tag = scalarAt(mapping, tagName)
    const digest = scalarAt(mapping, 'digest')
    if (tag === '' && digest === '') continue
    const registry = scalarAt(mapping, 'registry')
    const name = registry === '' ? scalar.value : `${registry}/${scalar.value}`
    const image = `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`
    if (referenceEvidence(image) !== undefined) {
      const parts = `${registry === '' ? '' : '{registry}/'}{${key}}:{${tagName}}${digest === '' ? '' : '@{digest}'}`
      return [{ form: 'parts', path: [key], node: scalar, image, prefix: '', parts }]
    }
  }
  return NONE
}

/** @returns the text of a scalar, even of a number: `tag: 1.27` is meant as text */
function scalarAt(mapping: Mapping, key: string): string {
  const value = valueAt(mapping, key)
  return value?.kind === 'scalar' && !value.isNull ? value.value : ''
}

/**
 * `tag` beside `repository`, `name` and `image`, `sidecarTag` beside `sidecarRepository` and `sidecarImage`, `imageTag` beside
 * `image` and `imageName`, and kustomize's `newTag`.
 */
function tagKey(nameKey: string, mapping: Mapping): string {
  const names = ['newTag', nameKey.replace(/(?:Repository|Image|Name)$/, 'Tag'), `${nameKey}Tag`]
  return names.find((name) => name !== nameKey && mapping.find(name) !== undefined) ?? 'tag'
}
