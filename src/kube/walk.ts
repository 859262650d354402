import { isMerge, keyText, resolveAlias } from '../yaml/lookup.ts'
import type { Alias, Entry, Mapping, Scalar, Sequence, TextPattern, YamlNode } from '../yaml/nodes.ts'
import { isCriteria, isCriteriaKey } from './criteria.ts'
import type { GroupVersionKind } from './gvk.ts'
import { matchesStep, type PathPattern } from './path-pattern.ts'
import { itemsKeyOf, listItemType, objectTypeOf } from './resource.ts'

/** A mapping that the walk is in. */
export interface Cursor {
  readonly mapping: Mapping
  /** Its own key, or that of the sequence that it is an item of; absent at the root. */
  readonly key?: string
  /** Whether it is an item of a sequence. */
  readonly isItem: boolean
  /** How many keys and indexes lead to it from the root of the walk. */
  readonly depth: number
  /** The mapping that has `key`; absent at the root. */
  readonly outer?: Cursor
  /** First byte of the key, in `outer`, that leads here. */
  readonly keyStart?: number
}

/** What a type of object says of where its images are. */
export interface TypeFacts<Rule extends WithPath> {
  readonly rules: readonly Rule[]
  /** Whether its objects are looked through, and not skipped. */
  readonly shapesApply: boolean
}

/** An object that the walk is in: the one that it began with, or one that another embeds. */
export interface Scope {
  readonly object: Mapping
  readonly gvk: GroupVersionKind
  /** How many keys and indexes lead to it from the root of the walk. */
  readonly depth: number
  /** The object that embeds it; absent at the root. */
  readonly outer?: Scope
}

/**
 * Says what is known of an object's type.
 *
 * @param path from the root of the walk to the object; it changes as the walk goes on
 */
export type DescribeObject<Rule extends WithPath> = (
  scope: Scope,
  path: readonly (string | number)[],
) => TypeFacts<Rule>

/** A rule whose path ends at a value. */
export interface RuleMatch<Rule extends WithPath> {
  readonly rule: Rule
  /** The object at whose root the path of the rule begins. */
  readonly scope: Scope
}

/** A value that the walk comes to: that of an entry, or an item of a sequence. */
export interface Visit<Rule extends WithPath> {
  /** The innermost object around the value. */
  readonly scope: Scope
  /** The mapping that has `key`. */
  readonly cursor: Cursor
  /** The mapping in which the entry is written: `at.mapping`, or one that is merged into it. */
  readonly owner: Mapping
  /** The key of the value, or of the sequence that it is an item of. */
  readonly key: string
  readonly entry: Entry
  /** Whether the value is an item of a sequence, below the entry. */
  readonly isItem: boolean
  /** The value as it stands. */
  readonly node: YamlNode
  /** The value, an alias followed. */
  readonly value: Scalar | Mapping | Sequence
  /** From the root of the walk to the value. It changes as the walk goes on: copy it to keep it. */
  readonly path: readonly (string | number)[]
  /** The rules whose path ends here: those of the innermost object first. */
  readonly rules: readonly RuleMatch<Rule>[]
  /** Whether shapes count here: not in what an object says of itself, into which only rules lead. */
  readonly shapesApply: boolean
}

export interface WithPath {
  readonly path: PathPattern
  /** Whether the path leads through the objects that its own embeds. */
  readonly entersObjects?: boolean
}

/** Keys of an object's root that hold no image to pin: what a controller reports, and what names the object. */
const LEFT_AT_ROOT: ReadonlySet<string> = new Set(['status', 'metadata'])

/** What a walk tells of beside the values to which rules lead. */
export interface WalkFilter {
  /** Texts without which there is nothing to tell of, and no embedded object; absent where everything is looked at. */
  readonly keywords?: TextPattern
  /**
   * Whether a value is told of without a rule.
   * @param key of the value, or of the sequence that it is an item of
   * @param at the mapping that has the key
   */
  readonly isReported: (key: string, at: Cursor, isItem: boolean) => boolean
}

