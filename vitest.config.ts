import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/contract/**'],
    setupFiles: ['test/support/fixed-seed.ts'],
    // One process runs all files of a worker, which more than halves the processor time of the suite: no test replaces a
    // module, and a test that changes the process changes it back.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
