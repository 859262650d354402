import { describe, expect, test } from 'vitest'
import { formatVectors, type Vector } from '../../support/format-vectors.ts'
import { type Owner, verdictOf } from '../../support/format-verdict.ts'

const byOwner = new Map<Owner, Vector[]>()
for (const vector of formatVectors()) {
  byOwner.set(vector.owner, [...(byOwner.get(vector.owner) ?? []), vector])
}

describe.each([...byOwner])('%s is read as its owner reads it', (_, vectors) => {
  test.each(vectors)('$name', async ({ verdict, ours, name: _name, ...question }) => {
    expect(await verdictOf(question)).toEqual(ours === undefined ? verdict : ours.verdict)
  })
})

test('what is read otherwise is read otherwise, for a reason', () => {
  const others = formatVectors().filter(({ ours }) => ours !== undefined)
  expect(
    others.map(({ ours, verdict }) => JSON.stringify(ours?.verdict) === JSON.stringify(verdict)),
  ).not.toContain(true)
  expect(others.every(({ ours }) => ours !== undefined && ours.why.length > 5)).toBe(true)
})
