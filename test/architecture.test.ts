import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  findCircle,
  forbiddenImports,
  type House,
  type Import,
  innerRoomOf,
  readImports,
  roomOf,
  sourceFiles,
  unusedAllowances,
} from './support/house.ts'
import { HOUSE } from './support/house-table.ts'

/** Not split into folders yet; the other folders stay below the limit. */
const CROWDED = ['config', 'registry']

const src = fileURLToPath(new URL('../src', import.meta.url))
const files = sourceFiles(src)
const imports = readImports(src)

describe('the table of rooms', () => {
  test('has every room of src, and no other', () => {
    expect(Object.keys(HOUSE).sort()).toEqual([...new Set(files.map(roomOf))].sort())
  })

  test('has every folder inside a room, and no other', () => {
    const folders = files.flatMap((file) => {
      const folder = innerRoomOf(file)
      return folder === undefined ? [] : [`${roomOf(file)}/${folder}`]
    })
    const listed = Object.entries(HOUSE).flatMap(([room, { inner }]) =>
      Object.keys(inner?.rooms ?? {}).map((folder) => `${room}/${folder}`),
    )
    expect(listed.sort()).toEqual([...new Set(folders)].sort())
  })

  test('lets a room import its own floor and lower ones only', () => {
    const upward = Object.entries(HOUSE).flatMap(([name, { floor, imports: allowed }]) =>
      allowed.filter((other) => (HOUSE[other]?.floor ?? 0) > floor).map((other) => `${name} → ${other}`),
    )
    expect(upward).toEqual([])
  })

  test('has no circle between rooms', () => {
    expect(findCircle(Object.keys(HOUSE), (room) => HOUSE[room]?.imports ?? [])).toBeUndefined()
  })

  test.each(Object.entries(HOUSE).filter(([, { inner }]) => inner !== undefined))(
    'has no circle between the folders of %s',
    (name, { inner }) => {
      const rooms = inner?.rooms ?? {}
      const fromRoof = (file: string): string[] =>
        imports
          .filter((one) => !one.isPackage && one.file === `${name}/${file}`)
          .flatMap(({ target }) => (roomOf(target) === name ? (innerRoomOf(target) ?? []) : []))
      expect(findCircle(Object.keys(rooms), (node) => rooms[node]?.imports ?? fromRoof(node))).toBeUndefined()
    },
  )

  test('allows nothing that no file makes use of', () => {
    expect(unusedAllowances(HOUSE, imports)).toEqual([])
  })
})

describe('the sources', () => {
  test('import only what the table allows', () => {
    expect(forbiddenImports(HOUSE, imports)).toEqual([])
  })

  test('do not import each other in a circle', () => {
    const targetsOf = (file: string): string[] =>
      imports.filter((one) => !one.isPackage && one.file === file).map(({ target }) => target)
    expect(findCircle(files, targetsOf)).toBeUndefined()
  })

  test('read the environment, read the arguments and print in the command line, and for defaults of the library', () => {
    const wrong = files.filter(
      (file) =>
        roomOf(file) !== 'cli' &&
        file !== 'library/machine.ts' &&
        /\bprocess\.(env|argv|std|exit)|\bconsole\./.test(readFileSync(join(src, file), 'utf8')),
    )
    expect(wrong).toEqual([])
  })

  test('have no folder with more than 24 files', () => {
    const folders = files.map((file) => file.split('/').slice(0, -1).join('/'))
    const crowded = [...new Set(folders)]
      .map((folder) => ({ folder, count: folders.filter((one) => one === folder).length }))
      .filter(({ folder, count }) => count > 24 && !CROWDED.includes(folder))
    expect(crowded).toEqual([])
  })
})

