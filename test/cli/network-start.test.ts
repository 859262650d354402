import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RegistryOptions, startRegistry } from '../support/registry/registry.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/pinpull.js', import.meta.url))
const PRELOADED = fileURLToPath(new URL('../support/loaded-modules.cjs', import.meta.url))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What Node has loaded by the end of a run of the bundle. */
interface Loaded {
  /** Node's own modules. */
  readonly builtin: readonly string[]
  /** The names of files. */
  readonly files: readonly string[]
}

/**
 * Runs the bundle, which asks a registry for one image.
 * @param runs the last one counts; the others fill the cache, if there are any
 */
async function loadedByAsking(
  options: RegistryOptions,
  runs = 1,
  env: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
  const registry = await startRegistry({ anyName: true, ...options })
  const [input, authority, loaded] = ['in.yaml', 'ca.pem', 'loaded.json'].map((name) => join(folder, name))
  const container = `- image: ${registry.host}/team/app:1\n`
  writeFileSync(input as string, `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    ${container}`)
  writeFileSync(authority as string, registry.ca ?? '')
  const cache = runs === 1 ? {} : { XDG_CACHE_HOME: mkdtempSync(join(folder, 'cache-')) }
  try {
    for (let run = 0; run < runs; run++) {
      await promisify(execFile)(
        '/bin/sh',
        ['-c', `exec "$0" --require "$1" "$2" < "$3"`, process.execPath, PRELOADED, PROGRAM, input as string],
        {
          env: { NODE_EXTRA_CA_CERTS: authority, LOADED_MODULES: loaded, ...cache, ...env },
        },
      )
    }
  } finally {
    await registry.close()
  }
  const { builtin, files } = JSON.parse(readFileSync(loaded as string, 'utf8'))
  return { builtin, files: files.map((file: string) => basename(file)) }
}

describe('what asking a registry loads of Node', () => {
  test.each<[string, RegistryOptions, { some: readonly string[]; none: readonly string[] }]>([
    ['plain HTTP', {}, { some: ['_http_agent'], none: [] }],
    ['HTTP/1.1', { tls: {} }, { some: ['https'], none: [] }],
    ['HTTP/2', { tls: { http2: true } }, { some: ['http2'], none: [] }],
  ])('%s: what it needs, and never undici', async (_, options, { some, none }) => {
    const { builtin } = await loadedByAsking(options)
    expect(builtin).toEqual(expect.arrayContaining([...some]))
    expect(builtin.filter((name) => [...none, 'internal/deps/undici/undici'].includes(name))).toEqual([])
  })

  test('nothing, if its own cache has all answers', async () => {
    const { builtin, files } = await loadedByAsking({}, 2)
    expect(files).toContain('cache.cjs')
    expect(files).not.toContain('resolver.cjs')
    expect(builtin).not.toContain('net')
  })

  test('nothing of its own cache in CI, where it is off', async () => {
    const { files } = await loadedByAsking({}, 2, { CI: 'true' })
    expect(files).toContain('resolver.cjs')
    expect(files).not.toContain('cache.cjs')
  })
})
