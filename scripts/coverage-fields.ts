/**
 * Measures how many of the image fields in published schemas are found.
 *
 *     npm run coverage:fields                      the fields of schema-fields.tsv
 *     npm run coverage:fields -- FOLDER…           those of the CustomResourceDefinitions below folders
 *     npm run coverage:fields -- --update FOLDER…  and writes them to schema-fields.tsv
 *
 * `node scripts/fetch-schemas.ts FOLDER` fetches the projects that schema-fields.tsv was made from.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fateOf, formatCoverage, formatSchemaFields, parseSchemaFields } from './field-coverage.ts'
import { type DescribedField, schemaFields } from './schema-fields.ts'
import { readSchemaFiles } from './schema-files.ts'

const list = new URL('./schema-fields.tsv', import.meta.url)
const folders = process.argv.slice(2).filter((one) => one !== '--update')

if (folders.length === 0) {
  process.stdout.write(formatCoverage(parseSchemaFields(readFileSync(list, 'utf8'))))
} else {
  const fields = read(folders)
  process.stdout.write(formatCoverage(fields))
  for (const field of fields) {
    const { kind } = fateOf(field)
    if (kind !== 'missed' && kind !== 'warned') continue
    console.log(
      `${kind}: ${field.group}/${field.kind} ${field.path} (${field.type}) ${field.description.slice(0, 120)}`,
    )
  }
  if (process.argv.includes('--update')) writeFileSync(list, formatSchemaFields(fields))
}

/** Removes duplicate fields, and sorts by group, kind and path. */
function read(folders: readonly string[]): readonly DescribedField[] {
  const found = new Map<string, DescribedField>()
  for (const folder of folders) {
    for (const bytes of readSchemaFiles(folder)) {
      for (const field of schemaFields(bytes)) {
        const name = `${field.group}/${field.kind} ${field.path}`
        if (!found.has(name)) found.set(name, field)
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, field]) => field)
}
