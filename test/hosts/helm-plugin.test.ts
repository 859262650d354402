import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findPluginBefore, formatPluginDescription, pluginFiles } from '../../src/hosts/helm-plugin.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

test('the plugin that the package carries is described by the same words, and has its version', () => {
  expect(readFileSync('helm/pinpull/plugin.yaml', 'utf8')).toBe(formatPluginDescription(version, 'pinpull'))
})

test('an installed plugin calls the program where it lies', () => {
  expect(pluginFiles('1.2.3', ['/opt/my node/node', "/opt/it's/pinpull.js"], false)).toEqual([
    {
      path: 'bin/pinpull',
      text: `#!/bin/sh\nexec '/opt/my node/node' '/opt/it'\\''s/pinpull.js' "$@"\n`,
      executable: true,
    },
    {
      path: 'plugin.yaml',
      text: [
        'apiVersion: v1',
        'type: postrenderer/v1',
        'name: pinpull',
        'version: 1.2.3',
        'runtime: subprocess',
        'runtimeConfig:',
        '  platformCommand:',
        '    - command: ${HELM_PLUGIN_DIR}/bin/pinpull',
        '',
      ].join('\n'),
      executable: false,
    },
  ])
})

test('on Windows too', () => {
  const [starter] = pluginFiles('1.2.3', ['C:\\Program Files\\node.exe', 'C:\\100%\\pinpull.js'], true)
  expect(starter).toEqual({
    path: 'bin/pinpull.cmd',
    text: '@echo off\r\n"C:\\Program Files\\node.exe" "C:\\100%%\\pinpull.js" %*\r\n',
    executable: true,
  })
})

test.each([
  ['sh', "/opt/it's old/run.sh", false],
  ['cmd.exe', 'C:\\100% old\\run.cmd', true],
])('the program that it runs first is read back from a script for %s', (_, before, windows) => {
  const [starter] = pluginFiles('1.2.3', ['/bin/node', '/opt/pinpull.js', `--before=${before}`], windows)
  expect(findPluginBefore(starter?.text ?? '', windows)).toBe(before)
  const [plain] = pluginFiles('1.2.3', ['/bin/node', '/opt/pinpull.js'], windows)
  expect(findPluginBefore(plain?.text ?? '', windows)).toBeUndefined()
})

test('odd paths and arguments reach the program as they are', () => {
  const folder = mkdtempSync(join(tmpdir(), "pinpull it's $HOME "))
  const [starter] = pluginFiles('1.2.3', [process.execPath, join(folder, 'echo.mjs')], false)
  writeFileSync(join(folder, 'echo.mjs'), 'console.log(JSON.stringify(process.argv.slice(2)))')
  writeFileSync(join(folder, 'start'), starter?.text ?? '')
  chmodSync(join(folder, 'start'), 0o755)
  const said = execFileSync(join(folder, 'start'), ['a b', '', '$HOME']).toString()
  rmSync(folder, { recursive: true })
  expect(JSON.parse(said)).toEqual(['a b', '', '$HOME'])
})
