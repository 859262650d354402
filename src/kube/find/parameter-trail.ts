import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlNode } from '../../yaml/nodes.ts'
import type { Cursor, Scope } from '../walk.ts'

/** A text that is nothing but one parameter of the object in which it stands. */
export interface ParameterUse {
  readonly kind: 'tekton' | 'trigger' | 'inputs' | 'workflow'
  readonly name: string
}

/** A text that a parameter may stand for: its default, or an argument that is passed for it. */
export interface ParameterSource {
  /** From the root of the walk. */
  readonly path: FieldPath
  readonly node: YamlNode
  readonly scalar: Scalar
}

/** What a parameter comes from, as far as the object says it. */
export interface ParameterTrail {
  readonly sources: readonly ParameterSource[]
  /** Whether the parameter stands for nothing but the sources, as far as the object knows. */
  readonly isComplete: boolean
  /** Where the parameters on the way may be used, and how such a use is written. */
  readonly uses: readonly { readonly within: Mapping; readonly written: RegExp }[]
  /** Texts on the way that only pass a parameter on. */
  readonly passed: readonly Scalar[]
}

const NAME = '([\\w-]+)'
const USES: readonly (readonly [ParameterUse['kind'], RegExp])[] = [
  // tektoncd/pipeline, docs/tasks.md "Using Parameters"; `inputs.params` is of v1alpha1.
  ['tekton', new RegExp(`^\\$\\((?:inputs\\.)?params(?:\\.${NAME}|\\[(["'])(.+)\\2\\])\\)$`)],
  // tektoncd/triggers, docs/triggertemplates.md.
  ['trigger', new RegExp(`^\\$\\(tt\\.params\\.${NAME}\\)$`)],
  // argoproj/argo-workflows, docs/variables.md: a tag, or an expression that is the same.
  ['inputs', new RegExp(`^\\{\\{=?\\s*inputs\\.parameters\\.${NAME}\\s*\\}\\}$`)],
  ['workflow', new RegExp(`^\\{\\{=?\\s*workflow\\.parameters\\.${NAME}\\s*\\}\\}$`)],
]

/** The parameter that a text is; `undefined` where it is something else, or more. */
export function parameterIn(text: string): ParameterUse | undefined {
  if (!/^(?:\$\(|\{\{)/.test(text)) return undefined
  for (const [kind, expression] of USES) {
    const match = expression.exec(text)
    const name = match?.[1] ?? match?.[3]
    if (name !== undefined) return { kind, name }
  }
  return undefined
}

/** How a use of a parameter is written, wherever in a text it stands. */
function writtenUse({ kind, name }: ParameterUse): RegExp {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  switch (kind) {
    case 'tekton':
      return new RegExp(`(?<!tt\\.)\\bparams(?:\\.${escaped}(?![\\w-])|\\[["']${escaped}["'])`)
    case 'trigger':
      return new RegExp(`\\btt\\.params\\.${escaped}(?![\\w-])`)
    default:
      return new RegExp(
        `\\b${kind}\\.parameters(?:\\.${escaped}(?![\\w-])|\\[["']${escaped}["']|(?![.\\[\\w]))`,
      )
  }
}

/** A mapping around the use, with how many steps of the walk's path lead to it. */
interface Level {
  readonly mapping: Mapping
  readonly path: FieldPath
}

/**
 * Follows a parameter to what it stands for in the same object: its default, and arguments that are passed for it there,
 * which may be parameters again.
 *
 * @param at the mapping in which the use stands
 * @param path of that mapping, from the root of the walk
 */
export function followParameter(
  use: ParameterUse,
  at: Cursor,
  path: FieldPath,
  scope: Scope,
): ParameterTrail {
  const { group } = scope.gvk
  const levels = levelsAround(at, path)
  if (use.kind === 'trigger') return merge(triggerTrail(use, levels, scope))
  const isTekton = group === 'tekton.dev' || group.endsWith('.tekton.dev')
  const own = levels.filter((level) => level.path.length >= scope.depth)
  if (use.kind === 'tekton') return isTekton ? tektonTrail(use.name, own, 0) : NOWHERE
  return group === 'argoproj.io' ? argoTrail(use, own, 0) : NOWHERE
}

const NOWHERE: ParameterTrail = { sources: [], isComplete: false, uses: [], passed: [] }

/** How many parameters are followed, one through the other: a circle of them would have no end. */
const MAX_HOPS = 8

/** The mappings around a use, the innermost first. */
function levelsAround(at: Cursor, path: FieldPath): readonly Level[] {
  const levels: Level[] = []
  for (let one: Cursor | undefined = at; one !== undefined; one = one.outer) {
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
 * Tekton: a parameter is declared with its default in a list `params`, and its value is passed in another one further out,
 * by a pipeline's task or a run. All that are found count: which of them wins is not known before the run.
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
      return { ...trail, uses: [...trail.uses, { within: mapping, written: writtenUse(use) }] }
    })
  })
  return merge(...trails)
}

