import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { bufferOf, type Source } from '../yaml/source.ts'
import { readAnnotations } from './annotation.ts'
import { ANNOTATION_PREFIX, type Instructions } from './instruction.ts'

/**
 * Reads what the manifests themselves say of image fields. Where the profile ignores that, nothing is said of any field,
 * but for what was ignored.
 *
 * @param fields every image field of a stream
 */
export function readInstructions(
  fields: readonly ImageField[],
  source: Source,
  profile: Pick<Profile, 'name' | 'annotations'>,
): Instructions {
  // Nearly no stream says anything, and then there is nothing to look for.
  if (!bufferOf(source.bytes).includes(ANNOTATION_PREFIX)) return { byField: new Map(), diagnostics: [] }
  const read = readAnnotations(fields, source)
  if (profile.annotations === 'obey') return read
  const ignored = read.obeyed.map(
    ({ annotation, at }): Diagnostic => ({
      code: 'ANNOTATION_IGNORED',
      severity: 'warning',
      args: { annotation, profile: profile.name },
      at,
    }),
  )
  return { byField: new Map(), diagnostics: [...read.diagnostics, ...ignored] }
}
