import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/**
 * The house: what each room may import of its own project, and which packages and built-in modules it may use.
 * A room is a folder of src, or a file that lies directly in it. Imports run down, never up and never round.
 */
const rooms: Record<string, { rooms: readonly string[]; outside: readonly string[] }> = {
  diagnostics: { rooms: [], outside: [] },
  files: { rooms: [], outside: ['node:crypto', 'node:fs', 'node:path'] },
  reference: { rooms: ['diagnostics'], outside: ['node:crypto'] },
  oci: { rooms: ['reference', 'diagnostics'], outside: [] },
  yaml: { rooms: ['diagnostics'], outside: ['yaml', 'node:buffer'] },
  credentials: {
    rooms: ['files', 'reference', 'diagnostics', 'yaml'],
    outside: ['node:path', 'node:child_process'],
  },
  report: { rooms: ['diagnostics', 'reference'], outside: ['diff'] },
  kube: { rooms: ['yaml', 'reference', 'diagnostics'], outside: [] },
  config: {
    rooms: ['kube', 'yaml', 'reference', 'oci', 'diagnostics'],
    outside: ['@kubernetes-models/apimachinery', 're2js'],
  },
  registry: {
    rooms: ['credentials', 'files', 'oci', 'reference', 'yaml', 'diagnostics'],
    outside: [
      'node:http',
      'node:https',
      'node:http2',
      'node:dns',
      'node:zlib',
      'node:tls',
      'node:net',
      'node:path',
      'node:stream',
      'smol-toml',
    ],
  },
  lock: {
    rooms: ['files', 'yaml', 'oci', 'reference', 'diagnostics'],
    outside: ['node:path'],
  },
  cache: { rooms: ['files', 'oci', 'reference', 'diagnostics'], outside: ['node:path'] },
  layout: {
    rooms: ['files', 'oci', 'reference', 'diagnostics'],
    outside: ['node:fs', 'node:path', 'node:crypto', 'node:stream', 'node:zlib'],
  },
  plan: { rooms: ['kube', 'config', 'yaml', 'oci', 'report', 'reference', 'diagnostics'], outside: [] },
  resolve: {
    rooms: ['plan', 'registry', 'lock', 'cache', 'layout', 'credentials', 'oci', 'reference', 'diagnostics'],
    outside: [],
  },
  inventory: { rooms: ['plan', 'kube', 'yaml', 'oci', 'reference', 'diagnostics'], outside: [] },
  'transform.ts': {
    rooms: ['plan', 'kube', 'config', 'yaml', 'oci', 'reference', 'report', 'diagnostics'],
    outside: [],
  },
  hosts: {
    rooms: ['transform.ts', 'plan', 'kube', 'config', 'report', 'yaml', 'reference', 'diagnostics'],
    outside: ['node:buffer'],
  },
  'index.ts': {
    rooms: ['transform.ts', 'plan', 'kube', 'config', 'oci', 'reference', 'yaml', 'report', 'diagnostics'],
    outside: [],
  },
  cli: { rooms: ['*'], outside: ['*'] },
}

interface Import {
  readonly file: string
  readonly room: string
  readonly target: string
  readonly outside: boolean
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*'([^']+)'|import\('([^']+)'\)|(?:^|\n)\s*import\s*'([^']+)'/g

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function roomOf(path: string): string {
  return relative(src, path).split(sep)[0] as string
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = (match[1] ?? match[2] ?? match[3]) as string
    const outside = !target.startsWith('.')
    return {
      file: relative(src, path),
      room: roomOf(path),
      target: outside ? target : normalize(join(dirname(path), target)),
      outside,
    }
  })
}

const files = filesIn(src)
const imports = files.flatMap(importsOf)

describe('the house', () => {
  test('every file is in a room of the table', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => rooms[room] === undefined)).toEqual([])
  })

  test('a room imports only the rooms below it', () => {
    const wrong = imports
      .filter((one) => !one.outside)
      .map((one) => ({ ...one, to: roomOf(one.target) }))
      .filter(({ room, to }) => room !== to && !allows(rooms[room]?.rooms, to))
    expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })

  test('a room uses only the modules that are its business', () => {
    const wrong = imports.filter(
      (one) => one.outside && !allows(rooms[one.room]?.outside, packageOf(one.target)),
    )
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  test('the table itself has no loop', () => {
    const visit = (room: string, trail: readonly string[]): void => {
      expect(trail, `${[...trail, room].join(' → ')}`).not.toContain(room)
      for (const next of rooms[room]?.rooms ?? []) if (next !== '*') visit(next, [...trail, room])
    }
    for (const room of Object.keys(rooms)) visit(room, [])
  })

  test('files do not import each other in a circle', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((one) => !one.outside)
          .map((one) => one.target),
      ]),
    )
    const done = new Set<string>()
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) {
        expect.fail(
          [...trail.slice(trail.indexOf(file)), file].map((path) => relative(src, path)).join(' → '),
        )
      }
      if (done.has(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
  })

  test('only the command line reads the environment, the arguments or prints', () => {
    const wrong = files.filter(
      (file) =>
        roomOf(file) !== 'cli' &&
        /\bprocess\.(env|argv|std|exit)|\bconsole\./.test(readFileSync(file, 'utf8')),
    )
    expect(wrong.map((file) => relative(src, file))).toEqual([])
  })
})

function allows(list: readonly string[] | undefined, name: string): boolean {
  return list?.includes('*') || list?.includes(name) || false
}

function packageOf(target: string): string {
  if (target.startsWith('node:')) return target
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}
