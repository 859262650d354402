import { describe, expect, test } from 'vitest'
import { isContinuousIntegration } from '../../src/cache/lifetime.ts'

describe('isContinuousIntegration', () => {
  test.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ CI: '' }, false],
    [{ CI: 'false' }, false],
    [{ CI: '0' }, false],
    [{ CI: 'true' }, true],
    [{ CI: '1' }, true],
    [{ BUILD_NUMBER: '17' }, true],
    [{ TF_BUILD: 'True' }, true],
    [{ TEAMCITY_VERSION: '2026.1' }, true],
  ])('%j: %s', (env, isIt) => {
    expect(isContinuousIntegration(env)).toBe(isIt)
  })
})
