import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startDeadline } from '../../../src/cli/session/deadline.ts'

test('it expires in time, with the error to report', async () => {
  const { signal } = startDeadline(5)
  await wait(200)
  expect(signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED', args: { timeout: '0.005 s' } })
})

test.each([
  ['for ever', undefined],
  ['1000 h', 3_600_000_000],
  ['more than a timer can wait', 1e15],
])('%s is not at once', async (_, milliseconds) => {
  const { signal, stop } = startDeadline(milliseconds)
  await wait(20)
  stop()
  expect(signal.aborted).toBe(false)
})
