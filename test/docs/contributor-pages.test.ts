import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { Profile } from '../../src/config/profile.ts'
import { transform } from '../../src/transform.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'
import { sourceFiles } from '../support/house.ts'
import { HOUSE } from '../support/house-table.ts'
import { describeShared } from '../support/shared.ts'
import { textOf } from '../support/source.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const src = join(root, 'src')
const files = sourceFiles(src)
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = files.map((file) => readFileSync(join(src, file), 'utf8'))
const code = sources.join('\n').replace(/\/\*[\s\S]*?\*\/|\/\/ .*$/gm, '')

/** The cells of the rows of every table in a text, without headings. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line, index, lines) => line.startsWith('|') && !isHeading(lines, index))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

const isRule = (line: string | undefined): boolean => /^\|[-:| ]+\|$/.test(line ?? '')
const isHeading = (lines: readonly string[], index: number): boolean =>
  isRule(lines[index]) || isRule(lines[index + 1])

/** The texts between backticks. */
const codeIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

describe('docs/GLOSSARY.md', () => {
  const page = read('docs/GLOSSARY.md')
  const rows = rowsOf(page)
  const SOURCES = [
    'distribution/reference',
    'OCI',
    'Kubernetes API',
    'KRM',
    'YAML 1.1',
    'YAML 1.2',
    'RFC',
    'go-containerregistry',
    'oras-go',
    'simdjson',
    'containerd',
    'ours',
  ]

  test('has at most 60 terms, each once and in alphabetical order', () => {
    const terms = rows.map(([term = '']) => term.replaceAll('`', '').toLowerCase())
    expect(terms.length).toBeGreaterThan(30)
    expect(terms.length).toBeLessThanOrEqual(60)
    expect(terms).toEqual([...new Set(terms)].sort((a, b) => (a < b ? -1 : 1)))
  })

  test('names the source of every term', () => {
    const unknown = rows.filter(
      ([, meaning, source = '']) => !meaning || !SOURCES.some((known) => source.startsWith(known)),
    )
    expect(unknown).toEqual([])
  })

  test('has only terms in code that occur in src', () => {
    const words = new Set(code.match(/[A-Za-z]+/g))
    expect(rows.flatMap(([term = '']) => codeIn(term)).filter((name) => !words.has(name))).toEqual([])
  })

  test.each(['CONTRIBUTING.md', 'docs/ARCHITECTURE.md'])('is linked from %s', (path) => {
    expect(read(path)).toMatch(/\]\((?:docs\/)?GLOSSARY\.md\)/)
  })
})

describe('docs/ARCHITECTURE.md', () => {
  const page = read('docs/ARCHITECTURE.md')

  test('has the rooms and the floors of the table', () => {
    const floors = rowsOf(page)
      .filter(([floor = '']) => /^\d$/.test(floor))
      .flatMap(([floor, rooms = '']) => codeIn(rooms).map((room) => [room, Number(floor)]))
    const wrong = floors.filter(([room, floor]) => HOUSE[room as string]?.floor !== floor)
    expect(wrong).toEqual([])
    const listed = new Set(floors.map(([room]) => room))
    expect(Object.keys(HOUSE).filter((room) => !room.endsWith('.ts') && !listed.has(room))).toEqual([])
  })

  test('has the folders inside the rooms', () => {
    const folders = rowsOf(page)
      .map(([name = '']) => codeIn(name)[0] ?? '')
      .filter((name) => /^\w+(\/\w+)+$/.test(name))
    const table = Object.entries(HOUSE).flatMap(([room, { inner }]) =>
      Object.keys(inner?.rooms ?? {}).map((folder) => `${room}/${folder}`),
    )
    expect(folders.sort()).toEqual(table.sort())
  })
})

