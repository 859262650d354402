import { describe, expect, test } from 'vitest'
import type { PolicyMode } from '../../src/config/enums.ts'
import type { ImagePullPolicy } from '../../src/kube/image-field.ts'
import { applyPolicyMode, type PullPolicyDecision } from '../../src/plan/pull-policy.ts'

/** The values of Kruise's ImagePullJob, and of Istio's WasmPlugin, which has `UNSPECIFIED_POLICY` besides. */
const NO_NEVER: readonly ImagePullPolicy[] = ['Always', 'IfNotPresent']

const CORE: readonly ImagePullPolicy[] = ['Always', 'IfNotPresent', 'Never']

function decide(
  mode: PolicyMode,
  desired: ImagePullPolicy,
  apiServerDefault: ImagePullPolicy,
  current: string | undefined,
  allowed: readonly ImagePullPolicy[],
): PullPolicyDecision {
  return applyPolicyMode({ mode, desired, apiServerDefault: () => apiServerDefault, current, allowed })
}

// The table of core's three values is docs/pull-policy.md, run by truth-table.test.ts.
describe('a schema that takes fewer values', () => {
  test.each<
    [
      mode: PolicyMode,
      desired: ImagePullPolicy,
      apiServerDefault: ImagePullPolicy,
      current: string | undefined,
      expected: PullPolicyDecision,
    ]
  >([
    ['override', 'IfNotPresent', 'Always', undefined, { value: 'IfNotPresent' }],
    ['override', 'IfNotPresent', 'Always', 'IfNotPresent', {}],
    ['override', 'Never', 'Always', undefined, { value: 'Always', problem: 'unsupported' }],
    ['override', 'Never', 'IfNotPresent', undefined, { value: 'IfNotPresent', problem: 'unsupported' }],
    ['override', 'Never', 'IfNotPresent', 'Always', { problem: 'unsupported' }],
    ['override', 'IfNotPresent', 'Always', 'UNSPECIFIED_POLICY', { value: 'IfNotPresent' }],
    ['default', 'Never', 'IfNotPresent', undefined, { value: 'IfNotPresent', problem: 'unsupported' }],
    ['default', 'Never', 'IfNotPresent', 'Always', {}],
    ['default', 'IfNotPresent', 'IfNotPresent', 'UNSPECIFIED_POLICY', {}],
    ['preserve', 'Never', 'Always', undefined, { value: 'Always' }],
    ['preserve', 'Never', 'Always', 'UNSPECIFIED_POLICY', {}],
  ])('%s, %s desired, %s by default, currently %s', (mode, desired, apiServerDefault, current, expected) => {
    expect(decide(mode, desired, apiServerDefault, current, NO_NEVER)).toEqual(expected)
  })

  test('one that does not take the original’s default gets nothing', () => {
    expect(decide('preserve', 'IfNotPresent', 'Always', undefined, ['IfNotPresent'])).toEqual({})
    expect(decide('override', 'Never', 'Always', undefined, ['IfNotPresent'])).toEqual({
      problem: 'unsupported',
    })
  })
})

describe('a value that Kubernetes refuses', () => {
  test.each<[mode: PolicyMode, answer: PullPolicyDecision]>([
    ['override', { value: 'Never' }],
    ['default', { problem: 'invalid' }],
    ['preserve', { problem: 'invalid' }],
  ])('%s', (mode, answer) => {
    expect(decide(mode, 'Never', 'IfNotPresent', 'always', CORE)).toEqual(answer)
  })
})
