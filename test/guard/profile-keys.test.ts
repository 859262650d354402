import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PROFILE_SCHEMA } from '../../src/config/schema/profile-schema.ts'
import { PROFILE_KEY_USES } from '../../src/guard/profile-keys.ts'

const page = readFileSync(fileURLToPath(new URL('../../docs/guard.md', import.meta.url)), 'utf8')
const [, section = ''] = page.split('## What is compiled')

/** The use of each key, by the table of the page. */
const documented = new Map(
  [...section.matchAll(/^\| (`[^|]+) \| ([^|]+) \|$/gm)].flatMap(([, keys = '', use = '']) =>
    [...keys.matchAll(/`(\w+)`/g)].map(([, key = '']) => [key, use] as const),
  ),
)

test('docs/guard.md says of every key of a profile what becomes of it', () => {
  // These keys of a configuration apply to each of its profiles.
  const keys = [...Object.keys(PROFILE_SCHEMA.properties), 'fields', 'denyDigests', 'denyDigestsFile']
  expect([...documented.keys()].toSorted()).toEqual(keys.toSorted())
})

test.each(Object.entries(PROFILE_KEY_USES).filter(([key]) => key !== 'lockedNames'))('%s', (key, use) => {
  const text = documented.get(key) ?? ''
  if (use.is === 'refused') expect(text).toMatch(/^refused/)
  else if (use.is === 'irrelevant') expect(text).not.toMatch(/^(compiled|refused)/)
  else expect(text).not.toMatch(/^(irrelevant|refused)/)
})
