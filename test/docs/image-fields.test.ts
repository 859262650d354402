import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { formatCoverage, parseSchemaFields } from '../../scripts/field-coverage.ts'
import { customFields } from '../../src/kube/custom-fields.ts'
import { describeShared } from '../support/shared.ts'

const MARK = '<!-- coverage -->\n'
const path = fileURLToPath(new URL('../../docs/image-fields.md', import.meta.url))

describeShared('facts/crd-image-paths.tsv', 'docs/image-fields.md', (file) => {
  test('quotes the figures that npm run coverage:fields prints (UPDATE=1 writes them)', () => {
    const [text = ''] = readFileSync(path, 'utf8').split(MARK)
    const wanted = `${text}${MARK}\n${formatCoverage(parseSchemaFields(readFileSync(file, 'utf8')))}`
    if (process.env['UPDATE'] === '1') writeFileSync(path, wanted)
    expect(readFileSync(path, 'utf8')).toBe(wanted)
  })
})

test('docs/image-fields.md names every type with optional fields', () => {
  const text = readFileSync(path, 'utf8')
  const isNamed = (kind: string): boolean =>
    text.includes(`\`${kind}\``) ||
    (/^(?:Docker|Dev)Machine|Restore$/.test(kind) && /DockerMachine.*kin|restores of/.test(text))
  const optional = customFields().filter(({ marks }) => marks.has('optional'))
  expect(optional.map(({ kind }) => kind).filter((kind) => !isNamed(kind))).toEqual([])
})

test('the README counts the kinds of custom resources rightly', () => {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8')
  expect(readme).toContain('over a hundred kinds of custom resources')
  expect(new Set(customFields().map(({ group, kind }) => `${group}/${kind}`)).size).toBeGreaterThan(100)
})
