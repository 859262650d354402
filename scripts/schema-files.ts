import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of what projects test with and depend on: their schemas are made up, or another project's. */
const LEFT = /^(?:\.git|tests?|testdata|testing|e2e|vendor|third_party|node_modules)$/

/** Reads every YAML file below a folder that has a CustomResourceDefinition in it, in the order of the names. */
export function* readSchemaFiles(folder: string): Generator<Uint8Array> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!LEFT.test(entry.name)) yield* readSchemaFiles(path)
    } else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) {
      const bytes = readFileSync(path)
      if (bytes.includes('CustomResourceDefinition')) yield bytes
    }
  }
}
