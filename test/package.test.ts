import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installPackage, type PackedPackage } from './support/packed-package.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** What `npm pack` would put into the package, by path. */
function packedFiles(): readonly string[] {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(text)[0].files.map(({ path }: { path: string }) => path)
}

const REQUIRE = /^[^*\n]*\brequire\(["']([\w@:./-]+)["']\)/gm
/** How a file of the bundle is loaded (`bin/load.js`). */
const LOAD = /\.load\('([^']+)'\)/g
const IMPORT = /\bfrom '([^']+)';|^import '([^']+)';|\bimport\('([^']+)'\)/gm

/** What a script or a declaration of the package imports: relative files as paths in it, and other modules by name. */
function importsOf(path: string): readonly string[] {
  const isCommonJs = path.endsWith('.cjs') || path.startsWith('bin/')
  const text = readFileSync(join(root, path), 'utf8')
  const extension = path.endsWith('.d.ts') ? '.d.ts' : '.js'
  const imported = [...text.matchAll(isCommonJs ? REQUIRE : IMPORT)].map(([, ...found]) => {
    const name = found.find((one) => one !== undefined) ?? ''
    if (!name.startsWith('.')) return name
    const target = posix.join(posix.dirname(path), name)
    return isCommonJs ? target : target.replace(/\.[jt]s$/, extension)
  })
  return [...imported, ...[...text.matchAll(LOAD)].map(([, name]) => `dist/bundle/${name}`)]
}

/** A file, and all that it imports in turn. */
function reachedFrom(entry: string): ReadonlySet<string> {
  const reached = new Set<string>()
  const visit = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    if (/^(?:dist|bin)\//.test(path)) importsOf(path).forEach(visit)
  }
  visit(entry)
  return reached
}

/** The packages that npm installs for these dependencies, by the lock file. */
function productionTree(dependencies: Readonly<Record<string, string>> = {}): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const found = new Set<string>()
  const visit = (names: readonly string[]): void => {
    for (const name of names) {
      if (found.has(name)) continue
      found.add(name)
      const { dependencies = {}, optionalDependencies = {} } = packages[`node_modules/${name}`]
      visit(Object.keys({ ...dependencies, ...optionalDependencies }))
    }
  }
  visit(Object.keys(dependencies))
  return [...found]
}

describe('the package', () => {
  let files: readonly string[]
  beforeAll(() => {
    files = packedFiles()
  })

  test('holds the program, the library, what Helm needs, and nothing else', () => {
    const rest = files.filter((path) => !path.startsWith('dist/'))
    expect(rest.filter((path) => !path.startsWith('helm/')).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'bin/load.js',
      'bin/package.json',
      'bin/pinpull.js',
      'package.json',
    ])
    expect(rest.filter((path) => path.startsWith('helm/'))).toContain('helm/pinpull/plugin.yaml')
    expect(files.filter((path) => /\.map$|\.tsx?$/.test(path) && !path.endsWith('.d.ts'))).toEqual([])
  })

  test('every script and declaration in it is used, and every file that one uses is in it', () => {
    const used = new Set(
      ['bin/pinpull.js', 'dist/index.js', 'dist/index.d.ts'].flatMap((entry) => [...reachedFrom(entry)]),
    )
    const scripts = files.filter((path) => /\.c?js$|\.d\.ts$/.test(path))
    expect(scripts.filter((path) => !used.has(path))).toEqual([])
    expect([...used].filter((path) => path.startsWith('dist/') && !files.includes(path))).toEqual([])
  })

  test('the program needs no other package, and the library those that are declared', () => {
    const outside = (entry: string): readonly string[] =>
      [...reachedFrom(entry)].filter((name) => !/^(dist|bin)\//.test(name) && !isBuiltin(name))
    expect(outside('bin/pinpull.js')).toEqual([])
    const declared = Object.keys(manifest.dependencies)
    expect(
      ['dist/index.js', 'dist/index.d.ts']
        .flatMap(outside)
        .filter((name) => !declared.some((one) => `${name}/`.startsWith(`${one}/`))),
    ).toEqual([])
  })

  test('it brings four small packages besides YAML, and those of sigstore', () => {
    expect(productionTree(manifest.dependencies).toSorted()).toEqual([
      '@sigstore/bundle',
      '@sigstore/core',
      '@sigstore/protobuf-specs',
      '@sigstore/verify',
      'commander',
      'diff',
      're2js',
      'smol-toml',
      'yaml',
    ])
  })

  test('nothing in it imports a package that is not installed with it, not even for a type', () => {
    const declared = new Set(productionTree(manifest.dependencies))
    const foreign = files
      .filter((path) => /^dist\/(?!bundle\/).*\.(?:js|d\.ts)$/.test(path))
      .flatMap((path) => importsOf(path).map((name) => ({ path, name })))
      .filter(({ name }) => !name.startsWith('dist/') && !isBuiltin(name) && !declared.has(name))
    expect(foreign).toEqual([])
  })

  test('nothing in it names the folder that it was built in', () => {
    const ours = files.filter((path) => path.startsWith('dist/'))
    expect(ours.length).toBeGreaterThan(100)
    expect(ours.filter((path) => readFileSync(join(root, path), 'latin1').includes(root))).toEqual([])
  })

  test('the licence of everything in the bundle goes with it', () => {
    const licenses = readFileSync(join(root, 'dist/bundle/LICENSES.txt'), 'utf8')
    for (const name of Object.keys(manifest.dependencies)) expect(licenses).toContain(`${name} `)
  })
})

