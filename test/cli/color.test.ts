import { describe, expect, test } from 'vitest'
import type { ColorChoice } from '../../src/cli/io/terminal.ts'
import { hasMessageColor, hasOutputColor } from '../../src/cli/io/terminal.ts'
import { namedColor } from '../../src/cli/options/named-color.ts'

describe('colour', () => {
  test.each<
    [choice: ColorChoice | undefined, env: Record<string, string>, terminal: boolean, colour: boolean]
  >([
    [undefined, {}, true, true],
    [undefined, {}, false, false],
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    [undefined, { NO_COLOR: '1' }, true, false],
    [undefined, { NO_COLOR: '' }, true, true],
    [undefined, { FORCE_COLOR: '1' }, false, true],
    [undefined, { FORCE_COLOR: '' }, false, false],
    [undefined, { FORCE_COLOR: '0' }, true, false],
    // NO_COLOR wins over FORCE_COLOR, and the option over both.
    [undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['always', { NO_COLOR: '1' }, false, true],
    ['never', { FORCE_COLOR: '1' }, true, false],
  ])('--color %s, %j, terminal %s: %s', (color, env, isTerminal, colour) => {
    const io = { env, isTerminal: () => isTerminal, isOutputTerminal: () => isTerminal }
    expect([hasMessageColor({ color }, io), hasOutputColor({ color }, io)]).toEqual([colour, colour])
  })

  test.each<[string, Record<string, string>, ColorChoice | undefined]>([
    ['', {}, undefined],
    ['check --color=always absent.yaml', {}, 'always'],
    ['check --color never', {}, 'never'],
    ['--no-color --frobnicate', {}, 'never'],
    ['--color sometimes', {}, undefined],
    ['--no-color check --color=always', {}, 'always'],
    ['check', { PINPULL_COLOR: 'always' }, 'always'],
    ['check', { PINPULL_NO_COLOR: '1' }, 'never'],
    ['check', { PINPULL_COLOR: 'sometimes' }, undefined],
    ['--color=never', { PINPULL_COLOR: 'always' }, 'never'],
  ])('of messages about a line that may be wrong: %s, %j', (line, env, color) => {
    expect(namedColor(line.split(' '), env)).toBe(color)
  })
})
