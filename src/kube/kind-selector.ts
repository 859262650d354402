import type { GroupVersionKind } from './gvk.ts'

/** Which types a rule is about. What is absent stands for any. */
export interface KindSelector {
  /** An API group, the empty string for core; `*.example.com` for every group below one. */
  readonly group?: string
  readonly version?: string
  /** A kind; one `*` at its beginning or end stands for any text. */
  readonly kind?: string
}

/**
 * Whether a type is selected. Kinds are compared without regard to case: a cluster never has two that differ in
 * nothing else, and authors differ on `PGAdmin`.
 */
export function selectsKind(selector: KindSelector, { group, version, kind }: GroupVersionKind): boolean {
  return (
    (selector.group === undefined || coversGroup(selector.group, group)) &&
    (selector.version === undefined || selector.version === version) &&
    (selector.kind === undefined || coversKind(selector.kind, kind))
  )
}

/** Whether a group is the one that is meant, or below it where the pattern begins with `*.`. */
export function coversGroup(pattern: string, group: string): boolean {
  return pattern.startsWith('*.') ? group.endsWith(pattern.slice(1)) : pattern === group
}

/** Whether a kind is the one that is meant, one `*` at the beginning or end standing for any text. */
export function coversKind(pattern: string, kind: string): boolean {
  const wanted = pattern.toLowerCase()
  const given = kind.toLowerCase()
  if (wanted.startsWith('*')) return given.endsWith(wanted.slice(1))
  if (wanted.endsWith('*')) return given.startsWith(wanted.slice(0, -1))
  return given === wanted
}
