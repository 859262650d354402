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
  const { Bun: bun } = globalThis as { readonly Bun?: { readonly gc: (isSynchronous: boolean) => void } }
  if (bun !== undefined) bun.gc(true)
  else collectorOfV8()()
}

/**
 * Collects what was made since the last collection, in a few milliseconds. JavaScriptCore by itself waits until it is twice what is alive,
 * and V8 does not count the memory of buffers.
 */
export function collectYoung(): void {
  const engine = process.getBuiltinModule('bun:jsc') as { readonly edenGC: () => void } | undefined
  if (engine !== undefined) engine.edenGC()
  else collectorOfV8()({ type: 'minor' })
}

/** The function that V8 has for it is given to new contexts only. */
function collectorOfV8(): (options?: { readonly type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