/**
 * Walks an object in the order of the text, aliases and merge keys followed, and tells of every value to which a rule
 * leads, and of what else is of interest. `status` and `metadata` are entered only by a rule.
 *
 * An object that another embeds is of its own type: the rules of that type begin at its root, and where its type is
 * skipped, nothing in it is told of. This is the one place where that is decided.
 *
 * @param object the root mapping of a resource
 * @param describe says, of the resource and of every object in it, what is known of its type
 * @param tell says whether to go into the value
 */
export function walkObject<Rule extends WithPath>(
  object: Mapping,
  gvk: GroupVersionKind,
  describe: DescribeObject<Rule>,
  interest: WalkFilter,
  tell: (visit: Visit<Rule>) => boolean,
): void {
  const walk: Walk<Rule> = { path: [], interest, describe, tell }
  const scope = { object, gvk, depth: 0 }
  const { rules, shapesApply } = describe(scope, walk.path)
  visitMapping(walk, scope, { mapping: object, isItem: false, depth: 0 }, startOf(rules, scope), shapesApply)
}

/** Whether there may be anything of interest in an object beside its own type. */
export function mayHoldKeywords(object: Mapping, signs: TextPattern): boolean {
  return object.mayContainBeside(signs, 'apiVersion')
}

interface Walk<Rule extends WithPath> {
  readonly path: (string | number)[]
  readonly interest: WalkFilter
  readonly describe: DescribeObject<Rule>
  readonly tell: (visit: Visit<Rule>) => boolean
}

/** How far along its path a rule has come. */
interface State<Rule extends WithPath> extends RuleMatch<Rule> {
  readonly next: number
}

function startOf<Rule extends WithPath>(rules: readonly Rule[], scope: Scope): readonly State<Rule>[] {
  return rules.length === 0 ? NO_STATES : rules.map((rule) => ({ rule, scope, next: 0 }))
}

/** Goes into a mapping, which may be an object of its own, or say that nothing in it runs. */
function enterMapping<Rule extends WithPath>(
  walk: Walk<Rule>,
  outer: Scope,
  at: Cursor,
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  if (!shapes || isCriteria(at.mapping, outer.gvk)) {
    visitMapping(walk, outer, at, shapes ? states.filter(entersObjects) : states, false)
    return
  }
  const gvk = embeddedType(at, outer)
  if (gvk === undefined) {
    visitMapping(walk, outer, at, states, true)
    return
  }
  const scope = { object: at.mapping, gvk, depth: at.depth, outer }
  // Of a list, only the items are objects of a type.
  const isList = itemsKeyOf(gvk) !== undefined
  const facts = isList ? { rules: [], shapesApply: true } : walk.describe(scope, walk.path)
  const own = [...startOf(facts.rules, scope), ...states.filter(entersObjects)]
  visitMapping(walk, scope, at, own, facts.shapesApply)
}

function entersObjects({ rule }: State<WithPath>): boolean {
  return rule.entersObjects === true
}

/** The type of an object that another embeds; `undefined` for a mapping that is none. */
function embeddedType(
  { mapping, key, isItem, outer: holder }: Cursor,
  outer: Scope,
): GroupVersionKind | undefined {
  const gvk = mapping.mayContain('apiVersion') ? objectTypeOf(mapping) : undefined
  if (gvk !== undefined) return gvk
  // The items of a list such as `PodList` are written without a type of their own.
  const isOfList = isItem && holder?.mapping === outer.object && key === itemsKeyOf(outer.gvk)
  return isOfList ? listItemType(outer.gvk) : undefined
}

function visitMapping<Rule extends WithPath>(
  walk: Walk<Rule>,
  scope: Scope,
  at: Cursor,
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  if (!shapes && states.length === 0) return
  const merged: YamlNode[] = []
  // Nearly no object has rules, and no entry without a sign is of interest to shapes: nothing is made of those.
  const { keywords } = walk.interest
  const isSelective = states.length === 0 && keywords !== undefined
  for (const entry of isSelective ? at.mapping.entriesContaining(keywords) : at.mapping.entries) {
    const key = keyText(entry)
    if (isMerge(entry)) merged.push(entry.value)
    else if (key !== undefined) visitEntry(walk, scope, at, at.mapping, key, entry, states, shapes)
  }
  if (merged.length > 0) visitMerged(walk, scope, at, merged, states, shapes)
}

