import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import { placeholderOf } from '../../src/kube/placeholder.ts'
import { isReference } from '../../src/reference/parse.ts'
import { readInput, transform } from '../../src/transform.ts'
import { joinStreams } from '../../src/yaml/joined-streams.ts'
import { createTypeHeaderReader } from '../../src/yaml/scanner/type-header.ts'
import { splitJsonStream, splitStream } from '../../src/yaml/stream.ts'
import { seededChoices } from '../support/choices.ts'
import { generateJson } from '../support/json-generator.ts'
import type { KubernetesAnswer } from '../support/kubernetes-comparison.ts'
import { fuzzAgainstKubernetes } from '../support/kubernetes-fuzz.ts'
import { readAnyTag, readNoComments } from '../support/lenient-readers.ts'
import { manifests } from '../support/manifest-arbitrary.ts'
import { mutatedManifests } from '../support/mutated-manifest.ts'
import { REFUSED_CASES } from '../support/refused-suite-cases.ts'
import { describeShared } from '../support/shared.ts'
import { readSuite } from '../support/yaml-test-suite.ts'
import { kubernetesReader, startKubernetesServer } from './support/kubernetes-server.ts'
import { describeWith } from './support/need.ts'

/**
 * Pinpull reads YAML 1.2 with one library, Kubernetes reads go-yaml's mixture of 1.1 and 1.2 with another. Where they see
 * different objects, something could be applied that Pinpull never saw: so the decoder of kubectl itself reads what
 * went in and what came out, and has to find the same, pinned.
 */
const reader = await kubernetesReader()

const profile = BUILTIN_PROFILES.get('staging') as NonNullable<ReturnType<typeof BUILTIN_PROFILES.get>>
const digest = `sha256:${'a'.repeat(64)}`
const options = {
  profile,
  resolver: {
    resolve: async () => ({
      descriptor: { mediaType: 'application/vnd.oci.image.index.v1+json', digest: digest as never },
      origin: { kind: 'registry', from: 'everywhere' } as const,
    }),
  },
  signal: new AbortController().signal,
}

