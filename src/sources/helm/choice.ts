import { type Candidate, candidateValue, type WantedImage } from './candidate.ts'
import { type Probed, probeCandidates } from './probe.ts'
import { formatDifference, prove } from './proof.ts'
import { type Difference, placeOf } from './rendered.ts'
import type { ChosenValue, RejectedValue, Search, State } from './search.ts'
import type { ValueChange } from './values-edit.ts'

/** Tries candidates of one kind together, and alone where that fails. */
export async function choose(
  candidates: readonly Candidate[],
  wanted: readonly WantedImage[],
  state: State,
  search: Search,
): Promise<State> {
  const changes = (chosen: readonly ChosenValue[]): readonly ValueChange[] => [...state.chosen, ...chosen]
  const probed = await probeCandidates(candidates, wanted, state.rendered, (more) =>
    search.render([...state.chosen, ...more]),
  )
  const picked: ChosenValue[] = []
  const taken = new Set<string>()
  for (const one of probed) {
    const verdict = judge(one, taken)
    if (verdict === undefined) continue
    if ('reason' in verdict) search.rejected.push({ ...verdict, candidate: one.candidate })
    else {
      picked.push(verdict)
      for (const occurrence of one.occurrences) taken.add(keyOf(occurrence, occurrence.image))
    }
  }
  if (picked.length === 0) return state
  const together = await prove(changes(picked), [...state.chosen, ...picked], search)
  if (together.kind === 'proved') return together.state
  let current = state
  for (const one of picked) {
    const proof = await prove([...current.chosen, one], [...current.chosen, one], search)
    if (proof.kind === 'proved') current = proof.state
    else search.rejected.push({ candidate: one.candidate, images: one.images, reason: proof.reason })
  }
  return current
}

function keyOf(difference: Difference, image: WantedImage | undefined): string {
  return `${placeOf(difference)} ${image?.text}`
}

/** @returns the value to try; or why not; undefined if it reaches no image */
export function judge(
  { candidate, occurrences, failure }: Probed,
  taken: ReadonlySet<string>,
): ChosenValue | Omit<RejectedValue, 'candidate'> | undefined {
  const images = [...new Set(occurrences.flatMap(({ image }) => image ?? []))]
  if (failure !== undefined)
    return { images: candidate.likely, reason: `the chart cannot be rendered with it: ${failure}` }
  const [image, ...others] = images
  const misplaced = occurrences.find((one) => one.image === undefined)
  if (misplaced !== undefined) {
    return { images, reason: `it also changes ${formatDifference(misplaced)}` }
  }
  if (image === undefined) return undefined
  if (candidate.kind !== 'reference' && others.some(({ digest }) => digest !== image.digest)) {
    const names = images.map(({ text }) => text).join(', ')
    return { images, reason: `it makes several images, which have different digests: ${names}` }
  }
  const digestOf = (text?: string): string =>
    images.find((one) => text !== undefined && one.text.endsWith(text))?.digest ?? image.digest
  if (occurrences.some((one) => taken.has(keyOf(one, one.image)))) return undefined
  return { candidate, path: candidate.path, value: candidateValue(candidate, digestOf), images }
}
