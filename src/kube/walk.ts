import {
  entriesHolding,
  follow,
  isMerge,
  itemsHolding,
  keyText,
  lookup,
  mayHoldKey,
  stringAt,
} from '../yaml/lookup.ts'
import type { Alias, Entry, Mapping, Scalar, Sequence, YamlNode } from '../yaml/nodes.ts'
import { matchesStep, type PathPattern } from './path-pattern.ts'

/** A mapping that the walk is in. */
export interface At {
  readonly mapping: Mapping
  /** Its own key, or that of the sequence that it is an item of; absent at the root. */
  readonly key?: string
  /** Whether it is an item of a sequence. */
  readonly isItem: boolean
  /** How many keys and indexes lead to it from the root of the walk. */
  readonly depth: number
  /** The mapping that has `key`; absent at the root. */
  readonly outer?: At
  /** First byte of the key, in `outer`, that leads here. */
  readonly via?: number
}

/** A value that the walk comes to: that of an entry, or an item of a sequence. */
export interface Visit<Rule extends HasPath> {
  /** The mapping that has `key`. */
  readonly at: At
  /** The mapping in which the entry is written: `at.mapping`, or one that is merged into it. */
  readonly holder: Mapping
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
  /** The rules whose path ends here. */
  readonly rules: readonly Rule[]
  /** Whether shapes count here: not in what an object says of itself, into which only rules lead. */
  readonly shapes: boolean
}

export interface HasPath {
  readonly path: PathPattern
}

/** How deep a document is walked. No schema comes near it; a stack that overflowed would end the run. */
const MAX_DEPTH = 500

/** Keys of an object's root that hold no image to pin: what a controller reports, and what names the object. */
const LEFT_AT_ROOT: ReadonlySet<string> = new Set(['status', 'metadata'])

/** What a walk tells of beside the values to which rules lead. */
export type Told =
  /** Every value under a key `image`, on which every shape turns. */
  | 'images'
  /** Environment variables and arguments, in which programs are told of images, and the former. */
  | 'programs'
  | 'nothing'

/**
 * Walks an object in the order of the text, aliases and merge keys followed, and tells of every value to which a rule
 * leads, and of what else is asked for. `status` and `metadata` are entered only by a rule.
 *
 * @param object the root mapping of a resource
 * @param rules whose paths are to be followed
 * @param tell says whether to go into the value
 */
export function walkObject<Rule extends HasPath>(
  object: Mapping,
  rules: readonly Rule[],
  told: Told,
  tell: (visit: Visit<Rule>) => boolean,
): void {
  const walk: Walk<Rule> = { path: [], programs: told === 'programs', tell }
  const states = rules.map((rule) => ({ rule, next: 0 }))
  visitMapping(walk, { mapping: object, isItem: false, depth: 0 }, states, told !== 'nothing')
}

interface Walk<Rule extends HasPath> {
  readonly path: (string | number)[]
  readonly programs: boolean
  readonly tell: (visit: Visit<Rule>) => boolean
}

/** How far along its path a rule has come. */
interface State<Rule extends HasPath> {
  readonly rule: Rule
  readonly next: number
}

function visitMapping<Rule extends HasPath>(
  walk: Walk<Rule>,
  at: At,
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  if (at.depth > MAX_DEPTH || (!shapes && states.length === 0)) return
  const merged: YamlNode[] = []
  // Nearly no object has rules, and no entry without the word is of interest to shapes: nothing is made of those.
  const onlyShapes = states.length === 0 && !walk.programs
  for (const entry of onlyShapes ? entriesHolding(at.mapping, SHAPE_KEY) : at.mapping.entries) {
    const key = keyText(entry)
    if (isMerge(entry)) merged.push(entry.value)
    else if (key !== undefined) visitEntry(walk, at, at.mapping, key, entry, states, shapes)
  }
  if (merged.length > 0) visitMerged(walk, at, merged, states, shapes)
}

/** The entries that a mapping has through `<<`: those that are not overridden, each where it is really written. */
function visitMerged<Rule extends HasPath>(
  walk: Walk<Rule>,
  at: At,
  merged: readonly YamlNode[],
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  const seen = new Set<YamlNode>()
  const visit = (source: YamlNode): void => {
    const node = follow(source)
    if (node.kind === 'sequence') node.items.forEach(visit)
    if (node.kind !== 'mapping' || seen.has(node)) return
    seen.add(node)
    for (const entry of node.entries) {
      const key = keyText(entry)
      if (isMerge(entry)) visit(entry.value)
      else if (key !== undefined && lookup(at.mapping, key)?.holder === node) {
        visitEntry(walk, at, node, key, entry, states, shapes)
      }
    }
  }
  merged.forEach(visit)
}