/** The entries that a mapping has through `<<`: those that are not overridden, each where it is really written. */
function visitMerged<Rule extends WithPath>(
  walk: Walk<Rule>,
  scope: Scope,
  at: Cursor,
  merged: readonly YamlNode[],
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  const seen = new Set<YamlNode>()
  const visit = (source: YamlNode): void => {
    const node = resolveAlias(source)
    if (node.kind === 'sequence') node.items.forEach(visit)
    if (node.kind !== 'mapping' || seen.has(node)) return
    seen.add(node)
    for (const entry of node.entries) {
      const key = keyText(entry)
      if (isMerge(entry)) visit(entry.value)
      else if (key !== undefined && at.mapping.find(key)?.owner === node) {
        visitEntry(walk, scope, at, node, key, entry, states, shapes)
      }
    }
  }
  merged.forEach(visit)
}

function visitEntry<Rule extends WithPath>(
  walk: Walk<Rule>,
  scope: Scope,
  at: Cursor,
  holder: Mapping,
  key: string,
  entry: Entry,
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  const advanced = advance(states, key, entry.value)
  // Nearly every entry of nearly every object ends here.
  const { keywords, isReported } = walk.interest
  if (advanced.length === 0 && !isReported(key, at, false)) {
    if (entry.value.kind === 'scalar' || !mayHold(entry.value, keywords)) return
  }
  const isLeft = (LEFT_AT_ROOT.has(key) && at.mapping === scope.object) || isCriteriaKey(key)
  const inShapes = shapes && !isLeft
  if (!inShapes && advanced.length === 0) return
  walk.path.push(key)
  const where = { scope, cursor: at, owner: holder, key, entry, isItem: false }
  visitValue(walk, where, entry.value, advanced, inShapes)
  walk.path.pop()
}

type Where = Pick<Visit<WithPath>, 'scope' | 'cursor' | 'owner' | 'key' | 'entry' | 'isItem'>

function visitValue<Rule extends WithPath>(
  walk: Walk<Rule>,
  where: Where,
  node: YamlNode,
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  const value = resolveAlias(node)
  const { path, interest } = walk
  const rules = ended(states)
  if (rules.length > 0 || interest.isReported(where.key, where.cursor, where.isItem)) {
    if (!walk.tell({ ...where, node, value, path, rules, shapesApply: shapes })) return
  }
  if (value.kind === 'scalar') return
  if (value.kind === 'mapping') {
    const { scope, cursor: outer, key, isItem, entry } = where
    const at = { mapping: value, key, isItem, depth: path.length, outer, keyStart: entry.key.start }
    enterMapping(walk, scope, at, states, shapes)
    return
  }
  // A sequence in a sequence keeps its key: Argo's `steps` is a list of lists.
  const { keywords } = interest
  const isSelective = states.length === 0 && keywords !== undefined
  for (const [index, item] of isSelective ? value.itemsContaining(keywords) : value.items.entries()) {
    const advanced = advance(states, index, item)
    if (advanced.length === 0 && (!shapes || !mayHold(item, keywords))) continue
    path.push(index)
    visitValue(walk, { ...where, isItem: true }, item, advanced, shapes)
    path.pop()
  }
}

function mayHold(node: YamlNode, signs: TextPattern | undefined): boolean {
  return signs === undefined || node.mayContain(signs)
}

const NO_STATES: readonly never[] = []

function advance<Rule extends WithPath>(
  states: readonly State<Rule>[],
  step: string | number,
  node: YamlNode,
): readonly State<Rule>[] {
  if (states.length === 0) return NO_STATES
  return states.flatMap(({ rule, scope, next }) => {
    const wanted = rule.path.steps[next]
    return wanted !== undefined && matchesStep(wanted, step, node) ? [{ rule, scope, next: next + 1 }] : []
  })
}

function ended<Rule extends WithPath>(states: readonly State<Rule>[]): readonly RuleMatch<Rule>[] {
  if (states.length === 0) return NO_STATES
  return states.filter(({ rule, next }) => next === rule.path.steps.length)
}

/** A scalar as it stands: itself, or the alias in its place. */
export function sourceNode(node: YamlNode, scalar: Scalar): Scalar | Alias {
  return node.kind === 'alias' ? node : scalar
}
