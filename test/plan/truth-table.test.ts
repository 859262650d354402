import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import { DIGEST, POSITIONS, PRESENT, type TruthRow, transformAs, truthTable } from '../support/truth-table.ts'

// The page is the expectation; test/contract/cluster/pull-policy.test.ts asks the API server about it.
const rows = truthTable()

async function policyAfter(row: TruthRow, input: string): Promise<string | undefined> {
  const text = await transformAs(row, input)
  expect(await transformAs(row, text), 'a second pass changes nothing').toBe(text)
  return /[pP]ullPolicy: (\w+)/.exec(text)?.[1]
}

test('the table has every profile, kind of reference and mode', () => {
  const images = [
    'nginx',
    'nginx:latest',
    `nginx:latest@${DIGEST}`,
    'nginx:1.27',
    'nginx:1.27.3',
    `nginx:1.27.3@${DIGEST}`,
  ]
  const wanted = [...BUILTIN_PROFILES.keys()].flatMap((profile) =>
    images.flatMap((image) =>
      ['override', 'default', 'preserve'].map((mode) => `${profile} ${image} ${mode}`),
    ),
  )
  expect(rows.map(({ profile, image, mode }) => `${profile} ${image} ${mode}`)).toEqual(wanted)
  expect(rows.filter(({ results }) => results.length !== PRESENT.length)).toEqual([])
})

describe.each(Object.entries(POSITIONS))('%s', (_, manifest) => {
  test.each(rows)('$profile: $image, $mode', async (row) => {
    for (const [index, present] of PRESENT.entries()) {
      expect([present, await policyAfter(row, manifest(row.image, present))]).toEqual([
        present,
        row.results[index],
      ])
    }
  })
})
