import { expect, test } from 'vitest'
import { isFunctionContainer, parseExecPluginCall } from '../../src/hosts/kustomize.ts'

const marks = { LOG_TO_STDERR: 'true', STRUCTURED_RESULTS: 'true' }

test.each([
  ['what kustomize sets in a container', [], marks, true],
  ['what a function starts itself, with arguments', ['--profile', 'prod'], marks, false],
  ['one of the two', [], { STRUCTURED_RESULTS: 'true' }, false],
  ['other values', [], { LOG_TO_STDERR: '1', STRUCTURED_RESULTS: '1' }, false],
  ['nothing', [], {}, false],
])('%s', (_, argv, env, expected) => {
  expect(isFunctionContainer(argv, env)).toBe(expected)
})

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
  expect(parseExecPluginCall(argv, env)).toEqual(expected)
})
