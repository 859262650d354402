import { expect, test } from 'vitest'
import { isTemporaryConfig, readPluginArguments } from '../../src/hosts/exec-plugin.ts'

const called = { KUSTOMIZE_PLUGIN_CONFIG_ROOT: '/app' }

test.each([
  ['a configuration', ['/tmp/kust-plugin-config-1'], called, ['--config', '/tmp/kust-plugin-config-1']],
  ['and arguments', ['/tmp/c', '--quiet'], called, ['--config', '/tmp/c', '--quiet']],
  ['on Windows', ['C:\\Temp\\c'], called, ['--config', 'C:\\Temp\\c']],
  ['no kustomize', ['/tmp/c'], {}, ['/tmp/c']],
  ['a command, from a plugin that is a script', ['check', '/tmp/c'], called, ['check', '/tmp/c']],
  ['an option', ['--quiet'], called, ['--quiet']],
  ['nothing', [], called, []],
])('%s', (_, argv, env, expected) => {
  expect(readPluginArguments(argv, env)).toEqual(expected)
})

test.each([
  ['/tmp/kust-plugin-config-1', called, true],
  ['/apple/pinpull.yaml', called, true],
  ['/app/pinpull.yaml', called, false],
  ['pinpull.yaml', called, false],
  ['/tmp/pinpull.yaml', {}, false],
])('beside %s (%j) nothing may be looked for: %s', (file, env, expected) => {
  expect(isTemporaryConfig(file, env)).toBe(expected)
})
