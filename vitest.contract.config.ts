import { defineConfig } from 'vitest/config'

/** The tests that need real servers and hosts: `.ci/run` requires them, `npm test` leaves them out. */
export default defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts'],
    setupFiles: ['test/support/fixed-seed.ts'],
    testTimeout: 180_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
})
