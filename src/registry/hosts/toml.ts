import { parse, TomlError } from 'smol-toml'
import { invalidSettingsFile } from './certificates.ts'

type Table = Readonly<Record<string, unknown>>

/**
 * Parses a TOML file; TOML 1.1 is accepted.
 *
 * @param file its path, for messages
 * @returns the root table
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID if the text is not TOML
 */
export function parseToml(text: string, file: string): TomlTable {
  try {
    return new TomlTable(parse(text, { integersAsBigInt: 'asNeeded' }), '', file)
  } catch (error) {
    const place = error instanceof TomlError ? ` in line ${error.line}` : ''
    throw invalidSettingsFile(file, `it is not valid TOML${place}`)
  }
}

/**
 * A TOML table with typed access to its keys. Like in Go's decoders, the case of keys is ignored; two spellings of a
 * key in one table are an error, since those decoders pick either. All methods that read a key return undefined if it
 * is missing, and throw a `RegistryError` REGISTRY_HOSTS_INVALID if its value has another type.
 */
export class TomlTable {
  /** The path of the file, for messages. */
  readonly file: string
  /** The table's path, for messages; empty at the root. */
  readonly where: string
  readonly #table: Table
  readonly #read = new Set<string>()

  constructor(table: Table, where: string, file: string) {
    this.#table = table
    this.where = where
    this.file = file
  }

  string(name: string): string | undefined {
    const value = this.value(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.typeError(name, 'a string')
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.typeError(name, 'true or false')
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.value(name)
    if (value === undefined || isStringArray(value)) return value
    throw this.typeError(name, 'a list of strings')
  }

  table(name: string): TomlTable | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    if (isTable(value)) return new TomlTable(value, this.pathOf(name), this.file)
    throw this.typeError(name, 'a table')
  }

  /** The tables of an array of tables; empty if the key is missing. */
  tables(name: string): readonly TomlTable[] {
    const value = this.value(name) ?? []
    if (!Array.isArray(value) || !value.every(isTable))
      throw this.typeError(name, `a list of tables ([[${this.pathOf(name)}]])`)
    return value.map((item, index) => new TomlTable(item, `${this.pathOf(name)}[${index}]`, this.file))
  }

  /** All entries of the table, in order. They do not count as read. */
  entries(): readonly (readonly [string, unknown])[] {
    return Object.entries(this.#table)
  }

  /** The value of a key, of any type. */
  value(name: string): unknown {
    this.#read.add(name.toLowerCase())
    const keys = Object.keys(this.#table).filter((key) => key.toLowerCase() === name.toLowerCase())
    if (keys.length > 1)
      throw invalidSettingsFile(this.file, `"${this.pathOf(name)}" appears twice: ${keys.join(', ')}`)
    return this.#table[keys[0] ?? name]
  }

  /** The paths of all keys of this table itself that no method has read so far. */
  unknownKeys(): readonly string[] {
    return Object.keys(this.#table)
      .filter((key) => !this.#read.has(key.toLowerCase()))
      .map((key) => this.pathOf(key))
  }

  /**
   * Creates the error for a value of the wrong type.
   *
   * @param wanted the right type, for the message: `a string`
   */
  typeError(name: string, wanted: string): Error {
    return invalidSettingsFile(this.file, `"${this.pathOf(name)}" is not ${wanted}`)
  }

  /** The path of a key from the root, for messages: `registry[0].location`. */
  pathOf(name: string): string {
    return this.where === '' ? name : `${this.where}.${name}`
  }
}

/** Whether a TOML value is a table. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** Whether a TOML value is an array of strings only, or empty. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** The tokens of TOML that matter here: strings, comments, brackets, commas, line ends, and other words. */
const PIECE =
  /#[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|'''(?:[^']|'(?!''))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[[\]{},\n]|[^\s#"'[\]{},]+/gs

/**
 * Finds syntax that TOML 1.1 allows but TOML 1.0 does not: line breaks and trailing commas in inline tables, the escapes
 * `\e` and `\x`, times without seconds. The parser of podman, skopeo and CRI-O (BurntSushi/toml 1.5) rejects it;
 * smol-toml, which Pinpull uses, and containerd's parser accept it. So it is an error in a `registries.conf`, but not in
 * a `hosts.toml`.
 *
 * @param text valid TOML
 * @returns the number of the line on which the first token with such syntax begins, from 1; undefined if the text is valid TOML 1.0
 */
export function findToml11SyntaxLine(text: string): number | undefined {
  const open: string[] = []
  let before = ''
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const isInTable = open.at(-1) === '{'
    const isNew =
      (piece === '\n' && isInTable) ||
      (piece === '}' && before === ',') ||
      (piece.startsWith('"') && /^(?:[^\\]|\\[^ex])*\\[ex]/s.test(piece)) ||
      /^(?:\d{4}-\d\d-\d\d[Tt])?\d\d:\d\d(?![:\d])/.test(piece)
    if (isNew) return text.slice(0, index).split('\n').length
    if (piece === '{' || piece === '[') open.push(piece)
    if (piece === '}' || piece === ']') open.pop()
    if (!piece.startsWith('#')) before = piece
  }
  return undefined
}
