import type { ContainerType } from '../kube/image-field.ts'
import { compileGlob, parseImagePattern } from '../reference/pattern.ts'
import type { Reference } from '../reference/reference.ts'
import type { TagKind } from '../reference/tag-kind.ts'
import { type LabelSelector, parseLabelSelector } from './label-selector.ts'

/** One value, or a list of alternatives. */
export type OneOrMany<T> = T | readonly T[]

/**
 * The conditions of a rule, `include` or `exclude`: an image field matches if it meets all of them. No condition matches all
 * fields.
 */
export interface MatchSpec {
  /** The kind of reference, by its tag. */
  readonly reference?: OneOrMany<TagKind>
  /** Patterns of image names, as `reference/pattern.ts` reads them. */
  readonly image?: OneOrMany<string>
  /** The API group; the core group is the empty string. */
  readonly group?: OneOrMany<string>
  readonly version?: OneOrMany<string>
  readonly kind?: OneOrMany<string>
  readonly namespace?: OneOrMany<string>
  readonly name?: OneOrMany<string>
  /** Selects by the labels of the object itself, not of its pod template. */
  readonly labelSelector?: LabelSelector
  /** The container's or volume's name. */
  readonly container?: OneOrMany<string>
  readonly containerType?: OneOrMany<ContainerType>
}

/** The properties of an image field that the conditions of a `MatchSpec` are compared with. */
export interface MatchInput {
  /** With its original name if a rewrite of the profile produced it; absent if the value is not an image reference. */
  readonly reference?: Reference | undefined
  /** Absent if the value is not an image reference. */
  readonly tagKind?: TagKind | undefined
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Empty if the object has none. */
  readonly namespace: string
  readonly name: string
  /** Few profiles match labels, so they are not read before. */
  readonly labels: () => Readonly<Record<string, string>>
  readonly container?: string | undefined
  readonly containerType: ContainerType
}

/** A compiled `MatchSpec`. */
export interface Matcher {
  readonly spec: MatchSpec
  /** Whether an image field meets all conditions. */
  matches(input: MatchInput): boolean
}

/** The conditions that are globs over one property of a `MatchInput`. */
const GLOB_CONDITIONS = ['group', 'version', 'kind', 'namespace', 'name', 'container'] as const

/** Compiles a `MatchSpec`, which must be valid. */
export function parseMatcher(spec: MatchSpec): Matcher {
  const conditions: ((input: MatchInput) => boolean)[] = []
  if (spec.reference !== undefined) {
    const kinds: readonly TagKind[] = listOf(spec.reference)
    conditions.push(({ tagKind }) => tagKind !== undefined && kinds.includes(tagKind))
  }
  if (spec.image !== undefined) {
    const patterns = listOf(spec.image).map(parseImagePattern)
    conditions.push(
      ({ reference }) => reference !== undefined && patterns.some((pattern) => pattern.matches(reference)),
    )
  }
  for (const key of GLOB_CONDITIONS) {
    const globs = spec[key]
    if (globs === undefined) continue
    const expressions = listOf(globs).map((glob) => compileGlob(glob))
    conditions.push((input) => {
      const value = input[key]
      return value !== undefined && expressions.some((expression) => expression.matches(value))
    })
  }
  if (spec.labelSelector !== undefined) {
    const selects = parseLabelSelector(spec.labelSelector)
    conditions.push((input) => selects(input.labels()))
  }
  if (spec.containerType !== undefined) {
    const types: readonly ContainerType[] = listOf(spec.containerType)
    conditions.push(({ containerType }) => types.includes(containerType))
  }
  return { spec, matches: (input) => conditions.every((holds) => holds(input)) }
}

/** Returns a list unchanged, and a single value as a list. */
export function listOf<T extends string>(value: OneOrMany<T>): readonly T[] {
  return typeof value === 'string' ? [value] : value
}
