// Makes build/pinpull from dist/bundle: one file for this platform that needs no Node. The reasons for Bun, and measurements:
// docs/decisions/0041-binary.md.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { binary as options, root } from './bundle-options.mjs'

const folder = join(root, 'build')
const binary = join(folder, process.platform === 'win32' ? 'pinpull.exe' : 'pinpull')
const entry = join(folder, 'entry.cjs')

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
writeFileSync(entry, "require('../dist/bundle/filter.cjs').run(process).then(() => process.exit())\n")
execFileSync(join(root, 'node_modules/.bin/bun'), ['build', entry, ...options, `--outfile=${binary}`], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
})
rmSync(entry)
console.log(`${binary}: ${Math.round(statSync(binary).size / 2 ** 20)} MiB`)
