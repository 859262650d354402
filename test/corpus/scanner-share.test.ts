import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { scannerShare } from '../support/scanner-share.ts'
import { describeShared } from '../support/shared.ts'

/** The least share of valid documents that the scanner reads itself. The others cost a small run 3 ms each. */
const FLOOR = 0.997

describe('the scanner reads nearly every valid document', () => {
  // A chart's templates are no manifests yet.
  const isLeftOut = (name: string): boolean => name === 'templates' || name === 'node_modules'

  test.each(['../../examples', '../golden', '../contract'])('of %s', (path) => {
    const { valid, scanned, others } = scannerShare(fileURLToPath(new URL(path, import.meta.url)), isLeftOut)
    expect(valid).toBeGreaterThan(20)
    expect(scanned / valid, others.join('\n')).toBeGreaterThanOrEqual(FLOOR)
  })
})

describeShared(
  'corpus-wide',
  'the scanner reads nearly every valid document of public projects',
  (folder) => {
    test('of 56 repositories', () => {
      const { valid, scanned, others } = scannerShare(folder)
      expect(valid).toBeGreaterThan(1000)
      expect(scanned / valid, others.join('\n')).toBeGreaterThanOrEqual(FLOOR)
    })
  },
)
