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
  /** The anchor's name, without `&`. */
  readonly anchor: string | undefined
  /** The tag as it is spelled in the source. */
  readonly tag: string | undefined
}

/**
 * A node that reads its properties from the records of a scanned document when they are used. It has few fields of its
 * own, because there are many nodes.
 */
export abstract class LazyNode {
  /** @internal */
  readonly scanned: ScannedDocument
  /** @internal */
  readonly record: number
  private readonly properties: NodeProperties | undefined

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

/** A scalar of a scanned document, whose value is decoded when it is first used. */
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
    const { buffer, textCache } = this.scanned.shared
    return head === SIMPLE_PLAIN
      ? decodeWithCache(textCache, buffer, start, end)
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
