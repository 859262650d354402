import { applyEdits } from '../../yaml/edit/splice.ts'
import { formatPath } from '../../yaml/lookup.ts'
import type { Edit, FieldPath } from '../../yaml/nodes.ts'
import type { SourceFile } from '../source-edit.ts'
import { editValues, findSpot, type ValueChange, type ValueSpot } from './values-edit.ts'
import type { OpenValues, ValuesPlace } from './values-place.ts'

/** Values of a chart as one of the files that Helm merges. */
export interface Layer {
  readonly place: ValuesPlace
  readonly file: SourceFile
  readonly open: OpenValues
  /** Whether these are the chart's own values, which all others override. */
  readonly isChart: boolean
  /** Whether the file is one that the command edits. */
  readonly isEdited: boolean
  /** Whether mappings that the file lacks may be inserted. */
  readonly mayAdd: boolean
}

/** Where a value would be written. */
export interface WritePlace {
  readonly layer: Layer
  readonly spot: ValueSpot
}

/**
 * Chooses the file in which a value is written: the last that has it, else the last that has most of the mappings around it.
 * @returns undefined if no file can have it
 */
export function findWritePlace(layers: readonly Layer[], path: FieldPath): WritePlace | undefined {
  let best: WritePlace | undefined
  for (const layer of layers) {
    const spot = layer.isEdited ? findSpot(layer.open, path) : undefined
    if (spot === undefined || (missing(spot) > 1 && !layer.mayAdd)) continue
    if (best === undefined || missing(spot) <= missing(best.spot)) best = { layer, spot }
  }
  return best
}

/** How many keys of a path a file lacks. */
function missing(spot: ValueSpot): number {
  return spot.kind === 'set' ? 0 : spot.path.length
}

/** The edits that write values, by file. */
export function editLayers(
  layers: readonly Layer[],
  changes: readonly ValueChange[],
): ReadonlyMap<Layer, readonly Edit[]> {
  const byLayer = new Map<Layer, ValueChange[]>()
  const seen = new Set<string>()
  for (const change of changes) {
    const place = findWritePlace(layers, change.path)
    const key = formatPath(change.path)
    if (place === undefined || seen.has(key)) continue
    seen.add(key)
    byLayer.set(place.layer, [...(byLayer.get(place.layer) ?? []), change])
  }
  return new Map([...byLayer].map(([layer, own]) => [layer, editValues(layer.open, own)]))
}

/**
 * The values of a file after edits, as a file for Helm.
 * @returns undefined if they can no longer be read
 */
export function editedText(layer: Layer, edits: readonly Edit[]): Uint8Array | undefined {
  if (edits.length === 0) return layer.open.text
  return layer.place.open(applyEdits(layer.file.bytes, edits))?.text
}
