import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { splitStream } from '../../src/yaml/stream.ts'
import { type Choices, pick, seededChoices } from './choices.ts'
import { generateJson } from './json-generator.ts'
import {
  compareWithKubernetes,
  type KubernetesAnswer,
  type ReadStream,
  readAsPinpull,
  type Verdict,
} from './kubernetes-comparison.ts'
import { mutateManifest } from './manifest-mutation.ts'
import { sharedPath } from './shared-path.ts'
import { generateStream } from './yaml-generator.ts'
import { readSuite } from './yaml-test-suite.ts'

/** The result of a run. */
export interface KubernetesFuzzResult {
  readonly streams: number
  /** The number of streams that both readers read in the same way. */
  readonly same: number
  readonly refusedByKubernetes: number
  /** The numbers by reason, without details of single documents. */
  readonly refusedByPinpull: ReadonlyMap<string, number>
  readonly differences: readonly string[]
}

export interface KubernetesFuzzOptions {
  readonly seed: number
  /** Called before each batch with the number of streams so far. */
  readonly goesOn: (streams: number) => boolean
  /** kubectl's decoder. */
  readonly ask: (streams: readonly Uint8Array[]) => Promise<KubernetesAnswer[]>
  /** Replaces Pinpull's own reader, to test that differences are found. */
  readonly read?: ReadStream
  /** Called if material for the comparison is missing. */
  readonly warn?: (message: string) => void
}

const BATCH = 200
/** Stops after this number of differences. */
const ENOUGH = 20

/**
 * Compares Pinpull's reading with that of kubectl's decoder: first the samples, then endless mutations of them.
 */
export async function fuzzAgainstKubernetes(options: KubernetesFuzzOptions): Promise<KubernetesFuzzResult> {
  const { seed, goesOn, ask, read = readAsPinpull, warn = () => {} } = options
  const choices = seededChoices(seed)
  const samples = findSamples(warn)
  const counts = { streams: 0, same: 0, refusedByKubernetes: 0 }
  const refusedByPinpull = new Map<string, number>()
  const differences: string[] = []
  while (goesOn(counts.streams) && differences.length < ENOUGH) {
    const texts = Array.from(
      { length: BATCH },
      (_, i) => samples[counts.streams + i] ?? streamOf(choices, samples),
    )
    const streams = texts.map((text) => Buffer.from(text))
    const answers = await ask(streams)
    for (const [i, bytes] of streams.entries()) {
      const verdict = compareWithKubernetes(read(bytes), answers[i] as KubernetesAnswer)
      counts.streams += 1
      if (verdict.kind === 'same') counts.same += 1
      else if (verdict.kind === 'refused by Kubernetes') counts.refusedByKubernetes += 1
      else if (verdict.kind === 'different') differences.push(describe(verdict, bytes))
      else if (answers[i]?.error === undefined) {
        const reason = classOf(verdict.reason)
        refusedByPinpull.set(reason, (refusedByPinpull.get(reason) ?? 0) + 1)
      }
    }
  }
  return { ...counts, refusedByPinpull, differences }
}

function describe(verdict: Extract<Verdict, { kind: 'different' }>, bytes: Buffer): string {
  return `${verdict.problem}\n${JSON.stringify(bytes.toString())}`
}

/** A reason without details of one document. */
function classOf(reason: string): string {
  return reason
    .replaceAll(/\d+/g, 'N')
    .replace(/(tag|alias|keys are|:) \S+/, '$1 …')
    .slice(0, 90)
}

function streamOf(choices: Choices, samples: readonly string[]): string {
  switch (choices.choose(10)) {
    case 0:
      return mutateManifest(choices, generateStream(choices).text)
    case 1:
      return mutateManifest(choices, generateJson(choices))
    case 2:
      return mutateManifest(choices, asJson(pick(choices, samples)))
    default:
      return mutateManifest(choices, cut(choices, pick(choices, samples)))
  }
}

/** A few documents of a sample, or some of its lines, because mutations in long texts rarely interact. */
function cut(choices: Choices, text: string): string {
  if (text.length < 3000) return text
  const bytes = Buffer.from(text)
  const ranges = splitStream(bytes)
  const from = choices.choose(ranges.length)
  const part = ranges.slice(from, from + 1 + choices.choose(3))
  const some = bytes.toString('utf8', part[0]?.start ?? 0, part.at(-1)?.end)
  const lines = some.split('\n')
  if (lines.length < 150) return some
  const first = choices.choose(lines.length - 100)
  return lines.slice(first, first + 100).join('\n')
}

function asJson(text: string): string {
  if (text.length > 20_000) return text
  try {
    return parseAllDocuments(text)
      .map((document) => JSON.stringify(document.toJS(), null, text.length % 3))
      .join(text.length % 2 === 0 ? '\n' : '\n---\n')
  } catch {
    return text
  }
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The project's own manifests and, if they are available, the corpora and the YAML Test Suite. */
function findSamples(warn: (message: string) => void): string[] {
  const samples = [...manifestsIn(here('../golden')), ...manifestsIn(here('../../examples'))]
  for (const corpus of ['corpus', 'corpus-wide']) {
    const folder = sharedPath(corpus)
    if (folder === undefined) warn(`skipped: ../shared/${corpus} is not there`)
    else samples.push(...manifestsIn(folder))
  }
  const suite = sharedPath('yaml-test-suite/src')
  if (suite === undefined) warn('skipped: ../shared/yaml-test-suite is not there')
  else samples.push(...readSuite(suite).map(({ yaml }) => yaml))
  return samples
}

function manifestsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:ya?ml|json)$/.test(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
}
