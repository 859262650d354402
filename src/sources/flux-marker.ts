import type { FieldWriter, FindWriter } from '../plan/decision.ts'
import { LF } from '../yaml/bytes.ts'
import type { YamlNode } from '../yaml/nodes.ts'
import { decodeLatin1, type Source } from '../yaml/source.ts'

/** A comment that tells Flux's image automation to write the value before it (image-automation-controller, pkg/update). */
const MARKER = /#[ \t]*\{[ \t]*"\$imagepolicy"[ \t]*:/

/** Tells whether Flux writes a value: a marker is behind it, on its line. */
export function writerOf({ end }: Pick<YamlNode, 'end'>, { bytes }: Source): FieldWriter | undefined {
  const lineEnd = bytes.indexOf(LF, end)
  const rest = decodeLatin1(bytes, end, lineEnd < 0 ? bytes.length : lineEnd)
  return MARKER.test(rest) ? 'Flux' : undefined
}

/** Tells whether Flux writes an image field of a manifest. */
export const fieldWriter: FindWriter = ({ node, embedded }, source) =>
  writerOf(node, embedded?.text.text.source ?? source)
