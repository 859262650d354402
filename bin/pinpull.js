#!/usr/bin/env node
// Old syntax on purpose: this file must print a useful message on a Node that is too old. It is CommonJS on
// purpose, too: see docs/decisions/0040-one-bundle.md.
const [major, minor, patch] = process.versions.node.split('.').map(Number)

// The versions of `engines` in package.json.
if (
  !(
    major >= 26 ||
    (major === 24 && minor >= 15) ||
    (major === 22 && (minor > 22 || (minor === 22 && patch >= 2)))
  )
) {
  process.stderr.write(
    `pinpull needs Node.js 22.22.2, 24.15 or 26, or a newer version of one of them, and this is ${process.version} (${process.execPath})\n`,
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
