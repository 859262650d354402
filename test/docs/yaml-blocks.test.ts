import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../../src/config/parse.ts'
import { parseLock } from '../../src/lock/parse.ts'
import { overridesAt, rootsOf } from '../../src/sources/kustomize/kustomization.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readAction } from '../support/composite-action.ts'
import { runInProcess } from '../support/memory-io.ts'
import { pageBlocks } from '../support/page-blocks.ts'
import { sourceOf } from '../support/source.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** What a block is, by its text, and how it is read. The first that matches counts. */
interface Reader {
  readonly what: string
  readonly matches: RegExp
  /** Throws if a user who copies the block would get an error. */
  read(text: string): unknown
}

const READERS: readonly Reader[] = [
  {
    what: 'a configuration of Pinpull',
    matches: /^kind: Pinpull$/m,
    read: async (text) => {
      // As a file that --config names.
      expect((await parseConfig(sourceOf(text), { tier: 1 })).diagnostics).toEqual([])
    },
  },
  {
    what: 'a lock file',
    matches: /^kind: Lock$/m,
    read: (text) => expect(parseLock(sourceOf(text)).diagnostics).toEqual([]),
  },
  { what: 'a workflow of GitHub', matches: /^jobs:$/m, read: readWorkflow },
  { what: 'a configuration of pre-commit', matches: /^repos:$/m, read: readPreCommit },
  {
    what: 'a pipeline of kpt',
    matches: /^kind: Kptfile$/m,
    read: (text) => expect(parse(text).pipeline.mutators[0].exec).toMatch(/^pinpull --krm$/),
  },
  {
    what: 'a kustomization',
    matches: /^transformers:$/m,
    read: (text) => expect(parse(text).transformers).toEqual(['pin.yaml']),
  },
  {
    what: 'entries of images in a kustomization',
    matches: /^images:\n {2}- name: /m,
    read: (text) => readKustomizeImages(text),
  },
  {
    what: 'a kustomization around a HelmRelease, which test/contract/hosts/flux-charts.test.ts builds',
    matches: /^patches:\n {2}- path: pins\.yaml$/m,
    read: (text) => expect(parse(text).patches[0].target.kind).toBe('HelmRelease'),
  },
  {
    what: 'a helmfile',
    matches: /^helmDefaults:$/m,
    read: (text) => expect(parse(text).helmDefaults.postRenderer).toBe('pinpull'),
  },
  {
    what: 'metadata of an object',
    matches: /^metadata:\n/,
    read: (text) => readManifests(`apiVersion: v1\nkind: ConfigMap\n${text}`),
  },
  {
    what: 'a part of an Application of Argo CD',
    matches: /^source:$/m,
    read: (text) =>
      readManifests(
        `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n${text.replace(/^(?=.)/gm, '  ')}`,
      ),
  },
  { what: 'Kubernetes objects', matches: /^apiVersion:/m, read: readManifests },
]

/** Reads objects with the program itself. */
async function readManifests(text: string): Promise<void> {
  const run = await runInProcess(['--profile', 'dev'], { input: text, cwd: temporaryFolder() })
  expect([run.code, run.stderr]).toEqual([0, expect.stringMatching(/^pinpull: dev: \d+ images?\b[^\n]*\n$/)])
}

/** Reads entries of `images` with the editor of kustomizations. */
function readKustomizeImages(text: string): void {
  const source = sourceOf(text)
  const overrides = rootsOf(readDocuments(source).documents).flatMap(([document, root]) =>
    overridesAt(document, root, ['images'], source),
  )
  expect(overrides.map(({ image }) => image)).toEqual([
    expect.objectContaining({ kind: 'tagged', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }),
  ])
}

interface WorkflowStep {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string>>
}

/** A step runs a script or an action, and this repository's action has the inputs that it is given. */
function readWorkflow(text: string): void {
  const { inputs, outputs } = readAction()
  const jobs = Object.values(parse(text).jobs) as readonly { readonly steps: readonly WorkflowStep[] }[]
  for (const { steps } of jobs) {
    for (const step of steps) {
      expect([step.uses === undefined, step.run === undefined]).toContain(false)
      if (step.uses?.startsWith('pinpull/pinpull@') !== true) continue
      expect(Object.keys(step.with ?? {}).filter((name) => !(name in inputs))).toEqual([])
      expect(Object.keys(step.with ?? {})).toContain('files')
    }
  }
  const used = [...text.matchAll(/steps\.pinpull\.outputs\.([\w-]+)/g)].map(([, name = '']) => name)
  expect(used.filter((name) => !(name in outputs))).toEqual([])
}

function readPreCommit(text: string): void {
  const path = fileURLToPath(new URL('../../.pre-commit-hooks.yaml', import.meta.url))
  const known = (parse(readFileSync(path, 'utf8')) as { id: string }[]).map(({ id }) => id)
  const used = parse(text).repos.flatMap(({ hooks }: { hooks: { id: string }[] }) =>
    hooks.map(({ id }) => id),
  )
  expect(used.length).toBeGreaterThan(0)
  expect(used.filter((id: string) => !known.includes(id))).toEqual([])
}

const blocks = pageBlocks().filter(({ language }) => /^ya?ml$/.test(language))

test.each(blocks.map((block) => [`${block.page}:${block.line}`, block] as const))(
  '%s is read without an error',
  async (_, { text }) => {
    const reader = READERS.find(({ matches }) => matches.test(text))
    expect(reader?.what, 'the kind of the block: a configuration needs apiVersion and kind').toBeDefined()
    await reader?.read(text)
  },
)

test('every reader reads a block', () => {
  const read = new Set(blocks.map(({ text }) => READERS.find(({ matches }) => matches.test(text))?.what))
  expect(READERS.map(({ what }) => what).filter((what) => !read.has(what))).toEqual([])
})

test.each(
  pageBlocks()
    .filter(({ language }) => language === 'json')
    .map((block) => [`${block.page}:${block.line}`, block.text] as const),
)('%s is JSON', (_, text) => {
  expect(JSON.parse(text)).toBeDefined()
})

test('no block of YAML hides without a fence', () => {
  const hidden = pageBlocks().filter(
    ({ language, text }) =>
      language === 'indented' && /^(?:apiVersion|kind|metadata|spec|[a-z][\w-]*):(?: |$)/im.test(text),
  )
  expect(hidden.map(({ page, line }) => `${page}:${line}`)).toEqual([])
})