function visitEntry<Rule extends HasPath>(
  walk: Walk<Rule>,
  at: At,
  holder: Mapping,
  key: string,
  entry: Entry,
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  const advanced = advance(states, key)
  // Nearly every entry of nearly every object ends here.
  if (advanced.length === 0 && !isTold(walk, key, at, false)) {
    if (entry.value.kind === 'scalar' || !isWorthEntering(walk, key, entry.value)) return
  }
  const inShapes = shapes && !(LEFT_AT_ROOT.has(key) && isObjectRoot(at))
  if (!inShapes && advanced.length === 0) return
  walk.path.push(key)
  const where = { at, holder, key, entry, isItem: false }
  visitValue(walk, where, entry.value, advanced, inShapes)
  walk.path.pop()
}

type Where = Pick<Visit<HasPath>, 'at' | 'holder' | 'key' | 'entry' | 'isItem'>

function visitValue<Rule extends HasPath>(
  walk: Walk<Rule>,
  where: Where,
  node: YamlNode,
  states: readonly State<Rule>[],
  shapes: boolean,
): void {
  const value = follow(node)
  const { path } = walk
  const rules = ended(states)
  if (rules.length > 0 || isTold(walk, where.key, where.at, where.isItem)) {
    if (!walk.tell({ ...where, node, value, path, rules, shapes })) return
  }
  if (value.kind === 'scalar' || path.length > MAX_DEPTH) return
  if (value.kind === 'mapping') {
    const { at: outer, key, isItem, entry } = where
    visitMapping(
      walk,
      { mapping: value, key, isItem, depth: path.length, outer, via: entry.key.start },
      states,
      shapes,
    )
    return
  }
  // A sequence in a sequence keeps its key: Argo's `steps` is a list of lists.
  const onlyShapes = states.length === 0 && !walk.programs
  for (const [index, item] of onlyShapes ? itemsHolding(value, SHAPE_KEY) : value.items.entries()) {
    const advanced = advance(states, index)
    if (advanced.length === 0 && (!shapes || !isWorthEntering(walk, where.key, item))) continue
    path.push(index)
    visitValue(walk, { ...where, isItem: true }, item, advanced, shapes)
    path.pop()
  }
}

/** The key that every shape turns on. */
const SHAPE_KEY = 'image'

/** Keys of a container under which programs are told of images. */
const PROGRAM_KEYS: ReadonlySet<string> = new Set(['args', 'command', 'env'])

/** Whether a shape may be found in an object. */
export function mayHoldImage(object: Mapping): boolean {
  return mayHoldKey(object, SHAPE_KEY)
}

/** Whether there may be something to tell of in a collection. */
function isWorthEntering({ programs }: { readonly programs: boolean }, key: string, node: YamlNode): boolean {
  if (mayHoldKey(node, SHAPE_KEY)) return true
  return programs && (PROGRAM_KEYS.has(key) || [...PROGRAM_KEYS].some((one) => mayHoldKey(node, one)))
}

/** Whether a value is told of without a rule. */
function isTold({ programs }: { readonly programs: boolean }, key: string, at: At, isItem: boolean): boolean {
  if (isItem) return programs && PROGRAM_KEYS.has(key)
  return key === SHAPE_KEY || (programs && key === 'value' && at.key === 'env')
}

/** Whether this is a resource, or one that another embeds (Katib's `trialSpec`, a trigger's `resource`). */
function isObjectRoot(at: At): boolean {
  return (
    at.depth === 0 ||
    (stringAt(at.mapping, 'apiVersion') !== undefined && stringAt(at.mapping, 'kind') !== undefined)
  )
}

const NO_STATES: readonly never[] = []

function advance<Rule extends HasPath>(
  states: readonly State<Rule>[],
  step: string | number,
): readonly State<Rule>[] {
  if (states.length === 0) return NO_STATES
  return states.flatMap(({ rule, next }) => {
    const wanted = rule.path.steps[next]
    return wanted !== undefined && matchesStep(wanted, step) ? [{ rule, next: next + 1 }] : []
  })
}

function ended<Rule extends HasPath>(states: readonly State<Rule>[]): readonly Rule[] {
  if (states.length === 0) return NO_STATES
  return states.filter(({ rule, next }) => next === rule.path.steps.length).map(({ rule }) => rule)
}

/** A scalar as it stands: itself, or the alias in its place. */
export function writtenNode(node: YamlNode, scalar: Scalar): Scalar | Alias {
  return node.kind === 'alias' ? node : scalar
}
