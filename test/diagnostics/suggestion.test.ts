import { expect, test } from 'vitest'
import { suggestionFor } from '../../src/diagnostics/suggestion.ts'

const known = ['staging', 'prod', 'dev', 'airgap', 'pullPolicy']

test.each<[word: string, meant: string | undefined]>([
  ['prod', 'prod'],
  ['pord', 'prod'],
  ['prd', 'prod'],
  ['prodd', 'prod'],
  ['pred', 'prod'],
  ['PROD', 'prod'],
  ['stagin', 'staging'],
  ['pullpolicy', 'pullPolicy'],
  ['pull-policy', 'pullPolicy'],
  ['production', undefined],
  ['x', undefined],
  ['', undefined],
])('%s was meant to be %s', (word, meant) => {
  expect(suggestionFor(word, known)).toBe(meant)
})
