import type { ImageField } from '../kube/image-field.ts'
import { bufferOf, type Source } from '../yaml/source.ts'
import { readAnnotations } from './annotation.ts'
import { ANNOTATION_PREFIX, type Instructions } from './instruction.ts'

/**
 * Reads what the manifests themselves say of image fields.
 *
 * @param fields every image field of a stream
 */
export function readInstructions(fields: readonly ImageField[], source: Source): Instructions {
  // Nearly no stream says anything, and then there is nothing to look for.
  if (!bufferOf(source.bytes).includes(ANNOTATION_PREFIX)) return { byField: new Map(), diagnostics: [] }
  return readAnnotations(fields, source)
}
