import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Keeps V8's young generation as small as it is, from now on, for a large input: such a run makes many short-lived nodes, and V8 would let
 * it grow to three times 16 MB (Node 24). The flag only says when to collect, and V8 reads it whenever it would grow. Bun ignores it.
 */
export function limitHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** Collects all garbage now, in some 20 ms. */
export function collectGarbage(): void {
  collectAll({ type: 'major' })
}

/**
 * Collects all garbage, and gives the memory that V8 holds in reserve back to the system, in some 70 ms: for once in a run, before
 * something else needs it.
 */
export function releaseMemory(): void {
  collectAll({ type: 'major', flavor: 'last-resort' })
}

/**
 * Collects what was made since the last collection, in a few milliseconds. JavaScriptCore by itself waits until it is twice what is alive;
 * V8 collects its young generation often.
 */
export function collectYoung(): void {
  const engine = process.getBuiltinModule('bun:jsc') as { readonly edenGC: () => void } | undefined
  engine?.edenGC()
}

/** Those of V8's function `gc`, which without `type` collects the young generation only. */
interface CollectionOptions {
  readonly type: 'major'
  readonly flavor?: 'last-resort'
}

/** @param options for V8 */
function collectAll(options: CollectionOptions): void {
  const { Bun: bun } = globalThis as { readonly Bun?: { readonly gc: (isSynchronous: boolean) => void } }
  if (bun !== undefined) {
    bun.gc(true)
    return
  }
  // V8 gives its function to new contexts only.
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')(options)
}
