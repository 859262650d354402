import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of test data and dependencies, whose schemas are invented or belong to another project. */
const LEFT = /^(?:\.git|tests?|testdata|testing|e2e|vendor|third_party|node_modules)$/

/** Reads every YAML file below a folder that contains a CustomResourceDefinition, sorted by name. */
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
