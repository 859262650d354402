import { expect, test } from 'vitest'
import { runAgainstClosing } from '../../support/faults/closing-run.ts'
import { createAuthority } from '../../support/registry/certificate.ts'

/** `npm run test:contract` has a thousand. */
const RUNS = 48

test('a registry that closes connections at random costs no image that it cut less often than there are tries', async () => {
  const authority = createAuthority()
  const tally = { pinned: 0, failed: 0 }
  for (let seed = 1; seed <= RUNS; seed += 1) await runAgainstClosing(seed, authority, tally)
  expect(tally.pinned + tally.failed).toBe(RUNS)
  expect(tally.pinned).toBeGreaterThan(0)
  expect(tally.failed).toBeGreaterThan(0)
})
