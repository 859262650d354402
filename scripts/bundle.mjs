// Makes dist/bundle: the command line as a few CommonJS files, each loaded when it is first needed.
// Why so, and what was measured: docs/decisions/0040-one-bundle.md.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { input, root, output as written } from './bundle-options.mjs'
import { deferring } from './deferred.mjs'
import { plainExports } from './plain-exports.mjs'

const folder = join(root, 'dist/bundle')

/** What every run loads, and so lies in one file with all that it imports statically. */
const ENTRY = join(root, 'src/cli/main.ts')

/**
 * What these say is imported where it is used, and loaded when it is first called: most runs never do. A file for what
 * a run that needs one of them is likely to need together. Nothing but functions may be imported from them.
 */
const DEFERRED = {
  findings: [
    'src/diagnostics/exit-class.ts',
    'src/diagnostics/suggestion.ts',
    'src/kube/place.ts',
    'src/report/diagnostic-text.ts',
    'src/report/message.ts',
    'src/yaml/position.ts',
  ],
  digests: ['src/plan/digest-check.ts', 'src/plan/mirror-check.ts'],
  'reference-reader': ['src/yaml/misplaced-characters.ts', 'src/yaml/reference-reader.ts'],
  'embedded-text': ['src/kube/embedded.ts', 'src/yaml/nested-text.ts'],
  'resource-list': ['src/hosts/krm-results.ts'],
  rules: ['src/config/matcher.ts', 'src/config/rewrite.ts', 'src/yaml/plain-value.ts'],
  expressions: ['src/config/expression.ts'],
  options: ['src/cli/duration.ts', 'src/cli/mirror.ts'],
  secrets: ['src/kube/pull-secrets.ts'],
}

/** A file for what a run loads that asks registries: before it asks, and while it waits for the first to answer. */
const ASKING = {
  resolver: ['src/cli/resolver.ts'],
  conversation: ['src/registry/conversation.ts', 'src/cli/keychain.ts'],
}

const deferred = deferring(DEFERRED, root)
/** The modules of each file. */
const files = new Map(['filter', ...deferred.names, ...Object.keys(ASKING)].map((name) => [name, new Set()]))
/** What a file is for; what that imports statically lies there too, where it lies in no file before. */
const rootsOf = (name) =>
  name === 'filter' ? [ENTRY] : (ASKING[name]?.map((path) => join(root, path)) ?? deferred.modulesOf(name))
const bundle = await rolldown({
  ...input,
  input: { entry: ENTRY, ...deferred.entries },
  external: ['yaml'],
  plugins: [
    deferred.plugin,
    {
      name: 'what is loaded together lies together',
      buildEnd() {
        const taken = new Set()
        const put = (id, file) => {
          if (taken.has(id)) return
          taken.add(id)
          file.add(id)
          for (const imported of this.getModuleInfo(id)?.importedIds ?? []) put(imported, file)
        }
        for (const [name, file] of files) {
          for (const id of rootsOf(name)) put(id, file)
        }
      },
    },
  ],
})
/** Few inputs need it, and it is as large as all the rest that a run loads: required by itself, and not imported. */
const library = await rolldown({
  ...input,
  // Its build for browsers is ES modules, which lie in one file then.
  input: { yaml: 'node_modules/yaml/browser/index.js' },
})

const { output } = await bundle.generate({
  ...written,
  paths: { yaml: './yaml.cjs' },
  codeSplitting: {
    groups: [...files].map(([name, modules]) => ({ name, test: (id) => modules.has(id) })),
  },
})
await bundle.close()
const { output: libraryOutput } = await library.generate({ ...written, exports: 'named' })
await library.close()

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const chunks = [...output, ...libraryOutput]
for (const chunk of chunks) {
  // Entries only pass on what lies in a file of ours, which is loaded without them.
  if (chunk.isEntry && chunk.name !== 'yaml') checkPassesOn(chunk)
  else writeFileSync(join(folder, chunk.fileName), ascii(plainExports(chunk.code)))
}
writeFileSync(join(folder, 'LICENSES.txt'), licenses(chunks.flatMap(({ moduleIds = [] }) => moduleIds)))

/** What an entry passes on must have the same name in the file that it comes from, since there it is asked for. */
function checkPassesOn({ fileName, code }) {
  for (const [line, name, passed] of code.matchAll(/^exports\.(\w+) = \w+\.(\w+);$/gm)) {
    if (name !== passed) throw new Error(`two things have one name in the file behind ${fileName}: ${line}`)
  }
}

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
