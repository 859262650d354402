import { describe, expect, test } from 'vitest'
import { type AttachmentShare, attachmentBudget } from '../../src/registry/attachment-budget.ts'

const { signal } = new AbortController()

/** Images `a`, `b`, `c` that share ten bytes; each may have eight. */
function images() {
  const budget = attachmentBudget({ inAll: 10, perImage: 8 })
  const shares = new Map<string, AttachmentShare>()
  const log: string[] = []
  const shareOf = (name: string): AttachmentShare => {
    const share = shares.get(name) ?? budget.share()
    shares.set(name, share)
    return share
  }
  /** Carries out `a+3` (an image takes three bytes) and `a-` (it gives all back); returns what was granted since. */
  const act = async (...steps: readonly string[]): Promise<string> => {
    log.length = 0
    for (const step of steps) {
      const [, name = '', bytes] = /^(\w)(?:\+(\d+)|-)$/.exec(step) ?? []
      if (bytes === undefined) shareOf(name).release()
      else {
        const taken = shareOf(name).take(Number(bytes), signal)
        taken.then(
          (hasWaited) => log.push(hasWaited ? `${name}+${bytes} later` : `${name}+${bytes}`),
          () => log.push(`${name}+${bytes} never`),
        )
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    return log.join(', ')
  }
  return { act, shareOf }
}

describe('what images hold together', () => {
  test('what fits is granted at once, and what does not waits until there is room', async () => {
    const { act } = images()
    expect(await act('a+4', 'b+6', 'c+1')).toBe('a+4, b+6')
    expect(await act('b-')).toBe('c+1 later')
  })

  test('what fits goes before what does not', async () => {
    const { act } = images()
    expect(await act('a+6', 'b+7', 'c+2')).toBe('a+6, c+2')
    expect(await act('a-')).toBe('b+7 later')
  })

  test('the first image goes beyond the limit, so that images do not wait for each other for ever', async () => {
    const { act } = images()
    expect(await act('a+4', 'b+4', 'b+4', 'a+4')).toBe('a+4, b+4, a+4')
    expect(await act('a-')).toBe('b+4 later')
    // Now the second is the first.
    expect(await act('c+8', 'b+8')).toBe('b+8')
    expect(await act('b-')).toBe('c+8 later')
  })

  test('nothing needs no room', async () => {
    const { act } = images()
    expect(await act('a+8', 'b+2', 'c+0')).toBe('a+8, b+2, c+0')
  })

  test('an image that has given everything back gets nothing more, also of what it still waits for', async () => {
    const { act } = images()
    expect(await act('a+8', 'b+8', 'b-', 'b+1')).toBe('a+8, b+8 never, b+1 never')
    expect(await act('a-', 'c+8', 'd+2')).toBe('c+8, d+2')
  })
})

test('an image says what its objects may still have, also while it waits', async () => {
  const { act, shareOf } = images()
  await act('a+8', 'b+5')
  expect([shareOf('a').left, shareOf('b').left]).toEqual([0, 3])
})

test('who waits is let go when the run is aborted, and takes nothing', async () => {
  const { act, shareOf } = images()
  await act('a+8')
  const run = new AbortController()
  const taken = shareOf('b').take(4, run.signal)
  run.abort(new Error('enough'))
  await expect(taken).rejects.toThrow('enough')
  await expect(shareOf('b').take(0, run.signal)).rejects.toThrow('enough')
  expect(await act('a-', 'c+8', 'd+2')).toBe('c+8, d+2')
})
