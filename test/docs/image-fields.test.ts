import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fateOf, formatCoverage, parseSchemaFields } from '../../scripts/field-coverage.ts'
import { formatTables } from '../../scripts/field-tables.ts'
import { allRows } from '../../src/kube/tables/lookup.ts'
import { describeShared } from '../support/shared.ts'

const COVERAGE = '<!-- coverage -->\n'
const path = fileURLToPath(new URL('../../docs/image-fields.md', import.meta.url))

const list = fileURLToPath(new URL('../../scripts/schema-fields.tsv', import.meta.url))
const fields = parseSchemaFields(readFileSync(list, 'utf8'))

const imageRows = allRows().filter((row) => row.action === 'pin')

test('docs/image-fields.md has the measured coverage and the rows of the tables (UPDATE=1 writes them)', () => {
  const [text = ''] = readFileSync(path, 'utf8').split(COVERAGE)
  const wanted = `${text}${COVERAGE}\n${formatCoverage(fields)}\n${formatTables(allRows())}`
  if (process.env['UPDATE'] === '1') writeFileSync(path, wanted)
  expect(readFileSync(path, 'utf8')).toBe(wanted)
})

test('of the image fields in published schemas at least 95 % are found, and none is missed', () => {
  const kinds = fields.map((field) => fateOf(field).kind)
  const images = kinds.filter((kind) => kind !== 'left')
  expect(images.length).toBeGreaterThan(1500)
  expect(kinds.filter((kind) => kind === 'missed')).toEqual([])
  expect(kinds.filter((kind) => kind === 'found').length / images.length).toBeGreaterThanOrEqual(0.95)
})

describeShared('facts/crd-image-paths.tsv', 'a catalogue of schemas', (file) => {
  test('has no image field that is missed', () => {
    const missed = parseSchemaFields(readFileSync(file, 'utf8')).filter(
      (field) => fateOf(field).kind === 'missed',
    )
    expect(missed.map(({ group, kind, path: field }) => `${group}/${kind} ${field}`)).toEqual([])
  })
})

describeShared(
  'cases/fields/05-table-gaps-of-maintained-crds/missed-crd-fields.txt',
  'fields once missed',
  (file) => {
    test('are found, by default or as optional fields', () => {
      const once = readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => {
          const [type = '', field = ''] = line.split(' ')
          const [group = '', kind = ''] = type.split('/')
          return {
            group,
            kind,
            path: field.replaceAll('.[]', '[]'),
            class: 'string',
            type: 'str',
            policies: '',
          }
        })
      const others = once.filter((field) => !['found', 'optional'].includes(fateOf(field).kind))
      expect(others.map(({ group, kind, path: field }) => `${group}/${kind} ${field}`)).toEqual([])
    })
  },
)

test('docs/image-fields.md names every type with optional fields', () => {
  const text = readFileSync(path, 'utf8')
  const isNamed = (kind: string): boolean =>
    text.includes(`\`${kind}\``) ||
    (/^(?:Docker|Dev)Machine|Restore$/.test(kind) && /DockerMachine.*related kinds|restores of/.test(text))
  const optional = imageRows.filter(({ conditions }) => conditions.has('optional'))
  expect(optional.map(({ kind }) => kind).filter((kind) => !isNamed(kind))).toEqual([])
})

test('the number of kinds of custom resources in the README is right', () => {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8')
  expect(readme).toContain('over a hundred kinds of custom resources')
  expect(new Set(imageRows.map(({ group, kind }) => `${group}/${kind}`)).size).toBeGreaterThan(100)
})
