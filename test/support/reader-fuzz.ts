import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { splitStream } from '../../src/yaml/stream.ts'
import { type Choices, pick, seededChoices } from './choices.ts'
import { jsonDisagreements } from './json-comparison.ts'
import { generateJson } from './json-generator.ts'
import { mutate } from './mutation.ts'
import { compareReaders } from './reader-comparison.ts'
import { sharedPath } from './shared-path.ts'
import { typeDisagreements } from './type-comparison.ts'
import { generateStream } from './yaml-generator.ts'
import { readSuite } from './yaml-test-suite.ts'

export interface FuzzResult {
  readonly documents: number
  readonly scanned: number
  readonly disagreements: readonly string[]
}

/**
 * Reads generated streams, generated JSON, real manifests and the YAML Test Suite's cases with both readers, mutated at random.
 * It also compares the JSON scanner with the flow scanner, and the type in a document's first lines with that of the whole document.
 * @param goesOn called before each stream with the number of streams so far; false ends the run
 */
export function fuzzReaders(seed: number, goesOn: (read: number) => boolean): FuzzResult {
  const choices = seededChoices(seed)
  const found = samples()
  const disagreements: string[] = []
  let documents = 0
  let scanned = 0
  for (let read = 0; goesOn(read) && disagreements.length < 10; read += 1) {
    const bytes = Buffer.from(streamOf(choices, found))
    const result = compareReaders(bytes)
    documents += result.documents
    scanned += result.scanned
    disagreements.push(...result.disagreements, ...jsonDisagreements(bytes), ...typeDisagreements(bytes))
  }
  return { documents, scanned, disagreements }
}

function streamOf(choices: Choices, found: readonly string[]): string {
  const source = choices.choose(found.length === 0 ? 2 : 5)
  if (source === 1) {
    const text = generateJson(choices)
    return choices.choose(3) === 0 ? mutate(choices, text) : text
  }
  const text = source === 0 ? generateStream(choices).text : sample(choices, found)
  return choices.choose(8) === 0 ? text : mutate(choices, text)
}

/** A sample, or some lines of a long one, because mutations of short texts hit relevant places more often. */
function sample(choices: Choices, found: readonly string[]): string {
  const lines = pick(choices, found).split('\n')
  const from = choices.choose(Math.max(1, lines.length - 40))
  return lines.length > 60 && choices.choose(4) > 0
    ? lines.slice(from, from + 40).join('\n')
    : lines.join('\n')
}

function samples(): string[] {
  const suite = sharedPath('yaml-test-suite/src')
  const corpus = sharedPath('corpus')
  const cases = suite === undefined ? [] : readSuite(suite).map(({ yaml }) => yaml)
  const files =
    corpus === undefined ? [] : readdirSync(corpus).map((file) => readFileSync(join(corpus, file)))
  // Short documents of the corpus: the reference reader is too slow to read long ones thousands of times.
  const documents = files.flatMap((bytes) =>
    splitStream(bytes)
      .filter(({ start, end }) => end - start < 8000)
      .map(({ start, end }) => bytes.toString('utf8', start, end)),
  )
  return [...cases, ...documents]
}
