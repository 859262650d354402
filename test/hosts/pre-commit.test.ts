import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createSandbox, type Ran, type Sandbox } from '../support/sandbox.ts'

interface Hook {
  readonly id: string
  readonly language: string
  readonly entry: string
  readonly types_or: readonly string[]
}
const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), 'utf8')
const hooks = parse(read('.pre-commit-hooks.yaml')) as readonly Hook[]

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: ${image}\n      imagePullPolicy: IfNotPresent\n`
const PINNED = pod(`nginx:1.27@sha256:${'a'.repeat(64)}`)

describe('.pre-commit-hooks.yaml', () => {
  test('one hook for npm and one for a program on the PATH, the same otherwise', () => {
    expect(hooks.map(({ id, language }) => [id, language])).toEqual([
      ['pinpull-check', 'node'],
      ['pinpull-check-system', 'system'],
    ])
    expect(new Set(hooks.map(({ entry, types_or }) => `${entry} ${types_or}`)).size).toBe(1)
  })

  test('npm builds the program when it installs, and prints only a name when it packs, which pre-commit reads', () => {
    const { scripts } = JSON.parse(read('package.json'))
    expect(scripts.dependencies).toBe('node scripts/build-if-absent.mjs')
    expect(
      Object.keys(scripts).filter((name) => /^(?:pre|post)?(?:pack|prepare|publish)/.test(name)),
    ).toEqual([])
  })
})

describe('as pre-commit calls it', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = createSandbox()
    sandbox.write('a.yaml', PINNED)
    sandbox.write('b.yaml', pod('nginx:1.27'))
    sandbox.write('values.yaml', 'image:\n  repository: nginx\n')
    sandbox.write('.github/workflows/ci.yaml', 'on: push\njobs: {}\n')
    sandbox.write('package.json', '{"name": "x"}\n')
    sandbox.write('a folder/c d.yaml', PINNED)
    return () => sandbox.remove()
  })

  /** Runs the hook: its entry split like a shell does, the arguments of the user's configuration, then names of files. */
  const hook = (names: readonly string[], args: readonly string[] = []): Promise<Ran> => {
    const [program = '', ...words] = hooks[0]?.entry.split(' ') ?? []
    return sandbox.run(program, [...words, ...args, ...names])
  }

  test.each<[name: string, names: readonly string[], code: number]>([
    ['pinned manifests', ['a.yaml'], 0],
    ['manifests that are not pinned', ['b.yaml'], 1],
    ['a batch of both', ['a.yaml', 'b.yaml'], 1],
    ['a file that is no manifest', ['values.yaml'], 0],
    ['several that are none', ['values.yaml', '.github/workflows/ci.yaml', 'package.json'], 0],
    ['a batch with both kinds', ['values.yaml', 'a.yaml'], 0],
    ['a name with spaces', ['a folder/c d.yaml'], 0],
    ['a file that was deleted meanwhile', ['gone.yaml'], 2],
  ])('%s: %s exits with %i', async (_, names, code) => {
    expect((await hook(names)).code).toBe(code)
  })

  test('one by one and in several processes: each says what it says alone', async () => {
    const names = ['a.yaml', 'b.yaml', 'values.yaml', 'a folder/c d.yaml', 'package.json']
    const alone = []
    for (const name of names) alone.push(await hook([name]))
    const together = await Promise.all(names.map((name) => hook([name])))
    expect(together).toEqual(alone)
    expect(together.map(({ code }) => code)).toEqual([0, 1, 0, 0, 0])
  })

  test('arguments of a user’s configuration come before the names', async () => {
    expect((await hook(['b.yaml'], ['--exclude=b.yaml'])).code).toBe(0)
    expect((await hook(['b.yaml'], ['--format', 'github'])).stdout).toMatch(/^::error file=b\.yaml,line=8/m)
  })
})
