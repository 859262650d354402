// The options of every bundle: the program's (scripts/bundle.mjs), and those of the tests that compare bundled code with its
// sources (test/shipped-code.test.ts, scripts/bundle-modules.mjs).
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const { version, engines, gitHead } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/**
 * Rolldown considers some calls pure that throw (`decodeURIComponent`, `String`, a comparison), and drops them where their
 * value is unused: a check that only throws is lost. It does so when it shakes modules and again when it removes dead code
 * from the output, and neither has an option to turn that off alone. So both are off, which makes `filter.cjs` larger by a
 * fourteenth.
 */
const KEEP_ALL_CODE = { treeshake: false }

/**
 * The commit that `pinpull version` prints: of the variable PINPULL_COMMIT, so that sources without a repository (a tarball, a
 * build in a container) give the same bundle; else of the package, else of the repository, with `-dirty` if tracked files
 * differ from it.
 */
function sourceCommit() {
  const named = process.env.PINPULL_COMMIT || gitHead
  if (named !== undefined) {
    if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(named)) return named
    throw new Error(`PINPULL_COMMIT is not a full commit: ${named}`)
  }
  // A repository further up is another project's.
  if (!existsSync(join(root, '.git'))) return 'unknown'
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') && '-dirty')
  } catch {
    return 'unknown'
  }
}

function git(...args) {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

/** Options of `rolldown()`. */
export const input = {
  ...KEEP_ALL_CODE,
  cwd: root,
  platform: 'node',
  transform: {
    target: `node${/\d+\.\d+/.exec(engines.node)}`,
    define: {
      BUNDLED_VERSION: JSON.stringify(version),
      BUNDLED_COMMIT: JSON.stringify(sourceCommit()),
    },
  },
  onLog(level, log) {
    throw new Error(`${level}: ${log.message}`)
  },
}

/**
 * Options of `generate()`. CommonJS, since V8 cannot load ES modules with a code cache (`bin/load.js`). Not minified, since
 * that removes dead code.
 */
export const output = {
  format: 'cjs',
  dynamicImportInCjs: false,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  comments: false,
  minify: false,
}

/** Arguments of `bun build` for the standalone binary. Not `--minify`, since that removes dead code. */
export const binary = [
  ['--compile', '--bytecode', '--format=cjs'],
  // At the engine's default thresholds, compiling is half the work of so short a run (docs/decisions/0041-binary.md).
  ['--compile-jit-policy=10'],
  [`--define=BUNDLED_VERSION=${JSON.stringify(version)}`],
  // The working directory holds manifests, and may hold files of somebody else that Bun would load or run.
  ['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'],
].flat()
