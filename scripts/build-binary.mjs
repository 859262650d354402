// Makes build/pinpull: one file for this platform that needs no Node. Why Bun, and what was measured:
// docs/decisions/0041-binary.md.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'build')
const binary = join(folder, process.platform === 'win32' ? 'pinpull.exe' : 'pinpull')
const entry = join(folder, 'entry.ts')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
writeFileSync(entry, "import { run } from '../src/cli/main.ts'\nvoid run(process)\n")
execFileSync(
  join(root, 'node_modules/.bin/bun'),
  [
    ['build', entry],
    ['--compile', '--bytecode', '--format=cjs', `--outfile=${binary}`],
    // Of a run this short, compiling at the engine's usual thresholds is half the work (docs/decisions/0041-binary.md).
    ['--compile-jit-policy=10'],
    [`--define=BUNDLED_VERSION=${JSON.stringify(version)}`],
    // What lies in the folder that it is started from is not its business: manifests do, and so may anybody's settings.
    ['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'],
  ].flat(),
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
)
rmSync(entry)
console.log(`${binary}: ${Math.round(statSync(binary).size / 2 ** 20)} MiB`)
