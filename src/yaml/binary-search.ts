/**
 * Counts the leading elements of a sorted list that satisfy a condition, by binary search.
 * @param isBefore must be true for those elements and false for all others
 */
export function countWhile<T>(list: readonly T[], isBefore: (element: T) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(list[middle] as T)) low = middle + 1
    else high = middle
  }
  return low
}
