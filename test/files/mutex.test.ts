import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { realFiles } from '../../src/files/file-system.ts'
import { type MutexOptions, withMutex } from '../../src/files/mutex.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: string
let path: string
let mutex: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'file')
  mutex = join(folder, '.file.lock')
})

const RUNNING = 1
const ENDED = 2
const options = (more: Partial<MutexOptions> = {}): MutexOptions => ({
  process: { id: RUNNING, machine: 'here', isRunning: (id) => id === RUNNING },
  signal: new AbortController().signal,
  abandonedAfter: 600_000,
  ...more,
})
const hold = (machine: string, id: number): void =>
  writeFileSync(mutex, `${machine} ${id} ${'0'.repeat(16)}\n`)

describe('withMutex', () => {
  test('holds a file while something is done, and gives back what that gives', async () => {
    const during = await withMutex(path, options(), () => readdirSync(folder))
    expect([during, readdirSync(folder)]).toEqual([['.file.lock'], []])
  })

  test('lets go where something fails', async () => {
    const failing = (): never => {
      throw new Error('no')
    }
    await expect(withMutex(path, options(), failing)).rejects.toThrow('no')
    expect(readdirSync(folder)).toEqual([])
  })

  test.each<[name: string, leave: () => void]>([
    ['of one that runs and does not go on', () => hold('here', RUNNING)],
    ['of another machine', () => hold('there', ENDED)],
    ['that was not written to', () => writeFileSync(mutex, '')],
    ['that says something else', () => writeFileSync(mutex, 'here\n../../x y\n')],
    ['that is large', () => writeFileSync(mutex, 'x'.repeat(5000))],
  ])('takes away a file %s after a while', async (_, leave) => {
    leave()
    const began = performance.now()
    await withMutex(path, options({ abandonedAfter: 200 }), () => {})
    expect(performance.now() - began).toBeGreaterThanOrEqual(200)
    expect(readdirSync(folder)).toEqual([])
  })

  test.each<[name: string, leave: () => void]>([
    ['of a process of this machine that has ended', () => hold('here', ENDED)],
    [
      'whose removal was left, too',
      () => {
        hold('here', ENDED)
        writeFileSync(join(folder, `..file.lock.${'0'.repeat(16)}.lock`), `here ${ENDED} ${'1'.repeat(16)}\n`)
      },
    ],
  ])('takes away a file %s at once', async (_, leave) => {
    leave()
    await withMutex(path, options(), () => {})
    expect(readdirSync(folder)).toEqual([])
  })

  test('of a hundred that find what a dead process left, one at a time goes on', async () => {
    hold('here', ENDED)
    let busy = 0
    let done = 0
    const one = () =>
      withMutex(path, options(), () => {
        expect(++busy).toBe(1)
        done++
        busy--
      })
    await Promise.all(Array.from({ length: 100 }, one))
    expect([done, readdirSync(folder)]).toEqual([100, []])
  })

  test('waits no longer than it may', async () => {
    hold('there', RUNNING)
    const signal = AbortSignal.timeout(50)
    await expect(withMutex(path, options({ signal }), () => {})).rejects.toThrow('timeout')
    expect(readdirSync(folder)).toEqual(['.file.lock'])
  })

  test('does not remove what is no file, and says so', async () => {
    mkdirSync(mutex)
    await expect(withMutex(path, options({ abandonedAfter: 200 }), () => {})).rejects.toThrow(/EISDIR|EPERM/)
  })

  test('leaves nothing on a full disk', async () => {
    const failing = (): never => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    }
    const files = { ...realFiles, writeSync: failing }
    await expect(withMutex(path, options({ files }), () => {})).rejects.toThrow('ENOSPC')
    expect(readdirSync(folder)).toEqual([])
  })
})
