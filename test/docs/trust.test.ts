import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { FILTER_OPTIONS } from '../../src/cli/options/common-options.ts'
import { CONFIG_SCHEMA } from '../../src/config/schema/config-schema.ts'
import type { AnySchema } from '../../src/config/schema/schema.ts'
import { configKeys } from '../support/config-keys.ts'
import { expectPage } from '../support/generated-page.ts'

const page = readFileSync(fileURLToPath(new URL('../../docs/trust.md', import.meta.url)), 'utf8')

/** The keys that require a higher tier than the keys above them. */
function guardedKeys() {
  const keys = configKeys(CONFIG_SCHEMA as AnySchema)
  return keys.filter(({ name, tier }) => {
    const above = keys.find(
      (one) => one.name === name.replace(/( = [^=]*|\.[^.]*)$/, '').replace(/(\[\]|\.\*)$/, ''),
    )
    return tier < (above?.tier ?? 3)
  })
}

test('docs/trust.md has every setting that requires a higher tier', () => {
  const rows = guardedKeys().map(({ name, tier }) => `| \`${name.replace(' = ', ': ')}\` | ${tier} |`)
  const table = ['| setting | lowest tier |', '|---|---|', ...rows].join('\n')
  const text = page.replace(
    /<!-- settings -->[\s\S]*<!-- \/settings -->/,
    () => `<!-- settings -->\n${table}\n<!-- /settings -->`,
  )
  expect(rows.length).toBeGreaterThan(10)
  expectPage('trust.md', text)
})

test('docs/trust.md has every option that may be an argument of a plugin', () => {
  const options = FILTER_OPTIONS.filter(({ tier }) => tier === 3).map(({ name }) => name)
  expect(options.filter((name) => !page.includes(`\`--${name}\``))).toEqual([])
  expect(options.sort()).toEqual([
    'check-digests',
    'color',
    'locked',
    'platform',
    'profile',
    'quiet',
    'verbose',
  ])
})
