// Runs all tests that start the program against one form of it: bundle or binary; or against a tarball of the package:
// package FILE. Against src it runs those that start it themselves (program-tests.mjs says why). Runs the whole suite on every
// supported Node: nodes, or nodes 22.22 for one of them. Further arguments are passed on to vitest; a path among them
// replaces the choice of tests.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { directProgramTests, programTests } from './program-tests.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const PROGRAMS = { src: 'test/support/from-source.mjs', bundle: 'bin/pinpull.js', binary: 'build/pinpull' }

/** The lowest supported version, the one that scripts run on, and the newest. */
const NODES = ['22.22.2', '24.21.0', '26.10.0']

const [form, ...rest] = process.argv.slice(2)
if (form === 'nodes') {
  const wanted = /^\d/.test(rest[0] ?? '') ? rest.shift() : ''
  const versions = NODES.filter((version) => version.startsWith(wanted))
  const codes = versions.map((version) => test(nodeOf(version), PROGRAMS.bundle))
  process.exitCode = codes.find((code) => code !== 0) ?? 0
} else if (form === 'package') {
  process.exitCode = testPackage(rest.shift() ?? '')
} else if (Object.hasOwn(PROGRAMS, form)) {
  const files = form === 'src' ? directProgramTests(root) : programTests(root)
  process.exitCode = test(process.execPath, PROGRAMS[form], files)
} else {
  throw new Error(`${form} is not one of ${[...Object.keys(PROGRAMS), 'package', 'nodes'].join(', ')}`)
}

/** Unpacks a tarball like npm, and tests the program in it. */
function testPackage(file) {
  const folder = mkdtempSync(join(tmpdir(), 'pinpull-package-'))
  try {
    execFileSync('tar', ['-xzf', file, '-C', folder])
    return test(
      process.execPath,
      relative(root, join(folder, 'package', PROGRAMS.bundle)),
      programTests(root),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function test(node, program, files = []) {
  console.log(`\n${program} on ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`)
  const env = { ...process.env, PINPULL_PROGRAM: join(root, program) }
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const chosen = rest.some((argument) => !argument.startsWith('-')) ? [] : files
  return (
    spawnSync(node, [vitest, 'run', ...chosen, ...rest], { cwd: root, env, stdio: 'inherit' }).status ?? 1
  )
}

/** The path of a Node from the npm package `node`, stored in the cache. */
function nodeOf(version) {
  const folder = join(root, '.cache/nodes', version)
  const node = join(folder, 'node_modules/node/bin/node')
  if (!existsSync(node)) {
    const install = ['install', '--prefix', folder, '--no-save', '--foreground-scripts', `node@${version}`]
    execFileSync('npm', install, { cwd: root, stdio: 'pipe', shell: process.platform === 'win32' })
  }
  return node
}
