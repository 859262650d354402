import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlNode } from '../../yaml/nodes.ts'
import type { Cursor, Scope } from '../visit.ts'
import { type ParameterUse, parameterIn, usePattern } from './parameter-use.ts'

/** A value of a parameter: its default, or an argument that is passed for it. */
export interface ParameterSource {
  /** From the root of the walk. */
  readonly path: FieldPath
  readonly node: YamlNode
  readonly scalar: Scalar
}

/** Where the values of a parameter come from, as far as its object shows it. */
export interface ParameterTrail {
  readonly sources: readonly ParameterSource[]
  /** Whether the sources are all values that the parameter can have, as far as the object shows it. */
  readonly isComplete: boolean
  /** Where the parameters of the trail may be used, and a pattern of such uses. */
  readonly uses: readonly { readonly within: Mapping; readonly pattern: RegExp }[]
  /** Texts that only pass a parameter on to the next. */
  readonly passed: readonly Scalar[]
}

/** A mapping around a use, with its path from the root of the walk. */
interface Level {
  readonly mapping: Mapping
  readonly path: FieldPath
}

/**
 * Follows a parameter to its values in the same object: its default, and the arguments that are passed for it, which may be
 * parameters themselves.
 *
 * @param cursor the mapping that holds the use
 * @param path of that mapping, from the root of the walk
 */
export function followParameter(
  use: ParameterUse,
  cursor: Cursor,
  path: FieldPath,
  scope: Scope,
): ParameterTrail {
  const { group } = scope.gvk
  const levels = levelsAround(cursor, path)
  if (use.kind === 'trigger') return merge(triggerTrail(use, levels, scope))
  const isTekton = group === 'tekton.dev' || group.endsWith('.tekton.dev')
  const own = levels.filter((level) => level.path.length >= scope.depth)
  if (use.kind === 'tekton') return isTekton ? tektonTrail(use.name, own, 0) : NOWHERE
  return group === 'argoproj.io' ? argoTrail(use, own, 0) : NOWHERE
}

const NOWHERE: ParameterTrail = { sources: [], isComplete: false, uses: [], passed: [] }

/** The longest chain of parameters that is followed: a circle would have no end. */
const MAX_HOPS = 8

/** The mappings around a use, the innermost first. */
function levelsAround(cursor: Cursor, path: FieldPath): readonly Level[] {
  const levels: Level[] = []
  for (let one: Cursor | undefined = cursor; one !== undefined; one = one.outer) {
    levels.push({ mapping: one.mapping, path: path.slice(0, one.depth) })
  }
  return levels
}

function merge(...trails: readonly ParameterTrail[]): ParameterTrail {
  return {
    sources: trails.flatMap(({ sources }) => sources),
    isComplete: trails.length > 0 && trails.every(({ isComplete }) => isComplete),
    uses: trails.flatMap(({ uses }) => uses),
    passed: trails.flatMap(({ passed }) => passed),
  }
}

/**
 * Tekton declares a parameter with its default in a list `params`, and passes its value in another one further out: in a
 * pipeline's task or a run. All values count, because which of them is used is not known before the run.
 */
function tektonTrail(name: string, levels: readonly Level[], hops: number): ParameterTrail {
  const use = { kind: 'tekton', name } as const
  const trails = levels.flatMap(({ mapping, path }, index): ParameterTrail[] => {
    const found = [
      ...entriesNamed(mapping, ['params'], name, ['default', 'value']),
      ...entriesNamed(mapping, ['inputs', 'params'], name, ['default']),
    ]
    return found.map((one) => {
      const outer = levels.slice(index + 1)
      const trail = trailOf(one, path, hops, (inner) =>
        inner.kind === 'tekton' ? tektonTrail(inner.name, outer, hops + 1) : NOWHERE,
      )
      return { ...trail, uses: [...trail.uses, { within: mapping, pattern: usePattern(use) }] }
    })
  })
  return merge(...trails)
}

/** The parameters of a TriggerTemplate, which the objects in it use. */
function triggerTrail(use: ParameterUse, levels: readonly Level[], scope: Scope): ParameterTrail {
  let owner: Scope | undefined = scope
  while (owner !== undefined && owner.gvk.kind !== 'TriggerTemplate') owner = owner.outer
  const level = levels.find(({ mapping }) => mapping === owner?.object)
  const spec = level === undefined ? undefined : mappingAt(level.mapping, 'spec')
  if (level === undefined || spec === undefined) return NOWHERE
  const found = entriesNamed(spec, ['params'], use.name, ['default'])
  const trail = merge(...found.map((one) => trailOf(one, [...level.path, 'spec'], 0, () => NOWHERE)))
  return { ...trail, uses: [...trail.uses, { within: spec, pattern: usePattern(use) }] }
}

