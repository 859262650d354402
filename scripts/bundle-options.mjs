// What every bundle is made with: the program's (scripts/bundle.mjs), and those by which tests hold that it keeps what was
// written (test/shipped-code.test.ts, scripts/test-program.mjs).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/**
 * Rolldown takes some calls for pure that throw (`decodeURIComponent`, `String`, a comparison), and leaves them out where
 * nothing takes their value: a check that does no more than throw is gone. It does so while it shakes modules, and again
 * while it looks for dead code before it writes; no option of either turns that off alone, so that both are off. The cost is
 * a fourteenth of `filter.cjs`.
 */
const AS_WRITTEN = { treeshake: false }

/** Options of `rolldown()`. */
export const input = {
  ...AS_WRITTEN,
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

/**
 * Options of `generate()`. A script that V8 has a code cache of (`bin/load.js`) can require and not import. Nothing is
 * minified, which is when code is taken for dead as well.
 */
export const output = {
  format: 'cjs',
  dynamicImportInCjs: false,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  comments: false,
  minify: false,
}

/** Arguments of `bun build` for the standalone binary. Without `--minify`, and without a word that names what is pure. */
export const binary = [
  ['--compile', '--bytecode', '--format=cjs'],
  // Of a run this short, compiling at the engine's usual thresholds is half the work (docs/decisions/0041-binary.md).
  ['--compile-jit-policy=10'],
  [`--define=BUNDLED_VERSION=${JSON.stringify(version)}`],
  // What lies in the folder that it is started from is not its business: manifests do, and so may anybody's settings.
  ['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'],
].flat()