describe('the installed package', () => {
  let project: PackedPackage
  beforeAll(() => {
    project = installPackage()
  })
  afterAll(() => project.remove())

  test('its program runs with no other package about', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
    const alone = join(folder, 'node_modules/pinpull')
    cpSync(project.installed, alone, { recursive: true })
    const program = join(alone, 'bin/pinpull.js')
    const run = spawnSync(process.execPath, [program, '--version'], { cwd: folder, encoding: 'utf8' })
    expect([run.status, run.stdout, run.stderr]).toEqual([0, `${manifest.version}\n`, ''])
    rmSync(folder, { recursive: true })
  })

  test('its library is found with its types by strict TypeScript in an ES module', async () => {
    project.write(
      'use.ts',
      `import { type Resolver, transform, BUILTIN_PROFILES, parseReference } from 'pinpull'
const resolver: Resolver = { resolve: () => Promise.reject(new Error('offline')) }
const profile = BUILTIN_PROFILES.get('dev')
if (profile === undefined) throw new Error('no such profile')
const signal = new AbortController().signal
const { output, report } = await transform(new TextEncoder().encode('kind: List\\nitems: []\\n'), { profile, resolver, signal })
console.log(new TextDecoder().decode(output), report.images.length, parseReference('nginx:1.27').text)
`,
    )
    expect(project.compile('use.ts')).toBe('')
    const { stdout, stderr } = await project.run('use.ts', [], {})
    expect([stdout, stderr]).toEqual(['kind: List\nitems: []\n 0 nginx:1.27\n', ''])
  })

  test('its library exports these names', async () => {
    project.write('names.ts', `console.log(Object.keys(await import('pinpull')).join('\\n'))\n`)
    const { stdout } = await project.run('names.ts', [], {})
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      'BUILTIN_PROFILES',
      'ConfigError',
      'InternalError',
      'PinpullError',
      'UsageError',
      'anonymousKeychain',
      'chainKeychains',
      'check',
      'dockerKeychain',
      'formatHint',
      'formatMessage',
      'formatReport',
      'lockResolver',
      'parseConfig',
      'parseDigest',
      'parseReference',
      'registryResolver',
      'registryVerifier',
      'transform',
    ])
  })

  test('its types refer to no type that is not exported, but for the parts of Code', () => {
    const folder = join(project.installed, 'dist')
    const declarations = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.d.ts'),
    )
    const texts = declarations.map((name) => readFileSync(join(folder, name), 'utf8'))
    const types = texts.flatMap((text) =>
      [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name = '']) => name),
    )
    const index = readFileSync(join(folder, 'index.d.ts'), 'utf8')
    const hidden = types.filter((name) => !new RegExp(`\\b${name}\\b`).test(index))
    // Those of functions that index.d.ts does not export either, and the unions that make up Code.
    expect(hidden.filter((name) => !/^[A-Z][a-z]+Code$/.test(name)).toSorted()).toEqual([
      'CatalogueEntry',
      'ExitClass',
      'FindRegistryBlock',
      'IndexEntry',
      'Manifest',
      'ReportWarning',
    ])
  })
})
