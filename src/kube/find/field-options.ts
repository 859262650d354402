import { type GroupVersionKind, type KindSelector, matchesKind, type ObjectName } from '../gvk.ts'
import type { PathPattern } from '../path-pattern.ts'
import type { PolicyKey, SplitKeys } from '../tables/table-row.ts'

/** What a user adds to, or takes from, the fields that are found (rule R6). Plain data: the config carries it. */
export interface FieldOptions {
  /** The types whose optional fields are found too, split forms among them. */
  readonly optional?: readonly KindSelector[]
  readonly rules?: readonly UserFieldRule[]
  readonly exclude?: readonly FieldExclusion[]
  /** What becomes of strings elsewhere that equal a pinned image (rule R7); `report` where absent. */
  readonly copies?: 'report' | 'pin'
  /** Whether items of a ResourceList that kustomize and kpt leave out count like others, as for a proof. */
  readonly includesLocalConfig?: boolean
}

/** Finds a reference in a longer text. */
export interface ValueExpression {
  /** As the user wrote it. */
  readonly text: string
  /** Where the reference lies; undefined where the text holds none. */
  find(value: string): readonly [start: number, end: number] | undefined
}

/** A field that the user names. */
export interface UserFieldRule {
  readonly selector: KindSelector
  /** Absent: every object of the type. */
  readonly object?: ObjectName
  readonly path: PathPattern
  /**
   * Where the pull policy stands: a key beside the image (`pullPolicy`), or a path from the object's root
   * (`spec.imagePullPolicy`) to a mapping that the image's own path goes through. Absent: none is written.
   */
  readonly policyPath?: string
  /** The part of the text that is the reference: its first group. Text that does not match is left. */
  readonly value?: ValueExpression
  /** The path leads to a mapping that spells a reference in these keys. */
  readonly parts?: SplitKeys
  /** The text is a document of its own, in which fields are found. */
  readonly embedded?: EmbeddedRule
}

/** What is looked for in a document that stands in a string. */
export interface EmbeddedRule {
  readonly format: 'json' | 'yaml'
  /** The path to the image in that document; absent where it holds Kubernetes objects. */
  readonly path?: PathPattern
  /** Why the text is left, with a warning where it speaks of images: a row of the tables says so. */
  readonly uneditableReason?: string
  /** The pull policy beside the image in that document; absent where none is written. */
  readonly policy?: PolicyKey
}

/** Fields that are left alone. */
export interface FieldExclusion {
  readonly selector: KindSelector
  /** Absent: every field of the type. */
  readonly path?: PathPattern
}

/** Whether any of the selectors selects the type. */
export function matchesAnyKind(
  selectors: readonly KindSelector[] | undefined,
  gvk: GroupVersionKind,
): boolean {
  return selectors?.some((selector) => matchesKind(selector, gvk)) ?? false
}
