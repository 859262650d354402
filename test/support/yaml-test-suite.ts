import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readDocuments } from '../../src/yaml/documents.ts'
import { resolveAlias } from '../../src/yaml/lookup.ts'
import { readSource } from '../../src/yaml/source.ts'

/** One case of the YAML Test Suite. */
export interface SuiteCase {
  /** `229Q`, or `Y79Y/01` if a file contains several. */
  readonly id: string
  readonly name: string
  readonly yaml: string
  /** Whether a reader must reject it. */
  readonly fail: boolean
  /** The events that a reader must return, one per line. */
  readonly events: readonly string[]
}

/** Reads the suite's format: each file is a sequence of cases, in which marks stand for invisible characters. */
export function readSuite(folder: string): SuiteCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => casesOf(join(folder, file)))
}

function casesOf(path: string): SuiteCase[] {
  const [document] = readDocuments(readSource(readFileSync(path))).documents
  const root = document?.contents
  if (root?.kind !== 'sequence') throw new Error(`${path} holds no sequence of cases`)
  const id = basename(path, '.yaml')
  let name = id
  let tree = ''
  let skip = false
  return root.items.flatMap((item, i) => {
    const test = resolveAlias(item)
    if (test.kind !== 'mapping') throw new Error(`${path} holds a case that is no mapping`)
    // Later cases of a file inherit missing fields from the one before.
    name = test.stringAt('name') ?? name
    tree = test.stringAt('tree') ?? tree
    const yaml = test.stringAt('yaml')
    skip ||= test.find('skip') !== undefined
    if (skip || yaml === undefined) return []
    return {
      id: root.items.length > 1 ? `${id}/${String(i).padStart(2, '0')}` : id,
      name,
      yaml: withoutMarks(yaml),
      fail: test.find('fail') !== undefined,
      events: withoutMarks(tree)
        .split('\n')
        .map((line) => line.trimStart())
        .filter((line) => line !== ''),
    }
  })
}

/** The suite's README, "Special Characters". */
function withoutMarks(text: string): string {
  return text
    .replace(/␣/g, ' ')
    .replace(/—*»/g, '\t')
    .replace(/←/g, '\r')
    .replace(/⇔/g, '\uFEFF')
    .replace(/↵/g, '')
    .replace(/∎\n$/, '')
}
