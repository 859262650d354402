import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { Mapping, YamlNode } from '../../yaml/nodes.ts'

/** A platform of nodes on which a workload may run. */
export interface NodePlatform {
  /** `linux` if not constrained. */
  readonly os: string
  /** Absent if not constrained. */
  readonly architecture?: string
}

/** The well-known labels of a node's architecture and operating system, with their former names. */
const ARCHITECTURE_LABELS = ['kubernetes.io/arch', 'beta.kubernetes.io/arch']
const OS_LABELS = ['kubernetes.io/os', 'beta.kubernetes.io/os']

/**
 * The platforms of the nodes on which a Pod may run, by `nodeSelector`, the required `nodeAffinity` and `os.name` of its
 * PodSpec (core/v1 `PodSpec`). Operators other than `In` do not constrain the architecture.
 *
 * @returns an empty list if neither architecture nor operating system is constrained
 */
export function nodePlatforms(podSpec: Mapping): readonly NodePlatform[] {
  const selector = mappingAt(podSpec, 'nodeSelector')
  const terms = affinityTerms(podSpec)
  const system = podSpec.stringAt('os', 'name')
  if (selector === undefined && terms.length === 0 && system === undefined) return []
  const selected: Choice = {
    architectures: oneOf(labelAt(selector, ARCHITECTURE_LABELS)),
    systems: oneOf(labelAt(selector, OS_LABELS) ?? system),
  }
  const choices = terms.length === 0 ? [selected] : terms.map((term) => both(selected, term))
  const platforms = choices.flatMap(({ architectures, systems }): NodePlatform[] => {
    if (architectures === undefined && systems === undefined) return []
    return [...(systems ?? ['linux'])].flatMap((os) =>
      architectures === undefined
        ? [{ os }]
        : [...architectures].map((architecture) => ({ os, architecture })),
    )
  })
  if (platforms.length === 0) return platforms
  const distinct = new Map(platforms.map((one) => [`${one.os}/${one.architecture ?? ''}`, one]))
  return [...distinct.values()]
}

/** The architectures and operating systems that are allowed; undefined for all of them. */
interface Choice {
  readonly architectures: ReadonlySet<string> | undefined
  readonly systems: ReadonlySet<string> | undefined
}

function oneOf(value: string | undefined): ReadonlySet<string> | undefined {
  return value === undefined ? undefined : new Set([value])
}

function labelAt(selector: Mapping | undefined, labels: readonly string[]): string | undefined {
  if (selector === undefined) return undefined
  return labels.map((label) => selector.stringAt(label)).find((value) => value !== undefined)
}

/** The terms of the required node affinity: a Pod may run where any of them holds. */
function affinityTerms(podSpec: Mapping): Choice[] {
  const required = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution']
  const terms = valueAt(podSpec, ...required, 'nodeSelectorTerms')
  return itemsOf(terms).map((term) => {
    let choice: Choice = { architectures: undefined, systems: undefined }
    for (const expression of itemsOf(valueAt(term, 'matchExpressions'))) {
      const key = expression.stringAt('key') ?? ''
      if (expression.stringAt('operator') !== 'In') continue
      const values = new Set(textsOf(valueAt(expression, 'values')))
      if (ARCHITECTURE_LABELS.includes(key))
        choice = both(choice, { architectures: values, systems: undefined })
      if (OS_LABELS.includes(key)) choice = both(choice, { architectures: undefined, systems: values })
    }
    return choice
  })
}

function both(one: Choice, other: Choice): Choice {
  return {
    architectures: intersection(one.architectures, other.architectures),
    systems: intersection(one.systems, other.systems),
  }
}

function intersection(
  one: ReadonlySet<string> | undefined,
  other: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return new Set([...one].filter((value) => other.has(value)))
}

function itemsOf(node: YamlNode | undefined): Mapping[] {
  const list = node && resolveAlias(node)
  if (list?.kind !== 'sequence') return []
  return list.items.map(resolveAlias).filter((item) => item.kind === 'mapping')
}

function textsOf(node: YamlNode | undefined): string[] {
  const list = node && resolveAlias(node)
  if (list?.kind !== 'sequence') return []
  return list.items
    .map(resolveAlias)
    .flatMap((item) => (item.kind === 'scalar' && item.isString ? [item.value] : []))
}
