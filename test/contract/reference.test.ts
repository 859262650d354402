import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { defaultPullPolicy } from '../../src/kube/pod/pull-policy.ts'
import { isReference, parseReference } from '../../src/reference/parse.ts'
import { familiarName } from '../../src/reference/reference.ts'
import { referenceTexts } from '../support/reference-texts.ts'
import { goModule } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'

/** distribution/reference v0.6.0, which Kubernetes, containerd and Docker read references with. */
const reader = await goModule(
  'reference-reader-v0.6.0',
  'reference-reader',
  fileURLToPath(new URL('support/reference-reader', import.meta.url)),
)

interface Reading {
  readonly domain: string
  readonly path: string
  readonly tag: string
  readonly digest: string
  readonly familiar: string
  readonly defaultsTo: string
}

describeWith({ reader }, 'references are read as Kubernetes reads them', ({ reader }) => {
  const readAll = (texts: readonly string[]): (Reading | null)[] =>
    spawnSync(reader, { input: texts.map((one) => `${JSON.stringify(one)}\n`).join(''), maxBuffer: 1 << 28 })
      .stdout.toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Reading | null)

  test('100,000 texts made of the pieces of references', () => {
    const texts = referenceTexts(100_000, 2026)
    const readings = readAll(texts)
    const valid = readings.filter((one) => one !== null)
    expect(valid.length).toBeGreaterThan(5_000)
    for (const [i, one] of texts.entries()) {
      const theirs = readings[i] ?? undefined
      // We are stricter in two things: a name without a domain cannot be resolved, and an image ID is no name.
      const isStricter =
        theirs?.domain === '' || /^(?:sha(?:256|384|512)|blake3):[0-9a-f]{12,}(?:@|$)/i.test(one)
      const wanted = isStricter ? undefined : theirs
      expect({ text: one, ...ours(one) }).toEqual({ text: one, ...wanted })
    }
  })

  test('and what their pull policy defaults to', () => {
    const texts = referenceTexts(20_000, 7)
    const readings = readAll(texts)
    for (const [i, one] of texts.entries()) {
      expect([one, defaultPullPolicy(one)]).toEqual([one, readings[i]?.defaultsTo ?? 'IfNotPresent'])
    }
  })
})

function ours(text: string): Reading | undefined {
  if (!isReference(text)) return undefined
  const reference = parseReference(text)
  const { domain, path, tag = '', digest = '' } = reference
  return { domain, path, tag, digest, familiar: familiarName(reference), defaultsTo: defaultPullPolicy(text) }
}
