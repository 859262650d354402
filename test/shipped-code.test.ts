import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
// @ts-expect-error: a script, which has no types
import * as options from '../scripts/bundle-options.mjs'
import { runProgram } from './support/program.ts'
import { lostProbes } from './support/throwing-probes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const PROBES = join(root, 'test/support/throwing-probes.ts')
const bun = join(root, 'node_modules/.bin/bun')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a check that does no more than throw is in what is shipped', () => {
  test('in the sources', () => {
    expect(lostProbes()).toEqual([])
  })

  test('in a bundle that is made as the program is', async () => {
    const file = await bundleProbes()
    expect(createRequire(import.meta.url)(file).lostProbes()).toEqual([])
  })

  test.skipIf(!existsSync(bun))('in a binary that is made as the program is', async () => {
    const entry = join(folder, 'entry.cjs')
    const binary = join(folder, 'probes')
    writeFileSync(
      entry,
      `console.log(JSON.stringify(require(${JSON.stringify(await bundleProbes())}).lostProbes()))\n`,
    )
    execFileSync(bun, ['build', entry, ...options.binary, `--outfile=${binary}`], {
      cwd: root,
      stdio: 'pipe',
    })
    expect(JSON.parse(execFileSync(binary, { encoding: 'utf8' }))).toEqual([])
  })

  test('the program is bundled and compiled with these options', () => {
    const script = (name: string): string => readFileSync(join(root, 'scripts', name), 'utf8')
    expect(script('bundle.mjs').match(/\.\.\.input,/g)).toHaveLength(2)
    expect(script('bundle.mjs').match(/\.\.\.outputOptions\b/g)).toHaveLength(2)
    expect(script('bundle.mjs')).not.toMatch(/treeshake|minify/)
    expect(script('build-binary.mjs')).toContain("['build', entry, ...options, ")
  })
})

/** @returns the path of the bundled probes, a CommonJS file */
async function bundleProbes(): Promise<string> {
  const bundle = await rolldown({ ...options.input, input: PROBES })
  const { output } = await bundle.generate(options.output)
  await bundle.close()
  const file = join(folder, 'probes.cjs')
  writeFileSync(file, output[0].code)
  return file
}

/** Each throws in the sources, and nothing uses what it gives. */
describe('the program refuses what its sources refuse', () => {
  const POD =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx:1.27}]}\n'
  test.each([
    ['HTTP_PROXY', 'http://user:pw%zz@127.0.0.1:1', ['--mirror', 'docker.io=http://mirror.example']],
    ['HTTPS_PROXY', 'http://user:pw%zz@127.0.0.1:1', []],
    ['HTTPS_PROXY', 'http://%zz:pw@127.0.0.1:1', []],
    ['HTTPS_PROXY', 'no url at all', []],
  ])('%s=%s', async (variable, proxy, args) => {
    const { code, stdout, stderr } = await runProgram([...args, '--cache-ttl', '0'], {
      input: POD,
      env: { [variable]: proxy },
    })
    expect([code === 2 || code === 3, stdout.toString()]).toEqual([true, ''])
    expect(stderr).toMatch(/^(?:\S+: )?error REGISTRY_PROXY_\w+: .*PROXY/)
    expect(stderr).not.toContain('pw')
  })
})
