import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import { CONFIG_SCHEMA, formatConfigSchema } from '../../src/config/schema/config-schema.ts'
import type { AnySchema } from '../../src/config/schema/schema.ts'
import { policyCodes } from '../../src/diagnostics/codes/policy.ts'
import { expectPage } from '../support/generated-page.ts'

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

test('docs/pinpull.schema.json is the schema, for editors', () => {
  expectPage('pinpull.schema.json', formatConfigSchema())
})

describe('docs/config.md', () => {
  const text = page('config.md')

  test('names every key', () => {
    const missing = keysOf(CONFIG_SCHEMA as AnySchema).filter(
      (key) => !new RegExp(`\`${key}\`|\\b${key}:`).test(text),
    )
    expect(missing).toEqual([])
  })

  test('has the built-in profiles', () => {
    const rows = text
      .slice(text.indexOf('The built-in profiles:'))
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll('`', '')),
      )
    const names = rows[0]?.slice(1) ?? []
    expect(names).toEqual([...BUILTIN_PROFILES.keys()])
    for (const key of ['pin', 'output', 'policyMode', 'unresolved', 'invalid', 'placeholders'] as const) {
      const row = rows.find(([first]) => first === key)?.slice(1)
      expect([key, row]).toEqual([key, names.map((name) => BUILTIN_PROFILES.get(name)?.[key])])
    }
  })
})

/** Every key of the configuration, at any depth, except those of Kubernetes' metadata. */
function keysOf(schema: AnySchema): string[] {
  if ('anyOf' in schema) return schema.anyOf.flatMap(keysOf)
  if (schema.type === 'array') return keysOf(schema.items)
  if (schema.type !== 'object') return []
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => key !== 'metadata')
  return [...new Set(properties.flatMap(([key, one]) => [key, ...keysOf(one)]))]
}

test('docs/checks.md has every diagnostic whose severity a profile may change', () => {
  const text = page('checks.md')
  expect(Object.keys(policyCodes).filter((code) => !text.includes(`\`${code}\``))).toEqual([])
})
