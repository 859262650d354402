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
  // All is written when the run is over. What was begun and is waited for no more, such as a question to a name server that
  // does not answer, would keep the process alive long after its time.
  require('./load.js')
    .load('filter.cjs')
    .run(process)
    .then(() => {
      process.exit()
    })
}