/** Argo Workflows passes arguments of the workflow and of steps to the inputs of templates. */
function argoTrail(use: ParameterUse, levels: readonly Level[], hops: number): ParameterTrail {
  const spec = levels.find(({ mapping }) => valueAt(mapping, 'templates')?.kind === 'sequence')
  if (spec === undefined) return NOWHERE
  if (use.kind === 'workflow') return workflowTrail(use, spec, hops)
  const index = levels.findIndex(({ mapping }) => valueAt(mapping, 'inputs')?.kind === 'mapping')
  const template = levels[index]
  if (template === undefined) return NOWHERE
  const ownDefault = entriesNamed(template.mapping, ['inputs', 'parameters'], use.name, ['value', 'default'])
  const name = template.mapping.stringAt('name')
  const around = levels.slice(index + 1)
  // An inline template has no caller but the task around it.
  const callers =
    name === undefined
      ? around.slice(0, 1).map((level) => ({ level, levels: around }))
      : callersOf(name, spec)
  const passed = callers.flatMap(({ level, levels: outer }) =>
    entriesNamed(level.mapping, ['arguments', 'parameters'], use.name, ['value']).map((one) =>
      trailOf(one, level.path, hops, (inner) => argoTrail(inner, outer, hops + 1)),
    ),
  )
  const begins = name !== undefined && spec.mapping.stringAt('entrypoint') === name
  const first = begins ? [workflowTrail(use, spec, hops)].filter(({ sources }) => sources.length > 0) : []
  const trail = merge(
    ...ownDefault.map((one) => trailOf(one, template.path, hops, () => NOWHERE)),
    ...passed,
    ...first,
  )
  return { ...trail, uses: [...trail.uses, { within: template.mapping, pattern: usePattern(use) }] }
}

function workflowTrail(use: ParameterUse, spec: Level, hops: number): ParameterTrail {
  const found = entriesNamed(spec.mapping, ['arguments', 'parameters'], use.name, ['value', 'default'])
  const trail = merge(...found.map((one) => trailOf(one, spec.path, hops, () => NOWHERE)))
  const pattern = usePattern({ kind: 'workflow', name: use.name })
  return { ...trail, uses: [...trail.uses, { within: spec.mapping, pattern }] }
}

/** @returns the steps, tasks and hooks of a workflow that call a template, each with the mappings around it */
function callersOf(template: string, spec: Level): readonly { level: Level; levels: readonly Level[] }[] {
  const found: { level: Level; levels: readonly Level[] }[] = []
  const visit = (node: YamlNode, path: FieldPath, around: readonly Level[]): void => {
    // The target of an alias is visited where it is written.
    if (node.kind === 'sequence')
      node.items.forEach((item, index) => {
        visit(item, [...path, index], around)
      })
    if (node.kind !== 'mapping') return
    const level = { mapping: node, path }
    const levels = [level, ...around]
    if (node.stringAt('template') === template) found.push({ level, levels: around })
    for (const { key, value } of node.entries) {
      if (key.kind === 'scalar') visit(value, [...path, key.value], levels)
    }
  }
  visit(spec.mapping, spec.path, [])
  return found
}

/** @returns the values under some keys of the items with a name, in the list at a path */
function entriesNamed(
  mapping: Mapping,
  path: readonly string[],
  name: string,
  keys: readonly string[],
): readonly { readonly path: FieldPath; readonly node: YamlNode }[] {
  const list = valueAt(mapping, ...path)
  if (list?.kind !== 'sequence') return []
  return list.items.flatMap((node, index) => {
    const item = resolveAlias(node)
    if (item.kind !== 'mapping' || item.stringAt('name') !== name) return []
    return keys.flatMap((key) => {
      const entry = item.find(key)?.entry
      return entry === undefined ? [] : [{ path: [...path, index, key], node: entry.value }]
    })
  })
}

/**
 * The trail of one value: it ends there, unless the value is a parameter itself.
 *
 * @param path of the mapping that holds the list
 */
function trailOf(
  value: { readonly path: FieldPath; readonly node: YamlNode },
  path: FieldPath,
  hops: number,
  further: (use: ParameterUse) => ParameterTrail,
): ParameterTrail {
  const { node } = value
  const scalar = resolveAlias(node)
  if (scalar.kind !== 'scalar' || !scalar.isString || scalar.value.trim() === '' || hops > MAX_HOPS)
    return NOWHERE
  const use = parameterIn(scalar.value)
  if (use !== undefined) {
    const trail = further(use)
    return { ...trail, passed: [...trail.passed, scalar] }
  }
  return {
    sources: [{ path: [...path, ...value.path], node, scalar }],
    isComplete: true,
    uses: [],
    passed: [],
  }
}
