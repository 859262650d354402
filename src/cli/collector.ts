import { collectGarbage, limitHeap } from './heap.ts'

/**
 * Makes what keeps the heap small while a large input is processed: V8 and Bun by themselves wait until there is a multiple of what is
 * alive, and the longer, the more they have ever held.
 *
 * @param limit after so many bytes of input all garbage is collected, and the heap is limited
 * @returns is called with the size of each part of the input, in bytes, when the part was processed
 */
export function createCollector(limit: number): (bytes: number) => void {
  let uncollected = 0
  return (bytes) => {
    uncollected += bytes
    if (uncollected < limit) return
    uncollected = 0
    limitHeap()
    collectGarbage()
  }
}
