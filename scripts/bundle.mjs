// Makes dist/bundle: the command line as a few CommonJS files, each loaded when it is first needed.
// Why so, and what was measured: docs/decisions/0040-one-bundle.md.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'dist/bundle')
const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** What every run of the filter loads, and so lies in one file. What these import statically lies there too. */
const ALWAYS_LOADED = ['src/cli/main.ts', 'src/cli/commands/filter.ts'].map((file) => join(root, file))

/** What both bundles are made with. */
const common = {
  cwd: root,
  platform: 'node',
  // Node's own punycode, which a format of ObjectMeta's schema asks for, prints a warning that it is deprecated.
  resolve: { alias: { punycode: join(root, 'node_modules/punycode/punycode.es6.js') } },
  transform: {
    target: `node${/\d+\.\d+/.exec(engines.node)}`,
    define: { BUNDLED_VERSION: JSON.stringify(version) },
  },
  onLog(level, log) {
    throw new Error(`${level}: ${log.message}`)
  },
}
const written = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs', comments: false }

const together = new Set()
const bundle = await rolldown({
  ...common,
  input: { entry: 'src/cli/main.ts' },
  external: ['yaml'],
  plugins: [
    {
      name: 'what is loaded together lies together',
      buildEnd() {
        const visit = (id) => {
          if (together.has(id)) return
          together.add(id)
          this.getModuleInfo(id)?.importedIds.forEach(visit)
        }
        ALWAYS_LOADED.forEach(visit)
      },
    },
  ],
})
/** Few inputs need it, and it is as large as all the rest that a run loads: required by itself, and not imported. */
const library = await rolldown({
  ...common,
  // Its build for browsers is ES modules, of which only what is used is taken: a third of the time to load.
  input: { yaml: 'node_modules/yaml/browser/index.js' },
})

const { output } = await bundle.generate({
  ...written,
  paths: { yaml: './yaml.cjs' },
  codeSplitting: { groups: [{ name: 'filter', test: (id) => together.has(id) }] },
})
await bundle.close()
const { output: libraryOutput } = await library.generate({ ...written, exports: 'named' })
await library.close()

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const chunks = [...output, ...libraryOutput]
for (const { fileName, code } of chunks) {
  // The entry does nothing but pass on filter.cjs, which bin/pinpull.js can do without.
  if (fileName !== 'entry.cjs') writeFileSync(join(folder, fileName), ascii(code))
}
writeFileSync(join(folder, 'LICENSES.txt'), licenses(chunks.flatMap(({ moduleIds = [] }) => moduleIds)))

/** V8 keeps a script that has one other character as two bytes a character, and takes half as long again to read it. */
function ascii(code) {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The licences of the packages in the bundle, which must travel with them. */
function licenses(modules) {
  const packages = modules.map((id) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1])
  return [...new Set(packages.filter((name) => name !== undefined))]
    .sort()
    .map((name) => {
      const at = join(root, 'node_modules', name)
      const { version, license } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'))
      // Under whatever name; a package without the file is known by its licence's name alone.
      const file = readdirSync(at).find((one) => /^licen[cs]e\b/i.test(one))
      const text = file === undefined ? '' : readFileSync(join(at, file), 'utf8').trim()
      return `${name} ${version} (${license})\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(78)}\n\n`)
}
