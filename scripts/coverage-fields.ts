import { readFileSync } from 'node:fs'
import { sharedPath } from '../test/support/shared-path.ts'
import { countFates, fateOf, parseSchemaFields } from './field-coverage.ts'

const file = sharedPath('facts/crd-image-paths.tsv')
if (file === undefined) {
  console.warn('skipped: there is no ../shared/facts/crd-image-paths.tsv to measure against')
} else {
  const fields = parseSchemaFields(readFileSync(file, 'utf8'))
  for (const [fate, count] of countFates(fields)) console.log(`${String(count).padStart(5)}  ${fate}`)
  console.log(`${String(fields.length).padStart(5)}  fields in all`)
  const missed = fields.filter((field) => fateOf(field).kind === 'missed')
  for (const { group, kind, path, type } of missed) console.log(`missed: ${group}/${kind} ${path} (${type})`)
}
