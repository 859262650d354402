import { expect, test } from 'vitest'
import { readPluginCall } from '../../src/hosts/exec-plugin.ts'

const called = { KUSTOMIZE_PLUGIN_CONFIG_ROOT: '/app' }

test.each([
  [
    'a configuration',
    ['/tmp/kust-plugin-config-1'],
    called,
    { config: '/tmp/kust-plugin-config-1', argv: [] },
  ],
  ['and arguments', ['/tmp/c', '--quiet'], called, { config: '/tmp/c', argv: ['--quiet'] }],
  ['on Windows', ['C:\\Temp\\c'], called, { config: 'C:\\Temp\\c', argv: [] }],
  ['no kustomize', ['/tmp/c'], {}, undefined],
  ['a command, from a plugin that is a script', ['check', '/tmp/c'], called, undefined],
  ['an option', ['--quiet'], called, undefined],
  ['nothing', [], called, undefined],
])('%s', (_, argv, env, expected) => {
  expect(readPluginCall(argv, env)).toEqual(expected)
})
