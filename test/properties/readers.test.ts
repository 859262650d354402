import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { yamlStreams } from '../support/arbitraries.ts'
import { compareReaders } from '../support/reader-comparison.ts'
import { fuzzReaders } from '../support/reader-fuzz.ts'
import { describeShared } from '../support/shared.ts'
import { readSuite } from '../support/yaml-test-suite.ts'

describe('both readers', () => {
  test('agree on generated streams', () => {
    fc.assert(
      fc.property(yamlStreams(), ({ text }) => {
        expect(compareReaders(Buffer.from(text)).disagreements).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('agree on what random changes make of streams', () => {
    const { disagreements, scanned } = fuzzReaders(20261120, (read) => read < 4000)
    expect(disagreements).toEqual([])
    expect(scanned).toBeGreaterThan(500)
  })
})

describeShared('yaml-test-suite/src', 'both readers on the YAML Test Suite', (folder) => {
  test.each(readSuite(folder))('$id: $name', ({ yaml }) => {
    expect(compareReaders(Buffer.from(yaml)).disagreements).toEqual([])
  })
})

describeShared('corpus', 'both readers on real manifests', (folder) => {
  test.each(readdirSync(folder))('%s', (file) => {
    const { disagreements, documents, scanned } = compareReaders(readFileSync(join(folder, file)))
    expect(disagreements).toEqual([])
    // The reference reader takes as long as the rest of a run; real manifests should not need it.
    expect(scanned / documents).toBeGreaterThan(0.9)
  })
})
