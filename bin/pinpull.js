#!/usr/bin/env node
// Plain, old syntax on purpose: this file must still say something sensible on a Node that is too old. And CommonJS on
// purpose: see docs/decisions/0040-one-bundle.md.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `pinpull needs Node.js 22.19 or newer, and this is ${process.version} (${process.execPath})\n`,
  )
  process.exitCode = 2
} else {
  require('./load.js').load('filter.cjs').run(process)
}
