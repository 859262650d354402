/** A stretch of lines on both sides: `[from, to)`, lines counted from 0. */
export interface Section {
  readonly before: readonly [from: number, to: number]
  readonly after: readonly [from: number, to: number]
}

/** So many equal lines are taken for the same place on both sides, where the search goes on from. */
const ANCHOR = 3

/** How far off that place may be, in lines of both sides together. */
const REACH = 2000

/**
 * Finds the stretches of two texts in which they differ, each with the lines around it. It takes time in proportion to the
 * texts, where a comparison of the whole takes as much again for every change; what is found may be more than the
 * least, but every line outside is the same on both sides.
 *
 * @param before the lines of one text, with their line breaks
 * @param after those of the other
 * @param context how many equal lines belong to a stretch before and after; two stretches share none
 */
export function changedSections(
  before: readonly string[],
  after: readonly string[],
  context: number,
): readonly Section[] {
  const sections: Section[] = []
  let open: readonly [number, number] | undefined
  let equal = 0
  let i = 0
  let j = 0
  const close = (): void => {
    if (open === undefined) return
    const trailing = Math.min(equal, context)
    const [from, to] = open
    sections.push({ before: [from, i - equal + trailing], after: [to, j - equal + trailing] })
    open = undefined
  }
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      i += 1
      j += 1
      equal += 1
      if (equal > 2 * context) close()
      continue
    }
    const leading = Math.min(equal, context)
    open ??= [i - leading, j - leading]
    const [down, over] = nextAnchor(before, after, i, j)
    i += down
    j += over
    equal = 0
  }
  close()
  return sections
}

/** How far on each side it is to the next lines that are equal; to the ends of both where none are near. */
function nextAnchor(
  before: readonly string[],
  after: readonly string[],
  i: number,
  j: number,
): readonly [number, number] {
  const left = before.length - i
  const right = after.length - j
  for (let distance = 1; distance <= Math.min(REACH, left + right); distance += 1) {
    for (let down = Math.max(0, distance - right); down <= Math.min(distance, left); down += 1) {
      if (isAnchor(before, after, i + down, j + distance - down)) return [down, distance - down]
    }
  }
  return [left, right]
}

/** Whether the same lines follow on both sides; where the texts end, fewer are enough, but they have to end together. */
function isAnchor(before: readonly string[], after: readonly string[], i: number, j: number): boolean {
  for (let k = 0; k < ANCHOR; k += 1) if (before[i + k] !== after[j + k]) return false
  return true
}
