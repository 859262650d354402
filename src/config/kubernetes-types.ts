import type { IObjectMeta } from '@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import { plainValue } from '../yaml/json-value.ts'
import type { Mapping, YamlNode } from '../yaml/nodes.ts'
import type { ConfigDiagnostic } from './config-node.ts'
import { contradictionIn, findSelectorProblems, type ILabelSelector } from './label-selector.ts'

/** The keys of ObjectMeta. One that Kubernetes has and this lacks, or the other way round, does not compile. */
const METADATA_KEYS = Object.keys({
  name: 1,
  namespace: 1,
  labels: 1,
  annotations: 1,
  generateName: 1,
  creationTimestamp: 1,
  deletionGracePeriodSeconds: 1,
  deletionTimestamp: 1,
  finalizers: 1,
  generation: 1,
  managedFields: 1,
  ownerReferences: 1,
  resourceVersion: 1,
  selfLink: 1,
  uid: 1,
} satisfies Record<keyof IObjectMeta, 1>)

const SELECTOR_KEYS = Object.keys({
  matchLabels: 1,
  matchExpressions: 1,
} satisfies Record<keyof ILabelSelector, 1>)

/** A node of Kubernetes' own types, somewhere in the configuration. */
export interface KubernetesNode {
  readonly node: Mapping
  readonly path: readonly (string | number)[]
}

/** Finds the node that a problem is about, from the keys and indexes that lead there. */
export type NodeAt = (path: readonly (string | number)[]) => YamlNode

/**
 * Judges a configuration's metadata by the model that is generated from Kubernetes' own schemas. The model and what
 * it loads cost about half a process start, so that what is evidently right is not put before it.
 */
export async function validateMetadata(at: KubernetesNode, nodeAt: NodeAt): Promise<ConfigDiagnostic[]> {
  const value = plainValue(at.node) as Readonly<Record<string, unknown>>
  if (isEvident(value)) return []
  const keys = Object.keys(value)
  const { ObjectMeta } = await import('@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta')
  return [
    ...unknownKeys(keys, METADATA_KEYS, at, nodeAt),
    ...modelProblems(() => new ObjectMeta(value).validate(), at, nodeAt),
  ]
}

/** Whether metadata holds nothing but a name, a namespace, labels and annotations, all of them text. */
function isEvident(metadata: Readonly<Record<string, unknown>>): boolean {
  const isText = (value: unknown): boolean => typeof value === 'string'
  return Object.entries(metadata).every(([key, value]) => {
    if (key === 'name' || key === 'namespace') return isText(value)
    if (key !== 'labels' && key !== 'annotations') return false
    return typeof value === 'object' && !Array.isArray(value) && Object.values(value ?? {}).every(isText)
  })
}

/** Judges a LabelSelector: by the generated model, by apimachinery's further rules, and whether it can ever match. */
export async function validateSelector(at: KubernetesNode, nodeAt: NodeAt): Promise<ConfigDiagnostic[]> {
  const value = plainValue(at.node) as Readonly<Record<string, unknown>>
  const { LabelSelector } = await import('@kubernetes-models/apimachinery/apis/meta/v1/LabelSelector')
  const shape = [
    ...unknownKeys(Object.keys(value), SELECTOR_KEYS, at, nodeAt),
    ...modelProblems(() => new LabelSelector(value).validate(), at, nodeAt),
  ]
  if (shape.length > 0) return shape
  const selector = value as ILabelSelector
  const problems = findSelectorProblems(selector).map(({ path, reason }): ConfigDiagnostic => {
    const full = [...at.path, ...path]
    return { code: 'CONFIG_INVALID', node: nodeAt(full), path: full, reason: `is wrong: ${reason}` }
  })
  if (problems.length > 0) return problems
  const contradiction = contradictionIn(selector)
  return contradiction === undefined
    ? []
    : [{ code: 'CONFIG_RULE_DEAD', node: at.node, path: at.path, reason: contradiction }]
}

function unknownKeys(
  keys: readonly string[],
  known: readonly string[],
  at: KubernetesNode,
  nodeAt: NodeAt,
): ConfigDiagnostic[] {
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => {
      const path = [...at.path, key]
      const suggestion = suggestionFor(key, known)
      return {
        code: 'CONFIG_UNKNOWN_KEY',
        node: nodeAt(path),
        path,
        reason: 'is not known to Kubernetes',
        ...(suggestion === undefined ? {} : { advice: `did you mean ${suggestion}?` }),
      }
    })
}

/** What the generated models throw: the errors of Ajv, whose form they are compiled to give. */
interface ModelError {
  readonly errors?: readonly { readonly instancePath: string; readonly message?: string }[]
}

function modelProblems(check: () => void, at: KubernetesNode, nodeAt: NodeAt): ConfigDiagnostic[] {
  try {
    check()
    return []
  } catch (error) {
    const { errors } = error as ModelError
    if (errors === undefined) throw error
    return errors.map(({ instancePath, message = 'is not valid' }) => {
      const path = [...at.path, ...pointerPath(instancePath)]
      return { code: 'CONFIG_INVALID', node: nodeAt(path), path, reason: message }
    })
  }
}

/** The keys and indexes of a JSON Pointer (RFC 6901). */
function pointerPath(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
