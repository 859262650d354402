#!/usr/bin/env node
// Old syntax on purpose: this file must print a useful message on a Node that is too old. It is CommonJS on
// purpose, too: see docs/decisions/0040-one-bundle.md.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `pinpull needs Node.js 22.19 or newer, and this is ${process.version} (${process.execPath})\n`,
  )
  process.exitCode = 2
} else {
  // All output is written when the run has finished. Pending operations that nobody waits for, such as a lookup at a name server
  // that does not respond, would keep the process alive.
  require('./load.js')
    .load('filter.cjs')
    .run(process)
    .then(() => {
      process.exit()
    })
}
