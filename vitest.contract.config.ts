import { defineConfig } from 'vitest/config'

/** The tests that need real servers and hosts: `.ci/run` runs them, `npm test` does not. */
export default defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts'],
    setupFiles: ['test/support/fixed-seed.ts'],
    // For tests that hang only: so long that none fails because the machine is slow or busy.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 300_000 } },
    fileParallelism: false,
  },
})