describeWith({ reader }, "kubectl's reader", (paths) => {
  const server = startKubernetesServer(paths.reader)
  afterAll(() => server.close())
  const readAll = (streams: readonly Uint8Array[]): Promise<KubernetesAnswer[]> => server.read(streams)

  /** Every problem with streams that both Pinpull and kubectl can read. */
  async function problemsOf(
    texts: Iterable<string | Uint8Array>,
  ): Promise<{ problems: string[]; compared: number }> {
    const pairs: { before: Uint8Array; after: Uint8Array }[] = []
    for (const text of texts) {
      const before = Buffer.from(text)
      const { output } = await transform(before, options)
      if (output !== undefined) pairs.push({ before, after: output })
    }
    const readings = await readAll(pairs.flatMap(({ before, after }) => [before, after]))
    let compared = 0
    const problems = pairs.flatMap(({ before }, i) => {
      const [was, is] = [readings[2 * i] as KubernetesAnswer, readings[2 * i + 1] as KubernetesAnswer]
      if (was.error !== undefined) return []
      compared += 1
      const problem = is.error ?? difference(was.documents, is.documents, '') ?? unpinned(is.documents)
      return problem === undefined ? [] : [`${problem}\n${Buffer.from(before).toString()}`]
    })
    return { problems, compared }
  }

  test('finds generated manifests as they were, and pinned', async () => {
    const texts = fc.sample(manifests(), { numRuns: 500, seed: 20261120 }).map(({ text }) => text)
    const { problems, compared } = await problemsOf(texts)
    expect(problems).toEqual([])
    expect(compared).toBe(500)
  })

  test('finds damaged manifests as they were, and pinned, or cannot read them either', async () => {
    const { problems, compared } = await problemsOf(mutatedManifests(20261120, 6000))
    expect(problems).toEqual([])
    expect(compared).toBeGreaterThan(1000)
  })

  test('finds in joined streams what it finds in each', async () => {
    const choices = seededChoices(20261127)
    const edges = [
      '',
      '---',
      '---\n',
      '# c',
      '\n\n',
      'a: 1',
      'a: |+\n  x\n\n',
      'a: >\n  x',
      'a: 1\r\n',
      '\ufeffa: 1',
      '\ufeff---\na: 1\n',
    ]
    edges.push(
      '--- # c\na: 1',
      'a: 1\n...',
      'a: 1\n---\n',
      '{a: b}',
      '{"a":1}',
      ' {"a":1}',
      '{"a":1} # c',
      '{"a":1}{"b":2}',
      '{"a":1}\n---\nb: 1',
      '{"a":"\\ud83d\\ude00"}',
    )
    const yaml = fc.sample(manifests(), { numRuns: 300, seed: 20261127 }).map(({ text }) => text)
    const damaged = [...mutatedManifests(20261127, 1500)].map(String)
    const json = Array.from({ length: 1500 }, () => generateJson(choices))
    const pools = [edges, edges, yaml, damaged, json]
    const rows = Array.from({ length: 6000 }, () =>
      Array.from({ length: 2 + choices.choose(3) }, () => {
        const pool = pools[choices.choose(pools.length)] as readonly string[]
        return Buffer.from(pool[choices.choose(pool.length)] as string)
      }),
    )
    const alone = await readAll(rows.flat())
    let from = 0
    const cases = rows.flatMap((streams) => {
      const answers = alone.slice(from, from + streams.length)
      from += streams.length
      const isRead =
        answers.every(({ error }) => error === undefined) &&
        streams.every((bytes) => readInput(bytes).diagnostics.length === 0)
      const joined = isRead ? joinStreams(streams) : undefined
      const documents = answers.flatMap((one) => one.documents).filter((one) => one !== null)
      return joined?.kind === 'joined' ? [{ stream: Buffer.concat(joined.chunks), documents }] : []
    })
    const readings = await readAll(cases.map(({ stream }) => stream))
    const wrong = cases.flatMap(({ stream, documents }, i) => {
      const { error, documents: found = [] } = readings[i] ?? {}
      const isSame = JSON.stringify(found.filter((one) => one !== null)) === JSON.stringify(documents)
      return error === undefined && isSame
        ? []
        : [`${error ?? 'other documents'}: ${JSON.stringify(stream.toString())}`]
    })
    expect(wrong.slice(0, 10)).toEqual([])
    expect(cases.length).toBeGreaterThan(1000)
  })

  test('finds as many JSON objects in a row as Pinpull does', async () => {
    const choices = seededChoices(20261120)
    const divided = Array.from({ length: 100_000 }, () => Buffer.from(generateJson(choices)))
      .map((bytes) => ({ bytes, starts: splitJsonStream(bytes) }))
      .filter(({ starts }) => starts !== undefined)
    const readings = await readAll(divided.map(({ bytes }) => bytes))
    const wrong = divided.filter(({ starts }, i) => readings[i]?.documents?.length !== starts?.length)
    expect(wrong.map(({ bytes }) => bytes.toString())).toEqual([])
    expect(divided.length).toBeGreaterThan(500)
  })

  test('finds manifests in rows of JSON as they were, and pinned', async () => {
    const samples = fc.sample(manifests(), { numRuns: 500, seed: 20261121 })
    const objects = samples.flatMap(({ text }) => parseAllDocuments(text).map((document) => document.toJS()))
    const rows = samples.map((_, i) => {
      const row = objects.slice(i, i + 3).map((object) => JSON.stringify(object, null, i % 3))
      return row.join(i % 2 === 0 ? '\n' : '')
    })
    const { problems, compared } = await problemsOf(rows)
    expect(problems).toEqual([])
    expect(compared).toBeGreaterThan(400)
  })

  test('finds the type that the first lines of a document tell', async () => {
    const streams = [...mutatedManifests(20261122, 6000)].map((text) => Buffer.from(text))
    const readings = await readAll(streams)
    let told = 0
    const wrong = streams.flatMap((bytes, i) => {
      const typeOf = createTypeHeaderReader(bytes, () => true)
      const { documents = [], error } = readings[i] ?? {}
      if (error !== undefined) return []
      const ranges = splitStream(bytes)
      if (documents.length !== ranges.length) return []
      return ranges.flatMap((range, index) => {
        const type = typeOf(range)
        if (type === undefined) return []
        told += 1
        const { apiVersion, kind } = (documents[index] ?? {}) as Record<string, unknown>
        const isSame = String(apiVersion) === type.apiVersion && String(kind) === type.kind
        return isSame ? [] : [`${JSON.stringify(type)}\n${bytes.toString('utf8', range.start, range.end)}`]
      })
    })
    expect(wrong).toEqual([])
    expect(told).toBeGreaterThan(500)
  })

  test('reads what Pinpull reads, of samples and of what changes make of them', async () => {
    const result = await fuzzAgainstKubernetes({
      seed: 20261127,
      goesOn: (streams) => streams < 8000,
      ask: readAll,
      warn: console.warn,
    })
    expect(result.differences).toEqual([])
    expect(result.same).toBeGreaterThan(1500)
  })

  test.each([
    ['tags that are not read alike', readAnyTag, /!!binary/],
    ['carriage returns in what seems to be a comment', readNoComments, /\\r/],
  ])('shows within a minute what a reader would miss that lets pass %s', async (_, read, sign) => {
    const until = Date.now() + 60_000
    const found: string[] = []
    for (let seed = 1; Date.now() < until && !found.some((one) => sign.test(one)); seed += 1) {
      const { differences } = await fuzzAgainstKubernetes({
        seed,
        goesOn: (streams) => streams < 8000 && Date.now() < until,
        ask: readAll,
        read,
      })
      found.push(...differences)
    }
    expect(found.join('\n')).toMatch(sign)
  })

  describeShared('yaml-test-suite/src', 'the YAML Test Suite', (folder) => {
    const cases = new Map(readSuite(folder).map((one) => [one.id, one.yaml]))

    test.each(REFUSED_CASES)('$id, which Pinpull refuses, is to kubectl as the table says', async (row) => {
      const [answer] = await readAll([Buffer.from(cases.get(row.id) ?? '')])
      const { kubectl } = row
      if (kubectl.kind === 'refuses') expect(answer?.error).toBeDefined()
      else expect(JSON.stringify(answer?.documents)).toBe(kubectl.documents)
      expect(answer?.error === undefined).toBe(kubectl.kind !== 'refuses')
    })
  })

  describeShared('corpus', 'real manifests', (corpus) => {
    test('are found as they were, and pinned', async () => {
      const files = readdirSync(corpus).map((name) => readFileSync(join(corpus, name)))
      const { problems, compared } = await problemsOf(files)
      expect(problems).toEqual([])
      expect(compared).toBe(files.length)
    })
  })
})