test.each(['docs/ARCHITECTURE.md', 'CONTRIBUTING.md'])('every path in %s exists', (page) => {
  const paths = codeIn(read(page)).filter((code) =>
    /^(?:src|test|docs|scripts|bench|bin)\/[\w./-]+$/.test(code),
  )
  expect(paths.length).toBeGreaterThan(3)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('every file of a room that a decision names exists', () => {
  const missing = readdirSync(join(root, 'docs/decisions')).flatMap((name) =>
    codeIn(read(`docs/decisions/${name}`))
      .filter((code) => /^[a-z]+\/[\w/-]+\.ts$/.test(code))
      .filter((path) => !existsSync(join(root, path)) && !existsSync(join(src, path)))
      .map((path) => `${name}: ${path}`),
  )
  expect(missing).toEqual([])
})

describe('docs/how-a-byte-goes-through.md', () => {
  const page = read('docs/how-a-byte-goes-through.md')
  const steps = rowsOf(page).map(([, file = '', functions = '', what = '']) => ({
    file: codeIn(file)[0] ?? '',
    functions: codeIn(functions),
    what,
  }))

  test('goes from standard input to standard output', () => {
    expect(steps.length).toBeGreaterThan(15)
    expect(steps[0]?.what).toMatch(/standard input/)
    expect(steps.at(-1)?.what).toMatch(/standard output|exit code/)
  })

  test('the input and the output on the page are those of the path', async () => {
    const input = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
    const run = await transform(new TextEncoder().encode(input), {
      profile: BUILTIN_PROFILES.get('prod') as Profile,
      resolver: fixedResolver({ 'nginx:1.27': 'a' }),
      signal: new AbortController().signal,
    })
    const [removed, added] = ['-', '+'].map((sign) =>
      [...page.matchAll(new RegExp(`^\\${sign}( .*)$`, 'gm'))].map(([, line = '']) => line).join('\n'),
    )
    const wanted = input.replace(removed as string, added as string)
    expect(textOf(run.output as Uint8Array).replace('a'.repeat(64), '6b1f…c02e')).toBe(wanted)
  })

  test.each(steps)('$file has $functions', ({ file, functions }) => {
    expect(existsSync(join(root, file))).toBe(true)
    const text = read(file)
    const isDeclared = (name: string): boolean =>
      new RegExp(`(?:function\\*? |const |class |^  (?:async |static |get )*)${name}\\b`, 'm').test(text)
    expect(functions).not.toEqual([])
    expect(functions.filter((name) => !isDeclared(name.replace(/^\w+\.|\(\)$/g, '')))).toEqual([])
  })
})

describe('CONTRIBUTING.md', () => {
  const page = read('CONTRIBUTING.md')
  const lengths = sources.map((text) => text.split('\n').length - 1).sort((a, b) => a - b)
  const share = (from: number, to: number): number =>
    lengths.filter((length) => length >= from && length <= to).length / lengths.length

  test('has the sizes of files as they are', () => {
    const [, from, to, most, median] =
      /between (\d+) and (\d+) lines[^.]*none has more than (\d+)[^.]*median is about (\d+)/
        .exec(page.replace(/\s+/g, ' '))
        ?.map(Number) ?? []
    expect(share(from as number, to as number)).toBeGreaterThan(0.5)
    expect(lengths.at(-1)).toBeLessThanOrEqual(most as number)
    expect(Math.abs((lengths[Math.floor(lengths.length / 2)] ?? 0) - (median as number))).toBeLessThanOrEqual(
      10,
    )
  })

  test('names no folder that holds more files than it says', () => {
    const [, most] = /no folder has more than (\d+) files/.exec(page)?.map(Number) ?? []
    const folders = files.map((file) => file.split('/').slice(0, -1).join('/'))
    const largest = Math.max(...folders.map((folder) => folders.filter((one) => one === folder).length))
    expect(largest).toBeLessThanOrEqual(most as number)
  })
})

/** The first sentence of each item of the numbered list under a heading. */
function itemsUnder(text: string, heading: RegExp): string[] {
  const section = text.slice(text.search(heading)).split('\n## ')[0] ?? ''
  return [...section.matchAll(/^\d+\. ([^.]+)\./gm)].map(([, item = '']) => item.replace(/\s+/g, ' '))
}

describeShared('design.md', 'the design', (path) => {
  test('has the priorities of CONTRIBUTING.md, in the same order', () => {
    const design = itemsUnder(readFileSync(path, 'utf8'), /^## 1\. Priorities/m)
    expect(design).toHaveLength(7)
    expect(itemsUnder(read('CONTRIBUTING.md'), /^## Priorities/m)).toEqual(design)
  })
})
