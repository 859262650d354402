import { parseArgs } from 'node:util'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { allCodes, catalogueEntry } from '../../src/diagnostics/catalogue.ts'
import type { Location } from '../../src/diagnostics/diagnostic.ts'
import { formatHint } from '../../src/report/message.ts'

/** Arguments of hints that are not images. `command` is `lock` or `pin`. */
const VALUES: Readonly<Record<string, string>> = { server: 'ghcr.io', registry: 'ghcr.io', command: 'lock' }

/** Every command of Pinpull in the hints, as it is printed for a file: up to the end of the clause, or the word that goes on with the sentence. */
const LINES = allCodes().flatMap((code) => {
  const hint = formatHint({ code, args: argsOf(catalogueEntry(code).hint), at: { file: 'web.yaml' } })
  const lines = hint.match(/\bpinpull(?= )[^;,()]*|\bpinpull$/g) ?? []
  return lines.map(
    (line) => [code, line.replace(/ (?:again|shows|locks|to|with|adds|as|calls|takes)\b.*$/s, '')] as const,
  )
})

/** Values that the commands take, for every argument of a hint. */
function argsOf(hint: string): Record<string, string> {
  const names = [...hint.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? [])
  return Object.fromEntries(names.map((name) => [name, VALUES[name] ?? 'nginx:1.27']))
}

describe('the commands in hints', () => {
  test('are there', () => {
    expect(LINES.map(([code]) => code)).toEqual(
      expect.arrayContaining(['IMAGE_UNPINNED', 'LOCK_MISSING_ENTRY', 'LOCK_MOVED', 'REGISTRY_UNAVAILABLE']),
    )
  })

  test.each(LINES)('%s: %s', (_, line) => {
    const words = line.trim().split(' ').slice(1)
    const spec = COMMANDS.toSorted((a, b) => b.words.length - a.words.length).find((one) =>
      one.words.every((word, at) => words[at] === word),
    )
    if (spec === undefined) throw new Error('the filter is always a command')
    const options = Object.fromEntries(
      [...spec.options, { name: 'help', value: undefined, parse: undefined }].map(({ name, value }) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    )
    const parsed = parseArgs({ args: words.slice(spec.words.length), options, allowPositionals: true })
    for (const { name, parse } of spec.options) {
      const value = parsed.values[name]
      if (parse !== undefined && typeof value === 'string') parse(value)
    }
    // What is left are files or images: a word of two letters or more in prose would be neither.
    const { argument } = spec
    expect(parsed.positionals.filter((word) => !/[./:]|^(?:FILE|COMMAND)/.test(word))).toEqual([])
    expect(argument !== undefined || parsed.positionals.length === 0).toBe(true)
  })
})

const file = (name: string): Location => ({ file: name, line: 3 })

test.each<[what: string, at: Location | undefined, all: readonly Location[] | undefined, command: string]>([
  ['a file', file('web.yaml'), undefined, 'pinpull lock web.yaml'],
  ['standard input', { line: 3 }, undefined, '… | pinpull lock'],
  ['an unknown place', undefined, undefined, 'pinpull lock FILE'],
  ['a name with a space and a quote', file("it's a.yaml"), undefined, "pinpull lock 'it'\\''s a.yaml'"],
  ['a name like an option', file('-f.yaml'), undefined, 'pinpull lock ./-f.yaml'],
  ['a name like an argument', file('{image}.yaml'), undefined, "pinpull lock '{image}.yaml'"],
  [
    'several diagnostics',
    file('a.yaml'),
    [file('a.yaml'), file('a.yaml'), file('b.yaml')],
    'pinpull lock a.yaml b.yaml',
  ],
  ['many files', file('a.yaml'), ['a', 'b', 'c', 'd'].map(file), 'pinpull lock FILE...'],
])('a command for %s', (_, at, all, command) => {
  const args = { image: 'nginx:1.27', file: 'pinpull.lock.yaml' }
  const hint = formatHint(
    { code: 'LOCK_MISSING_ENTRY', args, at },
    all?.map((one) => ({ at: one })),
  )
  expect(hint).toBe(`lock it where the registry can be reached, and commit the result: ${command}`)
})
