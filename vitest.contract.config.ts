import { defineConfig } from 'vitest/config'

/** The tests that need real servers and hosts: `.ci/run` runs them, `npm test` does not. */
export default defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts'],
    setupFiles: ['test/support/fixed-seed.ts'],
    testTimeout: 180_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
})
