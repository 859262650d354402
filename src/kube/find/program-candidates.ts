import { keyText, mappingAt, resolveAlias } from '../../yaml/lookup.ts'
import type { Scalar, YamlNode } from '../../yaml/nodes.ts'
import type { Scope } from '../visit.ts'
import { type FoundCandidate, type ReferenceEvidence, referenceEvidence } from './candidate.ts'
import { isImageKey } from './image-keys.ts'

/**
 * Finds strings that look like an image in the environment, arguments or command of a container.
 *
 * @param key `env`, `args` or `command`
 */
export function candidatesInProgram(key: string, items: readonly YamlNode[]): readonly FoundCandidate[] {
  return key === 'env' ? variables(items) : flags(items)
}

/**
 * Finds the images in annotations of a Pod, such as `sidecar.istio.io/proxyImage`, which a webhook reads. Annotations of
 * other objects are for people and controllers; those of a Pod template are found by the walk.
 */
export function candidatesInAnnotations({ object, gvk }: Scope): readonly FoundCandidate[] {
  if (gvk.group !== '' || gvk.kind !== 'Pod' || !object.mayContain('annotations')) return []
  return (mappingAt(object, 'metadata', 'annotations')?.entries ?? []).flatMap((entry) => {
    const key = keyText(entry)
    const value = resolveAlias(entry.value)
    if (key === undefined || value.kind !== 'scalar' || !isImageKey(key.slice(key.lastIndexOf('/') + 1)))
      return []
    const path = ['metadata', 'annotations', key]
    return referenceEvidence(value.value) === 'tag'
      ? [{ form: 'program', path, node: value, image: value.value, prefix: '' } as const]
      : []
  })
}

/** Names of variables that hold images: `PROXY_IMAGE`, `RELATED_IMAGE_PROXY`, `KAFKA_IMAGES`, `OPERATOR_IMAGE_NAME`. */
const VARIABLE = /(?:^|_)IMAGES?(?:_NAME)?$|(?:^|_)RELATED_IMAGE_/

function variables(items: readonly YamlNode[]): readonly FoundCandidate[] {
  return items.flatMap((item, index) => {
    const variable = resolveAlias(item)
    const name = variable.kind === 'mapping' ? (variable.stringAt('name') ?? '') : ''
    if (variable.kind !== 'mapping' || !VARIABLE.test(name)) return []
    const value = variable.find('value')?.entry.value
    const scalar = value === undefined ? undefined : resolveAlias(value)
    if (scalar?.kind !== 'scalar' || !scalar.isString) return []
    return imagesIn(scalar.value, RELATED.test(name) ? ['tag', 'host'] : ['tag']).map(([prefix, image]) => {
      return { form: 'program', path: [index, 'value'], node: scalar, image, prefix } as const
    })
  })
}

/** Names of variables that hold a whole image, by OLM's convention: `RELATED_IMAGE_PROXY`. */
const RELATED = /(?:^|_)RELATED_IMAGE_/

/**
 * The images in a text that holds one, or a list of `version=image`.
 *
 * @param accepted the evidence that is enough. The host of a registry alone does not show that the name is complete: programs
 *   may append a tag.
 */
function imagesIn(
  text: string,
  accepted: readonly (ReferenceEvidence | undefined)[] = ['tag'],
): (readonly [prefix: string, image: string])[] {
  return text.split(/[\s,;]+/).flatMap((part) => {
    const image = part.slice(part.indexOf('=') + 1)
    return accepted.includes(referenceEvidence(image))
      ? [[part.slice(0, part.length - image.length), image] as const]
      : []
  })
}

/** `--image=…`, `-shell-image …`, `--proxyImage=…`, `--images=…`. */
const FLAG = /^--?[\w.-]*[iI]mages?(?:=|$)/

function flags(items: readonly YamlNode[]): readonly FoundCandidate[] {
  return items.flatMap((item, index) => {
    const flag = textOf(item)
    const prefix = flag === undefined ? undefined : FLAG.exec(flag.value)?.[0]
    if (flag === undefined || prefix === undefined) return []
    if (prefix.endsWith('=')) return argument(flag, index, prefix)
    const next = items[index + 1]
    const value = next === undefined ? undefined : textOf(next)
    return value === undefined ? [] : argument(value, index + 1, '')
  })
}

function argument(node: Scalar, index: number, prefix: string): readonly FoundCandidate[] {
  const value = node.value.slice(prefix.length)
  if (/\s/.test(value)) return []
  return imagesIn(value).map(([before, image], position) => {
    return {
      form: 'program',
      path: [index],
      node,
      image,
      prefix: position === 0 ? `${prefix}${before}` : before,
    }
  })
}

function textOf(node: YamlNode): Scalar | undefined {
  const scalar = resolveAlias(node)
  return scalar.kind === 'scalar' && scalar.isString ? scalar : undefined
}