describe('the rules, on a small house', () => {
  const house: House = {
    ground: { floor: 1, imports: [], packages: ['node:fs'] },
    middle: {
      floor: 2,
      imports: ['ground'],
      packages: [],
      inner: {
        roof: ['reader.ts'],
        rooms: {
          lower: { imports: [], packages: ['node:zlib'], sealed: true },
          upper: { imports: ['lower'], packages: [] },
        },
      },
    },
    top: { floor: 3, imports: ['ground', 'middle'], packages: [] },
  }
  const sound: Import[] = [
    { file: 'ground/a.ts', target: 'node:fs', isPackage: true },
    { file: 'middle/nodes.ts', target: 'ground/a.ts', isPackage: false },
    { file: 'middle/reader.ts', target: 'middle/lower/scan.ts', isPackage: false },
    { file: 'middle/lower/scan.ts', target: 'middle/nodes.ts', isPackage: false },
    { file: 'middle/lower/scan.ts', target: 'node:zlib', isPackage: true },
    { file: 'middle/upper/edit.ts', target: 'middle/lower/scan.ts', isPackage: false },
    { file: 'top/main.ts', target: 'middle/reader.ts', isPackage: false },
    { file: 'top/main.ts', target: 'ground/a.ts', isPackage: false },
  ]

  test('a sound house breaks none', () => {
    expect(forbiddenImports(house, sound)).toEqual([])
    expect(unusedAllowances(house, sound)).toEqual([])
  })

  test.each<[string, string, string, boolean]>([
    ['up to another room', 'ground/a.ts', 'top/main.ts', false],
    ['down to a room that is not listed', 'ground/a.ts', 'middle/nodes.ts', false],
    ['of a package that is not listed', 'top/main.ts', 'node:fs', true],
    ['of a package that only another folder may use', 'middle/upper/edit.ts', 'node:zlib', true],
    ['of a package that the folder alone may use', 'middle/reader.ts', 'node:zlib', true],
    ['up to another folder', 'middle/lower/scan.ts', 'middle/upper/edit.ts', false],
    ['from a folder to the roof', 'middle/lower/scan.ts', 'middle/reader.ts', false],
    ['from a file that is not roof to a folder', 'middle/nodes.ts', 'middle/lower/scan.ts', false],
    ['from a file that is not roof to the roof', 'middle/nodes.ts', 'middle/reader.ts', false],
    ['from a folder to a roof file that is not listed', 'middle/upper/edit.ts', 'middle/reader.ts', false],
    ['of a sealed folder', 'top/main.ts', 'middle/lower/scan.ts', false],
    ['in a room that the table does not have', 'attic/a.ts', 'ground/a.ts', false],
  ])('an import %s is found', (_, file, target, isPackage) => {
    expect(forbiddenImports(house, [...sound, { file, target, isPackage }])).toEqual([
      `${file} imports ${target}`,
    ])
  })

  test.each([
    ['top/main.ts', 'ground/a.ts', 'top → ground'],
    ['ground/a.ts', 'node:fs', 'ground → node:fs'],
    ['middle/reader.ts', 'middle/lower/scan.ts', 'middle/reader.ts → folders'],
    ['middle/upper/edit.ts', 'middle/lower/scan.ts', 'middle/upper → middle/lower'],
    ['middle/lower/scan.ts', 'node:zlib', 'middle/lower → node:zlib'],
  ])('without the import of %s from %s, the allowance is reported', (file, target, allowance) => {
    const without = sound.filter((one) => one.file !== file || one.target !== target)
    expect(unusedAllowances(house, without)).toEqual([allowance])
  })

  test('a circle is named', () => {
    expect(findCircle(['a', 'b', 'c'], (node) => ({ a: ['b'], b: ['c'], c: ['b'] })[node] ?? [])).toEqual([
      'b',
      'c',
      'b',
    ])
  })

  test('one planted import in the real house, in either direction, is found', () => {
    expect(
      forbiddenImports(HOUSE, [
        ...imports,
        { file: 'diagnostics/catalogue.ts', target: 'cli/main.ts', isPackage: false },
        { file: 'reference/parse.ts', target: 'yaml/nodes.ts', isPackage: false },
      ]),
    ).toEqual(['diagnostics/catalogue.ts imports cli/main.ts', 'reference/parse.ts imports yaml/nodes.ts'])
  })
})
