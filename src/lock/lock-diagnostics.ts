import type { Code } from '../diagnostics/catalogue.ts'
import type { Args, Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { type Platform, parsePlatform } from '../oci/platform.ts'
import { keyText, resolveAlias } from '../yaml/lookup.ts'
import type { Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'

/** The entries of a mapping by key. */
export type Fields<K extends string> = { readonly [Key in K]?: Entry }

/** Collects diagnostics with their locations while a lock file is read. */
export class LockDiagnostics {
  readonly #source: Source
  readonly #found: Diagnostic[] = []
  readonly #platforms = new Map<string, Platform | undefined>()

  constructor(source: Source) {
    this.#source = source
  }

  get count(): number {
    return this.#found.length
  }

  /** All diagnostics, by position. */
  sorted(): Diagnostic[] {
    const order = ({ at }: Diagnostic): [number, number] => [at?.line ?? 0, at?.column ?? 0]
    return this.#found.toSorted((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1])
  }

  /** Adds a LOCK_INVALID at a node. */
  report(reason: string, node: YamlNode): void {
    this.add('LOCK_INVALID', { reason }, this.locationAt(node.start))
  }

  add(code: Code, args: Args, at: Location): void {
    this.#found.push({ code, severity: 'error', args, at })
  }

  locationAt(offset: number): Location {
    const { file } = this.#source
    return { ...(file === undefined ? {} : { file }), ...positionAt(this.#source, offset) }
  }

  lineAt(offset: number): number {
    return positionAt(this.#source, offset).line
  }

  /** Parses a platform; cached, since entries share a few platforms. */
  parsePlatform(text: string): Platform | undefined {
    if (!this.#platforms.has(text)) this.#platforms.set(text, parsePlatform(text))
    return this.#platforms.get(text)
  }

  /** Returns the entries of a mapping by key. Reports unknown and repeated keys. */
  fields<K extends string>(mapping: Mapping, known: ReadonlySet<K>, what: string): Fields<K> {
    const fields: { [Key in K]?: Entry } = {}
    for (const entry of mapping.entries) {
      const key = keyText(entry) as K
      if (!known.has(key)) this.report(`${what} has the unknown key "${key ?? ''}"`, entry.key)
      else if (fields[key] !== undefined) this.report(`${what} has the key "${key}" twice`, entry.key)
      else fields[key] = entry
    }
    return fields
  }

  /** Returns the text of a required field. */
  requiredText(entry: Entry | undefined, key: string, parent: Mapping): string | undefined {
    if (entry === undefined) this.report(`the key "${key}" is missing`, parent)
    return this.text(entry, key)
  }

  /** Returns the text of an optional field, which must not be empty. */
  text(entry: Entry | undefined, key: string): string | undefined {
    if (entry === undefined) return undefined
    const node = resolveAlias(entry.value)
    if (node.kind === 'scalar' && node.isString && node.value !== '') return node.value
    this.report(`"${key}" is not a string`, entry.value)
    return undefined
  }
}
