// Makes dist/bundle: the program as a few CommonJS files, each loaded when it is first needed. Why, and what was measured:
// docs/decisions/0040-one-bundle.md.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { input, output as outputOptions, root } from './bundle-options.mjs'
import { splitProgram } from './deferred.mjs'
import { plainExports } from './plain-exports.mjs'

const folder = join(root, 'dist/bundle')

/**
 * The files of the bundle, each with the modules that it is made for; what these import goes along, into the first file that
 * needs it. The first file is loaded by every run. The others are loaded when one of their functions is first called, though
 * the sources import them statically: docs/decisions/0040-one-bundle.md says how to add one.
 */
const FILES = {
  // The start, and small modules that several of the other files need.
  filter: [
    'src/cli/main.ts',
    'src/version.ts',
    'src/json.ts',
    'src/oci/media-type.ts',
    'src/oci/short-name.ts',
    'src/reference/pattern.ts',
  ],

  // Registries: what makes the first connection, and what is loaded while it is being made.
  resolver: ['src/cli/session/registries.ts'],
  'tls-origin': ['src/registry/http/tls-origin.ts'],
  session: ['src/registry/session.ts', 'src/cli/session/keychain.ts', 'src/credentials/auth-file.ts'],
  // What a connection turns out to need.
  http1: ['src/registry/http/http1.ts'],
  'http1-tls': ['src/registry/http/http1-tls.ts'],
  http2: ['src/registry/http/http2.ts'],
  proxy: ['src/registry/http/proxy-connection.ts'],
  'lost-requests': ['src/registry/http/single-use-connections.ts'],
  'content-coding': ['src/registry/http/content-coding.ts'],
  'hosts-files': ['src/registry/hosts/containerd-hosts.ts', 'src/registry/hosts/registries-conf.ts'],
  // What is attached to a digest, where a profile verifies signatures.
  attachments: [
    'src/registry/attachments.ts',
    'src/registry/referrers.ts',
    'src/registry/attached-object.ts',
    'src/layout/attachments.ts',
    'src/resolve/registries.ts',
    'src/resolve/registry-verifier.ts',
    'src/resolve/verification.ts',
  ],
  cache: [
    'src/cache/cache.ts',
    'src/cache/cache-file.ts',
    'src/cli/session/route.ts',
    'src/resolve/cache.ts',
  ],
  // Needs node:crypto, which takes as long to load as everything before the first connection.
  cryptography: ['src/reference/content-digest.ts', 'src/files/atomic-file.ts'],

  // Inputs that are not plain.
  'large-input': ['src/cli/heap.ts', 'src/cli/packed-text.ts'],
  findings: [
    'src/diagnostics/account.ts',
    'src/diagnostics/catalogue.ts',
    'src/diagnostics/suggestion.ts',
    'src/kube/location.ts',
    'src/report/cause.ts',
    'src/report/diagnostic-text.ts',
    'src/report/message.ts',
    'src/yaml/position.ts',
  ],
  'library-reader': ['src/yaml/library/library-reader.ts'],
  'embedded-text': ['src/kube/embedded-text.ts', 'src/yaml/edit/nested-text.ts'],
  'resource-list': ['src/hosts/krm-results.ts'],

  // Options and configuration of the filter, and what they ask for.
  options: [
    'src/cli/options/named-color.ts',
    'src/cli/options/plugin-options.ts',
    'src/cli/options/values.ts',
  ],
  rules: ['src/config/matcher.ts', 'src/config/rewrite.ts', 'src/yaml/json-value.ts'],
  expressions: ['src/config/expression.ts'],
  config: ['src/cli/session/read-config.ts', 'src/config/input-profile.ts'],
  'lock-file': ['src/lock/lock-file.ts'],
  // What is kept beside the lock file, and what writing it needs: the client of registries, and node:crypto.
  'signature-store': ['src/lock/signature-store.ts'],
  mutex: ['src/files/mutex.ts'],
  digests: ['src/plan/digest-check.ts', 'src/plan/mirror-check.ts'],
  verification: [
    'src/cli/session/verifier.ts',
    'src/plan/images-to-verify.ts',
    'src/plan/verified-images.ts',
  ],
  'denied-digests': ['src/plan/denied-digest.ts', 'src/lock/denied-digests.ts'],
  secrets: ['src/kube/find/secrets-by-image.ts', 'src/kube/pod/pull-secrets.ts'],
  // sigstore's libraries, for profiles that demand signatures.
  signatures: [
    'src/verify/account.ts',
    'src/verify/public-key.ts',
    'src/verify/trusted-root.ts',
    'src/verify/verify-attachments.ts',
  ],
  'report-file': ['src/cli/io/report-file.ts'],
  excerpts: ['src/excerpts/shown-input.ts'],
  reports: [
    'src/report/formats.ts',
    'src/report/github.ts',
    'src/report/junit.ts',
    'src/report/markdown.ts',
    'src/report/report-data.ts',
    'src/report/sarif.ts',
  ],
  page: ['src/report/html/page.ts'],
  progress: ['src/cli/io/progress.ts', 'src/resolve/progress.ts'],
  'json-log': ['src/cli/io/json-log.ts', 'src/report/log-entry.ts'],
  // What a run with named files loads, and a stream never.
  files: ['src/cli/commands/filter-files.ts', 'src/cli/io/standard-input.ts'],
  before: ['src/cli/io/program-before.ts'],
  programs: ['src/cli/io/process.ts', 'src/credentials/program.ts', 'src/files/executable.ts'],
  'last-failure': ['src/cli/io/last-failure.ts'],

  // Everything but the filter: commander, and each command.
  program: ['src/cli/program.ts', 'src/cli/argument-shape.ts'],
  check: ['src/cli/commands/check.ts'],
  'changed-files': ['src/cli/session/changed-files.ts'],
  completion: ['src/cli/commands/completion.ts'],
  'config-commands': ['src/cli/commands/config.ts', 'src/cli/commands/config-init.ts'],
  diff: ['src/cli/commands/diff.ts'],
  doctor: ['src/cli/commands/doctor.ts', 'src/registry/http/observation.ts'],
  explain: ['src/cli/commands/explain.ts'],
  fields: ['src/cli/commands/fields.ts'],
  guard: ['src/cli/commands/guard.ts'],
  'helm-install-plugin': ['src/cli/commands/helm-install-plugin.ts'],
  images: ['src/cli/commands/images.ts'],
  inventory: ['src/cli/commands/inventory.ts'],
  last: ['src/cli/commands/last.ts'],
  lock: ['src/cli/commands/lock.ts'],
  pin: ['src/cli/commands/pin.ts'],
  prepull: ['src/cli/commands/prepull.ts'],
  verify: ['src/cli/commands/verify.ts'],
  version: ['src/cli/commands/version.ts'],
  layouts: ['src/layout/layout.ts', 'src/resolve/layout-resolver.ts'],
}

