import { type GroupVersionKind, type KindSelector, matchesKind, type ObjectName } from '../gvk.ts'
import type { PathPattern } from '../path-pattern.ts'
import type { PolicyKey, SplitKeys } from '../tables/table-row.ts'

/** The options of the search for image fields: which fields the user adds (rule R6) and excludes. */
export interface FieldOptions {
  /** The types whose optional fields are found too. */
  readonly optional?: readonly KindSelector[]
  readonly rules?: readonly UserFieldRule[]
  readonly exclude?: readonly FieldExclusion[]
  /** Whether strings elsewhere that equal a pinned image (rule R7) are pinned or reported; `report` if absent. */
  readonly copies?: 'report' | 'pin' | undefined
  /** Whether items of a ResourceList that kustomize and kpt leave out are searched too; `--require-pinned` sets it. */
  readonly includesLocalConfig?: boolean
}

/** Finds a reference in a longer text. */
export interface ValueExpression {
  /** The expression that the user wrote. */
  readonly text: string
  /** @returns the range of the reference; undefined if the text contains none */
  find(value: string): readonly [start: number, end: number] | undefined
}

/** A field that the user adds. */
export interface UserFieldRule {
  readonly selector: KindSelector
  /** Absent for every object of the type. */
  readonly object?: ObjectName | undefined
  readonly path: PathPattern
  /**
   * The location of the pull policy: a key beside the image (`pullPolicy`), or a path from the object's root
   * (`spec.imagePullPolicy`) that ends in a mapping on the image's own path. If absent, no pull policy is set.
   */
  readonly policyPath?: string | undefined
  /** Finds the reference in the text. Text that does not match is left unchanged. */
  readonly value?: ValueExpression | undefined
  /** Present if the path leads to a mapping with the parts of a reference in these keys. */
  readonly parts?: SplitKeys | undefined
  /** Present if the text is a document of its own, in which fields are found. */
  readonly embedded?: EmbeddedRule | undefined
}

/** How fields are found in a document that is the text of a string. */
export interface EmbeddedRule {
  readonly format: 'json' | 'yaml'
  /** The path to the image in that document; absent if it holds Kubernetes objects. */
  readonly path?: PathPattern
  /** Present if the text cannot be edited, by a row of the tables: if it names images, there is a warning with this reason. */
  readonly uneditableReason?: string
  /** The pull policy beside the image in that document. */
  readonly policy?: PolicyKey | undefined
}

/** Fields that the user excludes. */
export interface FieldExclusion {
  readonly selector: KindSelector
  /** Absent for every field of the type. */
  readonly path?: PathPattern
}

/** Whether any of the selectors matches the type. */
export function matchesAnyKind(
  selectors: readonly KindSelector[] | undefined,
  gvk: GroupVersionKind,
): boolean {
  return selectors?.some((selector) => matchesKind(selector, gvk)) ?? false
}