/** A TriggerTemplate's parameters, which the objects that it makes name. */
function triggerTrail(use: ParameterUse, levels: readonly Level[], scope: Scope): ParameterTrail {
  let owner: Scope | undefined = scope
  while (owner !== undefined && owner.gvk.kind !== 'TriggerTemplate') owner = owner.outer
  const level = levels.find(({ mapping }) => mapping === owner?.object)
  const spec = level === undefined ? undefined : mappingAt(level.mapping, 'spec')
  if (level === undefined || spec === undefined) return NOWHERE
  const found = entriesNamed(spec, ['params'], use.name, ['default'])
  const trail = merge(...found.map((one) => trailOf(one, [...level.path, 'spec'], 0, () => NOWHERE)))
  return { ...trail, uses: [...trail.uses, { within: spec, written: writtenUse(use) }] }
}

/** Argo Workflows: the inputs of a template, and the arguments of the workflow. */
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
  // A template that stands in its task has no other caller.
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
  return { ...trail, uses: [...trail.uses, { within: template.mapping, written: writtenUse(use) }] }
}

function workflowTrail(use: ParameterUse, spec: Level, hops: number): ParameterTrail {
  const found = entriesNamed(spec.mapping, ['arguments', 'parameters'], use.name, ['value', 'default'])
  const trail = merge(...found.map((one) => trailOf(one, spec.path, hops, () => NOWHERE)))
  const written = writtenUse({ kind: 'workflow', name: use.name })
  return { ...trail, uses: [...trail.uses, { within: spec.mapping, written }] }
}

/** The steps, tasks and hooks of a workflow that call a template, each with the mappings around it. */
function callersOf(template: string, spec: Level): readonly { level: Level; levels: readonly Level[] }[] {
  const found: { level: Level; levels: readonly Level[] }[] = []
  const visit = (node: YamlNode, path: FieldPath, around: readonly Level[]): void => {
    // An alias leads to what stands elsewhere, and is seen there.
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

/** What stands under one of some keys of the items with a name, in a list at a path of keys. */
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
 * The trail of one value: it ends there, or goes on where that is a parameter itself.
 *
 * @param path of the mapping in which the list stands
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

/**
 * Whether the parameters of a trail are used for images alone.
 *
 * @param images the texts that are images, and those that only pass a parameter on
 */
export function isForImages({ uses }: ParameterTrail, images: ReadonlySet<Scalar>): boolean {
  return uses.every(({ within, written }) => everyUse(within, written, (scalar) => images.has(scalar)))
}

function everyUse(node: YamlNode, written: RegExp, isImage: (scalar: Scalar) => boolean): boolean {
  switch (node.kind) {
    case 'scalar':
      return !written.test(node.value) || isImage(node)
    case 'alias':
      // Seen where it stands, and so are uses through an alias of a text that is an image elsewhere.
      return true
    case 'sequence':
      return node.items.every((item) => everyUse(item, written, isImage))
    case 'mapping':
      return node.entries.every(({ value }) => everyUse(value, written, isImage))
  }
}
