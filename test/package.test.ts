import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

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

/** What a script of the package imports, or its types do: relative files as paths in it, and other modules by name. */
function importsOf(path: string): readonly string[] {
  const isCommonJs = path.endsWith('.cjs') || path.startsWith('bin/')
  const sources = isCommonJs ? [path] : [path, path.replace(/\.js$/, '.d.ts')]
  const texts = sources.map((source) => readFileSync(join(root, source), 'utf8'))
  const text = texts.join('\n')
  const imported = [...text.matchAll(isCommonJs ? REQUIRE : IMPORT)].map(([, ...found]) => {
    const name = found.find((one) => one !== undefined) ?? ''
    return name.startsWith('.') ? posix.join(posix.dirname(path), name.replace(/\.ts$/, '.js')) : name
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

  test('every script in it is used, and every file that a script uses is in it', () => {
    const used = new Set([...reachedFrom('bin/pinpull.js'), ...reachedFrom('dist/index.js')])
    const scripts = files.filter((path) => /\.c?js$/.test(path))
    expect(scripts.filter((path) => !used.has(path))).toEqual([])
    expect([...used].filter((path) => path.startsWith('dist/') && !files.includes(path))).toEqual([])
  })

  test('the program needs no other package, and the library those that are declared', () => {
    const outside = (entry: string): readonly string[] =>
      [...reachedFrom(entry)].filter((name) => !/^(dist|bin)\//.test(name) && !isBuiltin(name))
    expect(outside('bin/pinpull.js')).toEqual([])
    const declared = Object.keys(manifest.dependencies)
    expect(
      outside('dist/index.js').filter((name) => !declared.some((one) => `${name}/`.startsWith(`${one}/`))),
    ).toEqual([])
  })

  test('it brings four packages besides YAML, and they bring none', () => {
    expect(productionTree(manifest.dependencies).toSorted()).toEqual([
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
      .filter((path) => /^dist\/(?!bundle\/).*(?:\.js|\.d\.ts)$/.test(path))
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
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
    const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const { filename } = JSON.parse(packed)[0]
    const installed = join(folder, 'node_modules/pinpull')
    execFileSync('mkdir', ['-p', installed])
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1'])
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('its program runs with no other package about', () => {
    const program = join(folder, 'node_modules/pinpull/bin/pinpull.js')
    const run = spawnSync(process.execPath, [program, '--version'], { cwd: folder, encoding: 'utf8' })
    expect([run.status, run.stdout, run.stderr]).toEqual([0, `${manifest.version}\n`, ''])
  })

  test('its library is found with its types by strict TypeScript in an ES module', () => {
    for (const name of ['yaml', 're2js', '@types', 'undici-types']) {
      const link = join(folder, 'node_modules', name)
      execFileSync('mkdir', ['-p', dirname(link)])
      execFileSync('ln', ['-s', join(root, 'node_modules', name), link])
    }
    writeFileSync(
      join(folder, 'use.ts'),
      `import { type Resolver, transform, BUILTIN_PROFILES, parseReference } from 'pinpull'
const resolver: Resolver = { resolve: () => Promise.reject(new Error('offline')) }
const profile = BUILTIN_PROFILES.get('dev')
if (profile === undefined) throw new Error('no such profile')
const signal = new AbortController().signal
const { output, report } = await transform(new TextEncoder().encode('kind: List\\nitems: []\\n'), { profile, resolver, signal })
console.log(new TextDecoder().decode(output), report.images.length, parseReference('nginx:1.27').text)
`,
    )
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node']
    const tsc = spawnSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), ...options, 'use.ts'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    expect([tsc.status, tsc.stdout]).toEqual([0, ''])
    const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'use.ts'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect([run.stdout, run.stderr]).toEqual(['kind: List\nitems: []\n 0 nginx:1.27\n', ''])
  })
})
