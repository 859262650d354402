import { expect, test } from 'vitest'
import { defaultPullPolicy } from '../../../src/kube/pod/pull-policy.ts'
import { DEFAULT_POLICIES } from '../../support/default-policies.ts'

test.each(DEFAULT_POLICIES)('%j gets %s', (image, policy) => {
  expect(defaultPullPolicy(image)).toBe(policy)
})
