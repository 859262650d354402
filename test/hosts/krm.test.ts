import { expect, test } from 'vitest'
import { isFunctionContainer } from '../../src/hosts/krm.ts'

const marks = { LOG_TO_STDERR: 'true', STRUCTURED_RESULTS: 'true' }

test.each([
  ['what kustomize sets in a container', [], marks, true],
  ['what a function starts itself, with arguments', ['--profile', 'prod'], marks, false],
  ['one of the two', [], { STRUCTURED_RESULTS: 'true' }, false],
  ['other values', [], { LOG_TO_STDERR: '1', STRUCTURED_RESULTS: '1' }, false],
  ['nothing', [], {}, false],
])('%s', (_, argv, env, expected) => {
  expect(isFunctionContainer(argv, env)).toBe(expected)
})
