import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/contract/**'],
    setupFiles: ['test/support/fixed-seed.ts'],
    // One process runs all files of a worker, which more than halves the processor time of the suite: no test replaces a
    // module, and a test that changes the process changes it back.
    isolate: false,
    // They end what hangs, on a machine that is slow and busy too: no test of a machine with nothing else to do takes a tenth of it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
