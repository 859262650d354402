import type { PlannedEdit, Scalar, ScalarSearch, ScalarStyle, TextPattern, YamlNode } from '../nodes.ts'
import { isPlainNull, isPlainString, tagType } from '../scalar-type.ts'
import { findScalarOffsets } from './record-search.ts'
import { decodeScalar, decodeWithCache } from './scalar-text.ts'
import type { ScannedDocument } from './scanned.ts'
import { DOUBLE_QUOTED, FOLDED, LITERAL, PLAIN, SIMPLE_PLAIN, SINGLE_QUOTED, styleOf } from './tape.ts'

const STYLES: Readonly<Record<number, ScalarStyle>> = {
  [PLAIN]: 'plain',
  [SINGLE_QUOTED]: 'single',
  [DOUBLE_QUOTED]: 'double',
  [LITERAL]: 'literal',
  [FOLDED]: 'folded',
}

/** The anchor and YAML tag of a node (YAML 1.2.2, section 6.9), as nodes show them. */
export interface NodeProperties {
  /** The anchor's name, without `&`; undefined if there is none. */
  readonly anchor: string | undefined
  /** The tag as it is spelled in the source; undefined if there is none. */
  readonly tag: string | undefined
}

/**
 * A node of a scanned document, with the members that all kinds share. It keeps only its document, its record's index, and
 * its anchor and tag, because there are many nodes; it reads everything else from its record whenever it is used. Its
 * methods (see `YamlNode`) search the source's bytes and the records rather than nodes. `equalsExcept` compares the whole
 * documents, whichever of their nodes it is called on.
 */
export abstract class LazyNode {
  /** @internal */
  readonly scanned: ScannedDocument
  /** @internal */
  readonly record: number
  private readonly properties: NodeProperties | undefined

  /**
   * @param record the index of the node's own record, after those of its anchor and tag
   * @param properties its anchor and tag; undefined if it has neither
   */
  constructor(scanned: ScannedDocument, record: number, properties: NodeProperties | undefined) {
    this.scanned = scanned
    this.record = record
    this.properties = properties
  }

  get start(): number {
    return this.scanned.records[this.record + 1] as number
  }

  get end(): number {
    return this.scanned.records[this.record + 2] as number
  }

  get anchor(): string | undefined {
    return this.properties?.anchor
  }

  get tag(): string | undefined {
    return this.properties?.tag
  }

  mayContain(key: string | TextPattern): boolean {
    return this.scanned.shared.getIndex(key).findNext(this.start, this.end) < this.end
  }

  findScalars(search: ScalarSearch): readonly number[] | undefined {
    return findScalarOffsets(this.scanned, this.record, search)
  }

  equalsExcept(planned: PlannedEdit, after: YamlNode, shift: number): boolean {
    return this.scanned.equalsExcept(planned, after, shift)
  }

  protected get head(): number {
    return this.scanned.records[this.record] as number
  }

  protected get extra(): number {
    return this.scanned.records[this.record + 3] as number
  }
}

/**
 * A scalar of a scanned document. Its value is decoded when it is first used, and kept. Its tag decides about `isString` and
 * `isNull`; without one, its style and, if plain, its value.
 */
export class LazyScalar extends LazyNode implements Scalar {
  private cached: string | undefined = undefined

  get kind(): 'scalar' {
    return 'scalar'
  }

  get style(): ScalarStyle {
    return STYLES[styleOf(this.head)] as ScalarStyle
  }

  get value(): string {
    this.cached ??= this.read()
    return this.cached
  }

  private read(): string {
    const { head, start, end, extra } = this
    const { buffer } = this.scanned.shared
    return head === SIMPLE_PLAIN
      ? decodeWithCache(buffer, start, end)
      : decodeScalar(buffer, head, start, end, extra)
  }

  get isString(): boolean {
    const type = tagType(this.tag)
    if (type !== 'none') return type === 'string'
    return styleOf(this.head) !== PLAIN || isPlainString(this.value)
  }

  get isNull(): boolean {
    const type = tagType(this.tag)
    if (type !== 'none') return type === 'null'
    return styleOf(this.head) === PLAIN && isPlainNull(this.value)
  }
}