const CONTAINERS = new Set(['containers', 'initContainers', 'ephemeralContainers'])
const POLICIES = new Set(['imagePullPolicy', 'pullPolicy'])

/** Where two readings differ in anything but a digest and pull policies. */
function difference(was: unknown, is: unknown, path: string): string | undefined {
  if (typeof was === 'string' && typeof is === 'string') {
    return was === is || is === `${was}@${digest}` ? undefined : `${path}: ${was} became ${is}`
  }
  if (was === null || is === null || typeof was !== 'object' || typeof is !== 'object') {
    return was === is ? undefined : `${path}: ${was} became ${is}`
  }
  const keys = new Set([...Object.keys(was), ...Object.keys(is)].filter((key) => !POLICIES.has(key)))
  for (const key of keys) {
    const found = difference((was as never)[key], (is as never)[key], `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** An image that kubectl sees in a container of a resource, and that is not pinned. */
function unpinned(documents: readonly unknown[]): string | undefined {
  for (const document of documents) {
    const text = JSON.stringify(document)
    // Not ours to pin: what says so itself, and what is no resource or a list that is odd.
    if (text.includes('pinpull.dev/') || !isResource(document)) continue
    const found = unpinnedIn(document, undefined)
    if (found !== undefined) return `not pinned: ${found}`
  }
  return undefined
}

function isResource(value: unknown): boolean {
  const { apiVersion, kind, items } = (value ?? {}) as Record<string, unknown>
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '')
    return false
  return items === undefined
}

function unpinnedIn(node: unknown, key: string | undefined): string | undefined {
  if (Array.isArray(node)) {
    for (const item of node) {
      const image = (item as Record<string, unknown> | null)?.['image']
      if (key !== undefined && CONTAINERS.has(key) && typeof image === 'string' && mayBePinned(image))
        return image
      const found = unpinnedIn(item, undefined)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (node === null || typeof node !== 'object') return undefined
  for (const [name, value] of Object.entries(node)) {
    if (name === 'status' || name === 'metadata') continue
    const found = unpinnedIn(value, name)
    if (found !== undefined) return found
  }
  return undefined
}

function mayBePinned(image: string): boolean {
  return isReference(image) && placeholderOf(image) === undefined && !image.includes('@')
}
