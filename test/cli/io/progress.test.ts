import { describe, expect, test } from 'vitest'
import { startProgress } from '../../../src/cli/io/progress.ts'
import type { RequestEvent } from '../../../src/registry/http/request-event.ts'
import type { LogEntry } from '../../../src/report/log-entry.ts'
import { memoryIo } from '../../support/memory-io.ts'

interface Given {
  /** Of the terminal; absent if standard error is none. */
  readonly columns?: number
  readonly isJson?: boolean
  readonly verbose?: boolean
}

/** Progress with a clock that the test moves. */
function start({ columns, isJson = false, verbose = false }: Given) {
  const entries: LogEntry[] = []
  const memory = memoryIo('', '/')
  const io = {
    ...memory,
    isTerminal: () => columns !== undefined,
    terminalColumns: () => columns,
    ...(isJson && { log: (entry: LogEntry) => entries.push(entry) }),
  }
  let now = 0
  let tick: { readonly milliseconds: number; readonly act: () => void } | undefined
  const timer = {
    now: () => now,
    every: (milliseconds: number, act: () => void) => {
      tick = { milliseconds, act }
      return () => {
        tick = undefined
      }
    },
  }
  const progress = startProgress(io, { verbose, timer })
  /** Lets seconds go by. */
  const wait = (seconds: number): void => {
    for (const end = now + seconds * 1000; now < end; ) {
      now += 1000
      if (tick !== undefined && now % tick.milliseconds === 0) tick.act()
    }
  }
  return { progress, wait, entries, printed: () => memory.messages.join('') }
}

const about = (request: number, host: string, attempt = 1) => ({
  request,
  attempt,
  maxAttempts: 4,
  method: 'HEAD' as const,
  url: `https://${host}/v2/app/manifests/1`,
  host,
  role: 'registry' as const,
})
const started = (...args: Parameters<typeof about>): RequestEvent => ({ ...about(...args), kind: 'started' })

/** What a terminal shows after each rewrite. */
const screens = (printed: string): string[] => printed.split('\r\u001b[K').slice(1)

describe('on a terminal', () => {
  test('says from the first second on what is waited for, and is gone at the end', () => {
    const { progress, wait, printed } = start({ columns: 80 })
    progress.onProgress(0, 20)
    progress.onRequest?.(started(1, 'ghcr.io'))
    progress.onRequest?.(started(2, 'registry-1.docker.io'))
    expect(printed()).toBe('')
    wait(1)
    progress.onRequest?.({ ...about(1, 'ghcr.io'), kind: 'waiting', milliseconds: 500 })
    progress.onRequest?.(started(1, 'ghcr.io', 2))
    wait(2)
    progress.onRequest?.({ ...about(1, 'ghcr.io', 2), kind: 'finished' })
    progress.onProgress(1, 20)
    wait(1)
    progress.clear()
    wait(5)
    expect(screens(printed())).toEqual([
      'pinpull: 0 of 20 images resolved, waiting for ghcr.io (1 s, try 1 of 4)',
      'pinpull: 0 of 20 images resolved, waiting for ghcr.io (2 s, try 2 of 4)',
      'pinpull: 0 of 20 images resolved, waiting for ghcr.io (3 s, try 2 of 4)',
      'pinpull: 1 of 20 images resolved, waiting for docker.io (4 s, try 1 of 4)',
      '',
    ])
  })

  test('a run of less than a second prints nothing', () => {
    const { progress, printed } = start({ columns: 80 })
    progress.onProgress(0, 1)
    progress.onRequest?.(started(1, 'ghcr.io'))
    progress.onProgress(1, 1)
    progress.clear()
    expect(printed()).toBe('')
  })

  test.each([
    [120, 'pinpull: [#####---------------] 5 of 20 images resolved, waiting for ghcr.io (1 s, try 1 of 4)'],
    [99, 'pinpull: 5 of 20 images resolved, waiting for ghcr.io (1 s, try 1 of 4)'],
    [30, 'pinpull: 5 of 20 images resol'],
  ])('fits into %i columns', (columns, line) => {
    const { progress, wait, printed } = start({ columns })
    progress.onProgress(5, 20)
    progress.onRequest?.(started(1, 'ghcr.io'))
    wait(1)
    expect(screens(printed())).toEqual([line])
  })

  test('gives way to the requests of --verbose', () => {
    const { progress, wait, printed } = start({ columns: 80, verbose: true })
    progress.onProgress(0, 1)
    progress.onRequest?.(started(1, 'ghcr.io'))
    wait(1)
    progress.onRequest?.({ ...about(1, 'ghcr.io'), kind: 'answered', status: 200, milliseconds: 1000 })
    expect(printed().split('\r\u001b[K')).toEqual([
      'HEAD https://ghcr.io/v2/app/manifests/1: started\n',
      'pinpull: 0 of 1 image resolved, waiting for ghcr.io (1 s, try 1 of 4)',
      'HEAD https://ghcr.io/v2/app/manifests/1 → 200 in 1000 ms\n',
      'pinpull: 0 of 1 image resolved, waiting for ghcr.io (1 s, try 1 of 4)',
    ])
  })
})

test('with --verbose and no terminal it is a line every ten seconds', () => {
  const { progress, wait, printed } = start({ verbose: true })
  progress.onProgress(0, 2)
  progress.onRequest?.(started(1, 'ghcr.io'))
  wait(25)
  progress.onRequest?.({
    ...about(1, 'ghcr.io'),
    kind: 'failed',
    code: 'REGISTRY_TIMEOUT',
    milliseconds: 25_000,
  })
  progress.onRequest?.({ ...about(1, 'ghcr.io'), kind: 'waiting', milliseconds: 500 })
  progress.onRequest?.(started(1, 'ghcr.io', 2))
  progress.clear()
  expect(printed()).toBe(`HEAD https://ghcr.io/v2/app/manifests/1: started
pinpull: 0 of 2 images resolved, waiting for ghcr.io (10 s, try 1 of 4)
pinpull: 0 of 2 images resolved, waiting for ghcr.io (20 s, try 1 of 4)
HEAD https://ghcr.io/v2/app/manifests/1 → REGISTRY_TIMEOUT after 25000 ms
HEAD https://ghcr.io/v2/app/manifests/1: waits 0.5 s for try 2 of 4
HEAD https://ghcr.io/v2/app/manifests/1: started, try 2 of 4
`)
})

test('in a log of JSON it is an object every ten seconds, and requests are only there with --verbose', () => {
  const { progress, wait, printed, entries } = start({ isJson: true })
  progress.onProgress(0, 2)
  progress.onRequest?.(started(1, 'ghcr.io'))
  wait(10)
  expect([printed(), entries]).toEqual([
    '',
    [
      {
        type: 'progress',
        level: 'info',
        resolved: 0,
        total: 2,
        waitingFor: { host: 'ghcr.io', seconds: 10, attempt: 1, maxAttempts: 4 },
      },
    ],
  ])
})

test('says how many images are verified, where any are to be', () => {
  const { progress, wait, printed } = start({ verbose: true })
  progress.onProgress(2, 2)
  progress.onVerified(1, 2)
  wait(10)
  progress.clear()
  expect(printed()).toBe('pinpull: 2 of 2 images resolved, 1 of 2 verified\n')
})
