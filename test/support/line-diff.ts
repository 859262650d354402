/** A replaced line or, without a `before`, an added line. Line numbers begin at 1. */
export interface LineChange {
  readonly line: number
  readonly before?: string
  readonly after: string
}

/** A line with only a pull policy. */
const POLICY_LINE = /^\s*(?:- )?['"]?(?:imagePullPolicy|pullPolicy)['"]?\s*:/

/**
 * Compares two texts by the changes that Pinpull may make: lines replaced in place, and pull-policy lines added.
 * Any other difference is an error.
 *
 * @param before the input
 * @param after the output
 * @throws Error if lines were lost or moved, or if an added line is not a pull policy
 */
export function changedLines(before: string, after: string): readonly LineChange[] {
  const old = before.split('\n')
  const changes: LineChange[] = []
  let at = 0
  for (const [index, line] of after.split('\n').entries()) {
    const was = old[at]
    if (was === line) {
      at += 1
    } else if (POLICY_LINE.test(line) && !(was !== undefined && POLICY_LINE.test(was))) {
      changes.push({ line: index + 1, after: line })
    } else if (was === undefined) {
      throw new Error(`line ${index + 1} of the output was added and is no pull policy: ${line}`)
    } else {
      changes.push({ line: index + 1, before: was, after: line })
      at += 1
    }
  }
  if (at !== old.length) throw new Error(`the output lacks the last ${old.length - at} lines of the input`)
  return changes
}
