/** Requests that are under way at once: enough to keep both cores of a small machine busy. */
const AT_ONCE = 8

/** Maps items by a function that waits, several at a time; results are in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  map: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = Array(items.length)
  let next = 0
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await map(items[index] as T, index)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return results
}
