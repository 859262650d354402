import { isMerge, keyText, resolveAlias } from '../yaml/lookup.ts'
import type { Entry, Mapping, TextPattern, YamlNode } from '../yaml/nodes.ts'
import type { GroupVersionKind } from './gvk.ts'
import { matchesStep } from './path-pattern.ts'
import { itemsKeyOf, listItemType, objectTypeOf } from './resource.ts'
import type { Cursor, DescribeObject, RuleMatch, Scope, Visit, WalkFilter, WithPath } from './visit.ts'

/** Keys of an object's root below which shapes find nothing: what a controller reports, and what names the object. */
const NO_SHAPES_AT_ROOT: ReadonlySet<string> = new Set(['status', 'metadata'])

/** Keys under which policies and allow-lists hold what they compare workloads with. */
const CRITERIA_KEY = /^match(?:ing)?Criteria$|^(?:allow|deny|block)(?:ed)?(?:list|images|repositories)$/i

/** OCM's policies (open-cluster-management.io/api policy/v1). */
const OCM_POLICIES = 'policy.open-cluster-management.io'

/**
 * Whether a key holds criteria with which other objects are compared: a digest there would change what is allowed or
 * forbidden.
 */
export function isCriteriaKey(key: string): boolean {
  return CRITERIA_KEY.test(key)
}

/**
 * Whether a mapping describes objects that must not exist.
 *
 * @param gvk the type of the object that the mapping is part of
 */
export function isCriteria(mapping: Mapping, gvk: GroupVersionKind): boolean {
  if (gvk.group !== OCM_POLICIES) return false
  return mapping.stringAt('complianceType')?.toLowerCase() === 'mustnothave'
}

/**
 * Walks an object in the order of the text, with aliases and merge keys resolved, and reports every value to which a rule
 * leads, and those that the filter selects. Only rules lead into `status` and `metadata`.
 *
 * An embedded object is of its own type: the rules of that type begin at its root, and if its type is skipped, nothing in
 * it is reported. This is the only place that decides so.
 *
 * @param object the root mapping of a resource
 * @param describe is called for the resource and for every object embedded in it
 * @param report is called for every reported value, and returns whether to walk into the value
 */
export function walkObject<Rule extends WithPath>(
  object: Mapping,
  gvk: GroupVersionKind,
  describe: DescribeObject<Rule>,
  filter: WalkFilter,
  report: (visit: Visit<Rule>) => boolean,
): void {
  const walk: Walk<Rule> = { path: [], filter, describe, report }
  const scope = { object, gvk, depth: 0 }
  const { rules, shapesApply } = describe(scope, walk.path)
  const cursor = { mapping: object, isItem: false, depth: 0 }
  visitMapping(walk, { scope, cursor, progress: begin(rules, scope), shapesApply })
}

/** Whether keywords occur in an object besides its own `apiVersion`. */
export function mayHoldKeywords(object: Mapping, keywords: TextPattern): boolean {
  return object.mayContainBeside(keywords, 'apiVersion')
}

interface Walk<Rule extends WithPath> {
  readonly path: (string | number)[]
  readonly filter: WalkFilter
  readonly describe: DescribeObject<Rule>
  readonly report: (visit: Visit<Rule>) => boolean
}

/** The state of a walk in one mapping. */
interface Frame<Rule extends WithPath> {
  readonly scope: Scope
  readonly cursor: Cursor
  readonly progress: readonly RuleProgress<Rule>[]
  readonly shapesApply: boolean
}

/** How many steps of its path a rule has matched. */
interface RuleProgress<Rule extends WithPath> extends RuleMatch<Rule> {
  readonly matched: number
}

const NO_PROGRESS: readonly never[] = []

function begin<Rule extends WithPath>(rules: readonly Rule[], scope: Scope): readonly RuleProgress<Rule>[] {
  return rules.length === 0 ? NO_PROGRESS : rules.map((rule) => ({ rule, scope, matched: 0 }))
}

function advance<Rule extends WithPath>(
  progress: readonly RuleProgress<Rule>[],
  step: string | number,
  node: YamlNode,
): readonly RuleProgress<Rule>[] {
  if (progress.length === 0) return NO_PROGRESS
  return progress.flatMap(({ rule, scope, matched }) => {
    const wanted = rule.path.steps[matched]
    return wanted !== undefined && matchesStep(wanted, step, node)
      ? [{ rule, scope, matched: matched + 1 }]
      : []
  })
}

function completed<Rule extends WithPath>(
  progress: readonly RuleProgress<Rule>[],
): readonly RuleMatch<Rule>[] {
  if (progress.length === 0) return NO_PROGRESS
  return progress.filter(({ rule, matched }) => matched === rule.path.steps.length)
}

function entersObjects({ rule }: RuleProgress<WithPath>): boolean {
  return rule.entersObjects === true
}

