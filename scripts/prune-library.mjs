// Removes what the library does not use from dist: declarations that dist/index.d.ts does not refer to, and modules of
// nothing but types. Nothing but the index can be imported.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './bundle-options.mjs'

const dist = join(root, 'dist')
const IMPORT = /(?:\bfrom |\bimport |\bimport\()["'](\.[^"']+)["']/g

const used = new Set()
for (const extension of ['.d.ts', '.js']) visit(join(dist, `index${extension}`), extension)
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name)
  if (entry.isFile() && !used.has(file)) rmSync(file)
}

function visit(file, extension) {
  if (used.has(file)) return
  used.add(file)
  for (const [, target] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    visit(join(dirname(file), target.replace(/\.[jt]s$/, extension)), extension)
  }
}
