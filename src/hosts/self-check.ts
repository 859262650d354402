import { PinpullError } from '../diagnostics/errors.ts'

/**
 * The last look before anything is written. Helm 3, kustomize, kpt and Argo CD all take empty output with exit code 0
 * for "there are no objects", and delete what they had: so fewer objects out than in is an error, always.
 *
 * It counts the keys called `kind` in the text, and trusts no reader: what a reader cannot see, it cannot miss.
 *
 * @param before what came in, decoded as latin1
 * @param after what would go out, likewise
 * @throws {PinpullError} OBJECTS_LOST
 */
export function checkNothingLost(before: string, after: string): void {
  const [came, goes] = [countKinds(before), countKinds(after)]
  if (goes < came) throw new PinpullError('OBJECTS_LOST', { before: came, after: goes })
}

/** An image of that name has no space after its colon: `kind:1.0` is no key. */
const KEY = /kind(?:["']\s*:|\s*:(?:\s|$))/y

/** How many keys `kind` there are, quoted or not, in block or flow style or in JSON. */
function countKinds(text: string): number {
  let count = 0
  for (let at = text.indexOf('kind'); at !== -1; at = text.indexOf('kind', at + 1)) {
    KEY.lastIndex = at
    if (KEY.test(text)) count += 1
  }
  return count
}
