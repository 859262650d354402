import { setTimeout as sleep } from 'node:timers/promises'
import { parseAllDocuments } from 'yaml'
import { compileGuard } from '../../../../src/guard/guard.ts'
import type { ApiAnswer, ClusterClient, KubernetesObject } from '../cluster/cluster-client.ts'
import { pod, textOf } from '../guarded-cluster.ts'
import type { Verdict } from './checked-verdict.ts'
import { type GuardConfiguration, LOCK } from './guard-configurations.ts'

/** The objects of a guard, as `pinpull guard --action deny` prints them. */
export function guardObjects({ name, profile, pin, onlyLocked }: GuardConfiguration): KubernetesObject[] {
  const lock = pin || onlyLocked ? { lock: LOCK, file: 'pinpull.lock.yaml' } : undefined
  const { manifests, diagnostics } = compileGuard(
    profile,
    { name, actions: ['Deny'], exemptNamespaces: [], pin, onlyLocked, namespace: 'kube-system' },
    lock,
  )
  if (manifests === undefined) throw new Error(`${name}: ${JSON.stringify(diagnostics)}`)
  return parseAllDocuments(manifests).map((document) => document.toJS() as KubernetesObject)
}

/** Binds a guard to some namespaces, so that many guards can be in one cluster. */
export function boundTo(
  objects: readonly KubernetesObject[],
  namespaces: readonly string[],
): KubernetesObject[] {
  const expression = { key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }
  const matchResources = { namespaceSelector: { matchExpressions: [expression] } }
  return objects.map((object) =>
    object.kind.endsWith('Binding')
      ? { ...object, spec: { ...(object['spec'] as object), matchResources } }
      : object,
  )
}

/** Objects for one or two namespaces. */
export interface BoundGuard {
  readonly objects: readonly KubernetesObject[]
  readonly namespaces: readonly string[]
}

/**
 * Creates guards, and waits until the API server applies all of them.
 * @param sentinel the name of a policy that is created last, and differs in each call: the API server reads policies and bindings in the
 *   order in which they were created, so that all are known when the last one takes effect
 */
export async function install(
  client: ClusterClient,
  guards: readonly BoundGuard[],
  sentinel: string,
): Promise<void> {
  for (const object of [...guards.flatMap(({ objects }) => objects), ...sentinelOf(sentinel)]) {
    const answer = await client.create(object)
    if (answer.status !== 201) throw new Error(`${object.kind} ${object.metadata.name}: ${textOf(answer)}`)
  }
  const configMap: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: sentinel } }
  await until(client, configMap, ({ status }) => status >= 400)
  for (const { objects, namespaces } of guards) {
    const pins = objects.some(({ kind }) => kind === 'MutatingAdmissionPolicy')
    for (const namespace of namespaces) {
      const locked = pod([{ name: 'probe', image: 'nginx:latest' }], { namespace })
      await until(client, locked, (answer) => {
        const text = textOf(answer)
        if (/no params found|failed to configure|not yet synced/.test(text)) return false
        return (
          !pins ||
          (answer.status < 300 ? JSON.stringify(answer.body).includes('@') : !text.includes('IMAGE_UNPINNED'))
        )
      })
    }
  }
}

/** Denies the ConfigMap of its name. */
function sentinelOf(name: string): KubernetesObject[] {
  const apiVersion = 'admissionregistration.k8s.io/v1'
  const rule = {
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: ['CREATE'],
    resources: ['configmaps'],
    resourceNames: [name],
  }
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'false' }] },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ]
}

async function until(
  client: ClusterClient,
  object: KubernetesObject,
  isReached: (answer: ApiAnswer) => boolean,
): Promise<void> {
  const deadline = Date.now() + 300_000
  for (;;) {
    const answer = await client.create(object, { dryRun: true })
    if (isReached(answer)) return
    if (Date.now() > deadline) throw new Error(`the guards do not take effect: ${textOf(answer)}`)
    await sleep(50)
  }
}

/**
 * What the API server says about an object: at most one error, since it names the first only.
 * @throws if it was refused for another reason than the guard's
 */
export function admittedVerdict(answer: ApiAnswer): Verdict {
  const codesIn = (text: string): string[] =>
    [...text.matchAll(/(?:denied request|with binding '[^']*'): ([A-Z_]+): /g)].map(([, code = '']) => code)
  const errors = answer.status < 300 ? [] : codesIn(answer.body.message ?? '')
  if (answer.status >= 300 && errors.length === 0) throw new Error(`${answer.status}: ${answer.body.message}`)
  return { errors, warnings: [...new Set(answer.warnings.flatMap(codesIn))].toSorted() }
}