const program = splitProgram(FILES, root)
const bundle = await rolldown({
  ...input,
  input: program.entries,
  external: ['yaml'],
  plugins: [program.plugin],
})
/** The YAML library by itself, since few inputs need it and it is large. */
const library = await rolldown({
  ...input,
  // The build for browsers consists of ES modules, which can be bundled into one file.
  input: { yaml: 'node_modules/yaml/browser/index.js' },
})

const { output } = await bundle.generate({
  ...outputOptions,
  paths: { yaml: './yaml.cjs' },
  codeSplitting: { groups: program.groups },
})
await bundle.close()
const { output: libraryOutput } = await library.generate({ ...outputOptions, exports: 'named' })
await library.close()

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const chunks = [...output, ...libraryOutput]
for (const chunk of chunks) {
  // The entries hold nothing but exports of the other files, and nothing loads them.
  if (chunk.isEntry && chunk.name !== 'yaml') checkExportNames(chunk)
  else writeFileSync(join(folder, chunk.fileName), ascii(plainExports(chunk.code)))
}
writeFileSync(join(folder, 'LICENSES.txt'), licenses(chunks.flatMap(({ moduleIds = [] }) => moduleIds)))

/** Stubs call functions by the names that they have in the sources: rolldown must not have renamed one in its file. */
function checkExportNames({ fileName, code }) {
  for (const [line, name, renamed] of code.matchAll(/^exports\.(\w+) = \w+\.(\w+);$/gm)) {
    if (name !== renamed)
      throw new Error(`${fileName}: two functions of one file have the same name: ${line}`)
  }
}

/** V8 stores a script with any other character in two bytes a character, and takes 1.5 times as long to read it. */
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
      // A package without the file is listed with the name of its licence only.
      const file = readdirSync(at).find((one) => /^licen[cs]e\b/i.test(one))
      const text = file === undefined ? '' : readFileSync(join(at, file), 'utf8').trim()
      return `${name} ${version} (${license})\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(78)}\n\n`)
}