/** Visits a mapping, which may be an embedded object or criteria. */
function enterMapping<Rule extends WithPath>(walk: Walk<Rule>, frame: Frame<Rule>): void {
  const { scope: outer, cursor, progress, shapesApply } = frame
  const isUnused = shapesApply && isCriteria(cursor.mapping, outer.gvk)
  const gvk = shapesApply && !isUnused ? embeddedType(cursor, outer) : undefined
  if (gvk === undefined) {
    const unused = { ...frame, progress: progress.filter(entersObjects), shapesApply: false }
    visitMapping(walk, isUnused ? unused : frame)
    return
  }
  const scope = { object: cursor.mapping, gvk, depth: cursor.depth, outer }
  // The rules of a type are about the items of a list, not about the list.
  const isList = itemsKeyOf(gvk) !== undefined
  const facts = isList ? { rules: [], shapesApply: true } : walk.describe(scope, walk.path)
  const own = [...begin(facts.rules, scope), ...progress.filter(entersObjects)]
  visitMapping(walk, { scope, cursor, progress: own, shapesApply: facts.shapesApply })
}

/** @returns the type of an embedded object; undefined for any other mapping */
function embeddedType(
  { mapping, key, isItem, outer: parent }: Cursor,
  outer: Scope,
): GroupVersionKind | undefined {
  const gvk = mapping.mayContain('apiVersion') ? objectTypeOf(mapping) : undefined
  if (gvk !== undefined) return gvk
  // The items of a list such as `PodList` are written without a type of their own.
  const isListItem = isItem && parent?.mapping === outer.object && key === itemsKeyOf(outer.gvk)
  return isListItem ? listItemType(outer.gvk) : undefined
}

function visitMapping<Rule extends WithPath>(walk: Walk<Rule>, frame: Frame<Rule>): void {
  const { cursor, progress, shapesApply } = frame
  const { mapping } = cursor
  if (!shapesApply && progress.length === 0) return
  const merged: YamlNode[] = []
  // Nearly no object has rules, and without these an entry without a keyword is of no interest: no node is made for it.
  const { keywords } = walk.filter
  const isSelective = progress.length === 0 && keywords !== undefined
  for (const entry of isSelective ? mapping.entriesContaining(keywords) : mapping.entries) {
    const key = keyText(entry)
    if (isMerge(entry)) merged.push(entry.value)
    else if (key !== undefined) visitEntry(walk, frame, mapping, key, entry)
  }
  if (merged.length > 0) visitMerged(walk, frame, merged)
}

/** Visits the entries that a mapping has through `<<`, unless they are overridden, in the mappings that own them. */
function visitMerged<Rule extends WithPath>(
  walk: Walk<Rule>,
  frame: Frame<Rule>,
  merged: readonly YamlNode[],
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
      else if (key !== undefined && frame.cursor.mapping.find(key)?.owner === node) {
        visitEntry(walk, frame, node, key, entry)
      }
    }
  }
  merged.forEach(visit)
}

function visitEntry<Rule extends WithPath>(
  walk: Walk<Rule>,
  { scope, cursor, progress, shapesApply }: Frame<Rule>,
  owner: Mapping,
  key: string,
  entry: Entry,
): void {
  const advanced = advance(progress, key, entry.value)
  // Nearly every entry of nearly every object ends here.
  const { keywords, isReported } = walk.filter
  if (advanced.length === 0 && !isReported(key, cursor, false)) {
    if (entry.value.kind === 'scalar' || !mayHold(entry.value, keywords)) return
  }
  const isOutOfShapes = (NO_SHAPES_AT_ROOT.has(key) && cursor.mapping === scope.object) || isCriteriaKey(key)
  const shapesApplyHere = shapesApply && !isOutOfShapes
  if (!shapesApplyHere && advanced.length === 0) return
  walk.path.push(key)
  const context = { scope, cursor, owner, key, entry, isItem: false }
  visitValue(walk, context, entry.value, advanced, shapesApplyHere)
  walk.path.pop()
}

type EntryContext = Pick<Visit<WithPath>, 'scope' | 'cursor' | 'owner' | 'key' | 'entry' | 'isItem'>

function visitValue<Rule extends WithPath>(
  walk: Walk<Rule>,
  context: EntryContext,
  node: YamlNode,
  progress: readonly RuleProgress<Rule>[],
  shapesApply: boolean,
): void {
  const value = resolveAlias(node)
  const { path, filter } = walk
  const { scope, cursor: outer, key, isItem, entry } = context
  const rules = completed(progress)
  if (rules.length > 0 || filter.isReported(key, outer, isItem)) {
    if (!walk.report({ ...context, node, value, path, rules, shapesApply })) return
  }
  if (value.kind === 'scalar') return
  if (value.kind === 'mapping') {
    const cursor = { mapping: value, key, isItem, depth: path.length, outer, keyStart: entry.key.start }
    enterMapping(walk, { scope, cursor, progress, shapesApply })
    return
  }
  // A sequence in a sequence keeps its key: Argo's `steps` is a list of lists.
  const { keywords } = filter
  const isSelective = progress.length === 0 && keywords !== undefined
  for (const [index, item] of isSelective ? value.itemsContaining(keywords) : value.items.entries()) {
    const advanced = advance(progress, index, item)
    if (advanced.length === 0 && (!shapesApply || !mayHold(item, keywords))) continue
    path.push(index)
    visitValue(walk, { ...context, isItem: true }, item, advanced, shapesApply)
    path.pop()
  }
}

function mayHold(node: YamlNode, keywords: TextPattern | undefined): boolean {
  return keywords === undefined || node.mayContain(keywords)
}
