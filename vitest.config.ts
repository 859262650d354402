import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/contract/**'],
    setupFiles: ['test/support/fixed-seed.ts'],
    // One process runs all files of a worker, which more than halves the processor time of the suite: no test replaces a
    // module, and a test that changes the process changes it back.
    isolate: false,
    // For tests that hang only: so long that none fails because the machine is slow or busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
  },
})
