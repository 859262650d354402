import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { ImageEntry } from '../../report/report.ts'
import { type JsonValue, toJsonValue } from '../../yaml/json-value.ts'
import type { FieldPath } from '../../yaml/nodes.ts'
import type { EditSession } from '../source-edit.ts'
import { type CandidateGroup, findCandidates } from './candidate.ts'
import type { ChartRenderer } from './chart-renderer.ts'
import { choose, judge } from './choice.ts'
import { keepTags } from './kept-tags.ts'
import { findWritePlace, type Layer } from './layers.ts'
import { probeCandidates, type Rendering } from './probe.ts'
import { compareWithBase, type Proof, prove } from './proof.ts'
import { findDifferences, placeOf } from './rendered.ts'
import type { ChosenValue, RejectedValue, Search, State } from './search.ts'
import { formatSetOption } from './set-option.ts'
import type { ValueChange } from './values-edit.ts'
import { wantedImages, withoutCopies } from './wanted-images.ts'

/** What was found out about the values of a chart. */
export interface HelmFindings {
  readonly chosen: readonly ChosenValue[]
  readonly rejected: readonly RejectedValue[]
  /** Values that were proved too, but may not be written. */
  readonly withheld: readonly ChosenValue[]
  /** Values that options of the command line set (`--set`), which would carry the digest there. */
  readonly overriding: readonly ChosenValue[]
  /** The images of the chart before and after: one for each field of the manifests, in their order. */
  readonly fields: readonly { readonly before: ImageEntry; readonly after: ImageEntry }[]
  /** Compares another rendering with the chart as it was: all images have their digests or none, and nothing else differs. */
  readonly compare: (rendering: Rendering) => Promise<Proof>
  /** Places that change with each rendering, and were not compared. */
  readonly unstable: readonly string[]
  /** Diagnostics about the manifests before the edit, such as an image that was not found. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The order in which kinds of values are tried. */
const PHASES: readonly CandidateGroup[] = [
  'digest',
  'new digest',
  'tag',
  'new tag',
  'new version',
  'reference',
]

/** How often candidates of one kind are tried again without those that were rejected, which may have hidden what others do. */
const MAX_ROUNDS = 3

/**
 * Finds the values of a chart that carry the digests of its images, and proves by rendering that they do that and nothing else. First
 * those that are digests, then tags that are followed by a digest, then whole references. An image for which nothing was proved
 * stays as it is.
 * @param layers the files with values, the weakest first
 * @param pools further values, from which candidates are taken: the chart's own, and all of them merged
 * @param mayWrite whether a value may be written; those that may not are looked for all the same, because they are a part of the answer
 * @returns the findings; or why the chart could not be rendered
 */
export async function findHelmValues(
  renderer: ChartRenderer,
  layers: readonly Layer[],
  pools: readonly JsonValue[],
  { transform }: Pick<EditSession, 'transform'>,
  mayWrite: (path: FieldPath) => boolean = () => true,
): Promise<HelmFindings | { readonly failure: string }> {
  const first = await renderer.render([])
  if (first.kind === 'failed') return { failure: first.reason }
  const second = await renderer.render([])
  if (second.kind === 'failed') return { failure: second.reason }
  const unstable = new Set(findDifferences(first.rendered, second.rendered).map(placeOf))
  const { report } = await transform(first.rendered.bytes)
  const before = withoutCopies(report.images)
  const search: Search = {
    base: first.rendered,
    before,
    unstable,
    render: (changes) => renderer.render(changes),
    fieldsOf: async ({ bytes }) => withoutCopies((await transform(bytes)).report.images),
    all: wantedImages(before),
    rejected: [],
  }
  const ownValues = layers.flatMap(({ open: { root } }) => (root === undefined ? [] : [toJsonValue(root)]))
  const allPools = [...ownValues, ...pools]
  let state: State = { chosen: [], rendered: first.rendered, fields: before }
  for (const phase of PHASES) {
    for (
      let round = 1, rejected = -1;
      round <= MAX_ROUNDS && rejected !== search.rejected.length;
      round += 1
    ) {
      rejected = search.rejected.length
      const wanted = wantedImages(state.fields)
      if (wanted.length === 0) break
      const known = [...state.chosen, ...search.rejected.map(({ candidate }) => candidate)]
      const candidates = findCandidates(allPools, wanted, phase).filter(
        ({ path }) => findWritePlace(layers, path) !== undefined && !known.some((one) => samePath(one, path)),
      )
      if (candidates.length === 0) break
      state = await choose(candidates, wanted, state, search)
    }
  }
  const canWrite = (path: FieldPath): boolean => findWritePlace(layers, path) !== undefined && mayWrite(path)
  state = await keepTags(state, search, allPools, canWrite)
  const withheld = state.chosen.filter(({ path }) => !mayWrite(path))
  if (withheld.length > 0) {
    const kept = state.chosen.filter(({ path }) => mayWrite(path))
    const proof = await prove(kept, kept, search)
    // Fewer values may do something else than all of them.
    state = proof.kind === 'proved' ? proof.state : { chosen: [], rendered: first.rendered, fields: before }
  }
  const overriding = await findOverriding(renderer, pools, state, search)
  return {
    chosen: state.chosen,
    rejected: search.rejected,
    withheld,
    overriding,
    fields: before.map((entry, i) => ({ before: entry, after: state.fields[i] ?? entry })),
    compare: (rendering) => compareWithBase(rendering, state.chosen, search),
    unstable: [...unstable],
    diagnostics: report.diagnostics,
  }
}

function samePath({ path }: Pick<ValueChange, 'path'>, other: ValueChange['path']): boolean {
  return JSON.stringify(path) === JSON.stringify(other)
}

/**
 * Finds options of the command line that set the values of images for which no file has a value: such an option wins over all
 * files.
 */
async function findOverriding(
  renderer: ChartRenderer,
  pools: readonly JsonValue[],
  state: State,
  search: Search,
): Promise<readonly ChosenValue[]> {
  const wanted = wantedImages(state.fields)
  if (wanted.length === 0) return []
  const render = (changes: readonly ValueChange[]): Promise<Rendering> =>
    renderer.render(
      state.chosen,
      changes.flatMap((change) => ['--set-string', formatSetOption(change)]),
    )
  const found: ChosenValue[] = []
  for (const phase of PHASES) {
    const candidates = findCandidates(pools, wanted, phase).filter((one) => renderer.isSetByOption(one.path))
    for (const probed of await probeCandidates(candidates, wanted, state.rendered, render)) {
      const verdict = judge(probed, new Set())
      if (verdict === undefined || 'reason' in verdict) continue
      const proof = await prove([verdict], [...state.chosen, verdict], { ...search, render })
      if (proof.kind === 'proved') found.push(verdict)
    }
  }
  return found
}
