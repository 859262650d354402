import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'

/** What a room (a folder of src, or a file directly in it) may import. Imports run down: never up, never in a circle. */
export interface Room {
  /** From 1, the ground. A room imports rooms of its own floor or of lower ones. */
  readonly floor: number
  /** The other rooms that its files import. */
  readonly imports: readonly string[]
  /** The packages and built-in modules that the files directly in it import. */
  readonly packages: readonly string[]
  readonly inner?: InnerRooms
}

/** The second level: the folders inside a room. */
export interface InnerRooms {
  /**
   * Files directly in the room that may import its folders and one another. The room's other files, on which the folders
   * stand, may not import them, and a folder only those that its `imports` name.
   */
  readonly roof: readonly string[]
  readonly rooms: Readonly<Record<string, InnerRoom>>
}

export interface InnerRoom {
  /** The other folders, and the files of the roof, of the same room that its files import. */
  readonly imports: readonly string[]
  readonly packages: readonly string[]
  /** No file outside the room imports a file of this folder. */
  readonly sealed?: true
}

export type House = Readonly<Record<string, Room>>

/** One import of a file of src. */
export interface Import {
  /** The importing file, relative to src. */
  readonly file: string
  /** The imported file relative to src, or the name of the package or built-in module. */
  readonly target: string
  readonly isPackage: boolean
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*'([^']+)'|import\('([^']+)'\)|(?:^|\n)\s*import\s*'([^']+)'/g

/** @returns the paths of all source files, relative to `src` */
export function sourceFiles(src: string): string[] {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort()
}

/** @returns every import of every file, type imports included */
export function readImports(src: string): Import[] {
  return sourceFiles(src).flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(IMPORT)].map((match) => {
      const target = (match[1] ?? match[2] ?? match[3]) as string
      if (target.startsWith('.')) {
        return { file, target: normalize(join(dirname(file), target)).replaceAll(sep, '/'), isPackage: false }
      }
      return { file, target: packageOf(target), isPackage: true }
    }),
  )
}

/** @returns the room of a file of src: its first folder, or the file itself */
export function roomOf(file: string): string {
  return file.split('/')[0] as string
}

/** @returns the folder inside the room, or undefined for a file directly in a room */
export function innerRoomOf(file: string): string | undefined {
  const parts = file.split('/')
  return parts.length > 2 ? parts.slice(1, -1).join('/') : undefined
}

/** @returns one line for each import that the table does not allow */
export function forbiddenImports(house: House, imports: readonly Import[]): string[] {
  return imports.filter((one) => !allowances(house, one).allowed).map(line)
}

/** @returns one line for each entry of the table that no import makes use of */
export function unusedAllowances(house: House, imports: readonly Import[]): string[] {
  const used = new Set(imports.flatMap((one) => allowances(house, one).used))
  const given = Object.entries(house).flatMap(([name, { imports, packages, inner }]) => [
    ...[...imports, ...packages].map((other) => `${name} → ${other}`),
    ...(inner?.roof ?? []).map((file) => `${name}/${file} → folders`),
    ...Object.entries(inner?.rooms ?? {}).flatMap(([folder, room]) => [
      ...room.imports.map((other) => `${name}/${folder} → ${name}/${other}`),
      ...room.packages.map((other) => `${name}/${folder} → ${other}`),
    ]),
  ])
  return given.filter((allowance) => !used.has(allowance))
}

/** @returns the first circle found, as the nodes on it, or undefined; `next` gives what a node imports */
export function findCircle(
  nodes: readonly string[],
  next: (node: string) => readonly string[],
): string[] | undefined {
  const done = new Set<string>()
  const visit = (node: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const one of next(node)) {
      const circle = visit(one, [...trail, node])
      if (circle !== undefined) return circle
    }
    done.add(node)
    return undefined
  }
  for (const node of nodes) {
    const circle = visit(node, [])
    if (circle !== undefined) return circle
  }
  return undefined
}

/** @returns whether the table allows the import, and the entries that it needs */
function allowances(house: House, one: Import): { readonly allowed: boolean; readonly used: string[] } {
  const room = roomOf(one.file)
  const folder = innerRoomOf(one.file)
  const entry = house[room]
  if (entry === undefined) return { allowed: false, used: [] }
  if (one.isPackage) {
    const packages = folder === undefined ? entry.packages : entry.inner?.rooms[folder]?.packages
    const owner = folder === undefined ? room : `${room}/${folder}`
    return { allowed: packages?.includes(one.target) ?? false, used: [`${owner} → ${one.target}`] }
  }
  const targetRoom = roomOf(one.target)
  const targetFolder = innerRoomOf(one.target)
  if (targetRoom !== room) {
    const isSealed =
      targetFolder !== undefined && house[targetRoom]?.inner?.rooms[targetFolder]?.sealed === true
    return { allowed: entry.imports.includes(targetRoom) && !isSealed, used: [`${room} → ${targetRoom}`] }
  }
  return withinRoom(room, entry, one, folder, targetFolder)
}

function withinRoom(
  name: string,
  { inner }: Room,
  one: Import,
  folder: string | undefined,
  targetFolder: string | undefined,
): { readonly allowed: boolean; readonly used: string[] } {
  const isRoof = (file: string): boolean => inner?.roof.includes(file.slice(name.length + 1)) ?? false
  if (folder === undefined && isRoof(one.file)) {
    const needsRoof = targetFolder !== undefined || isRoof(one.target)
    return { allowed: true, used: needsRoof ? [`${one.file} → folders`] : [] }
  }
  if (targetFolder === undefined && !isRoof(one.target)) return { allowed: true, used: [] }
  if (folder === undefined) return { allowed: inner === undefined, used: [] }
  if (folder === targetFolder) return { allowed: inner?.rooms[folder] !== undefined, used: [] }
  const target = targetFolder ?? one.target.slice(name.length + 1)
  return {
    allowed: inner?.rooms[folder]?.imports.includes(target) ?? false,
    used: [`${name}/${folder} → ${name}/${target}`],
  }
}

function line({ file, target }: Import): string {
  return `${file} imports ${target}`
}

function packageOf(target: string): string {
  if (target.startsWith('node:')) return target
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}
