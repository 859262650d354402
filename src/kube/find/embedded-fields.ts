import type { Scalar } from '../../yaml/nodes.ts'
import { asBuffer, type Source } from '../../yaml/source.ts'
import type { Cursor, Visit } from '../walk.ts'
import type { PathRule } from './field-rules.ts'

/** Whether a value may be one of an object's data, which is what ConfigMaps consist of. */
export function isDatum(at: Cursor): boolean {
  return at.key === 'data'
}

/**
 * The text of a ConfigMap that may hold Kubernetes objects with images: what a ClusterResourceSet applies, or a controller
 * makes objects from. `undefined` for any other value.
 */
export function manifestText({ scope, cursor, value }: Visit<PathRule>, source: Source): Scalar | undefined {
  const { group, kind } = scope.gvk
  if (
    group !== '' ||
    kind !== 'ConfigMap' ||
    cursor.key !== 'data' ||
    cursor.outer?.mapping !== scope.object
  ) {
    return undefined
  }
  if (value.kind !== 'scalar' || !value.isString) return undefined
  // A large text without an object, such as a dashboard, is not even decoded.
  const bytes = asBuffer(source.bytes).subarray(value.start, value.end)
  return bytes.includes('apiVersion') && namesImages(value.value) ? value : undefined
}

/** The keys of an object, as YAML or JSON, and of an image in it. */
function namesImages(text: string): boolean {
  return /(?:^|[\s{,"'])kind["']?\s*:/.test(text) && /[iI]mage(?:Name|Ref|s)?["']?\s*:\s*\S/.test(text)
}

/** Why a text is left that holds Kubernetes objects. */
export const NO_RULE_LEADS =
  'it holds Kubernetes objects with images, and no rule leads into it; one of spec.fields.rules with "embedded: {format: yaml}" does'
