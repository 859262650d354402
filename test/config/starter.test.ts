import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { formatStarterConfig } from '../../src/config/starter.ts'
import { formatConfigView } from '../../src/config/view.ts'
import { sourceOf } from '../support/source.ts'

const STARTER = formatStarterConfig('pinpull.schema.json')
const LINES = STARTER.split('\n')

/** A setting that is commented out; prose has exactly one space after its `#`. */
const isSetting = (line: string): boolean => /^ *#(?! \S)/.test(line)

/** The ranges of lines that are commented out together. */
const BLOCKS: readonly (readonly [first: number, end: number])[] = LINES.flatMap((line, first) => {
  if (!isSetting(line) || isSetting(LINES[first - 1] ?? '')) return []
  const length = LINES.slice(first).findIndex((one) => !isSetting(one))
  return [[first, first + length] as const]
})

function uncomment(blocks: typeof BLOCKS): string {
  return LINES.map((line, at) =>
    blocks.some(([first, end]) => at >= first && at < end) ? line.replace('#', '') : line,
  ).join('\n')
}

/** Reads it as a `pinpull.yaml` that is only found. */
function read(text: string) {
  return parseConfig(sourceOf(text), { tier: 2, staysInside: () => true })
}

describe('the configuration to start with', () => {
  test('is valid, and changes nothing', () => {
    const { config, diagnostics } = read(STARTER)
    expect(diagnostics).toEqual([])
    const prod = config?.profiles.get('prod')
    const plain = read('apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\n').config?.profiles.get('prod')
    expect(prod && formatConfigView(prod, {})).toBe(plain && formatConfigView(plain, {}))
  })

  test('begins with its schema', () => {
    expect(LINES[0]).toBe('# yaml-language-server: $schema=pinpull.schema.json')
  })

  test.each(BLOCKS.map((block) => [LINES[block[0]]?.trim() ?? '', block] as const))(
    'is valid with %s, which has an effect',
    (_, block) => {
      const { config, diagnostics } = read(uncomment([block]))
      expect(diagnostics).toEqual([])
      const before = read(STARTER).config
      expect(JSON.stringify(config?.spec)).not.toBe(JSON.stringify(before?.spec))
    },
  )

  test('is valid with all of it', () => {
    expect(BLOCKS.length).toBeGreaterThan(10)
    expect(read(uncomment(BLOCKS)).diagnostics).toEqual([])
  })

  test('explains every block in the line before it', () => {
    const unexplained = BLOCKS.map(([first]) => LINES[first - 1] ?? '').filter(
      (line) => !/^ *# \S.*\.$/.test(line),
    )
    expect(unexplained).toEqual([])
  })
})
