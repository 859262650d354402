import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createReader } from '../../src/yaml/reader.ts'
import { createScanner } from '../../src/yaml/scanner/scanner.ts'
import { splitStream } from '../../src/yaml/stream.ts'

/** How many documents of a folder the scanner reads, so that npm `yaml`, which is slow to load and to run, is not needed. */
export interface ScannerShare {
  readonly documents: number
  /** Those without errors. */
  readonly valid: number
  readonly scanned: number
  /** The valid ones that the scanner does not read: the file, and the offset in it. */
  readonly others: readonly string[]
}

/**
 * Counts the documents in the manifests of a folder.
 * @param isLeftOut tells which files and folders are not read, by their names
 */
export function scannerShare(
  folder: string,
  isLeftOut: (name: string) => boolean = () => false,
): ScannerShare {
  let documents = 0
  let scanned = 0
  const others: string[] = []
  for (const file of manifestsIn(folder, isLeftOut)) {
    const bytes = readFileSync(file)
    const scanner = createScanner(bytes)
    const read = createReader(bytes)
    for (const range of splitStream(bytes)) {
      documents += 1
      if (range.divisionError === undefined && scanner.read(range) !== undefined) scanned += 1
      else if (read(range).errors.length === 0) others.push(`${file}:${range.start}`)
    }
  }
  return { documents, valid: scanned + others.length, scanned, others }
}

/** `1170 of 1171 valid documents (99.91 %)` */
export function formatShare({ valid, scanned }: ScannerShare): string {
  return `${scanned} of ${valid} valid documents (${((100 * scanned) / valid).toFixed(2)} %)`
}

function manifestsIn(folder: string, isLeftOut: (name: string) => boolean): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !isLeftOut(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return manifestsIn(path, isLeftOut)
      return /\.(?:ya?ml|json)$/.test(entry.name) ? [path] : []
    })
}
