import { isDeepStrictEqual } from 'node:util'
import type { ApiAnswer, ClusterClient, KubernetesObject } from '../cluster/cluster-client.ts'
import { admittedVerdict } from './bound-guard.ts'
import { checkedVerdict, isInjectedLater, pinnedByFilter, type Verdict } from './checked-verdict.ts'
import { type GuardConfiguration, namespacesOf } from './guard-configurations.ts'
import { inParallel } from './parallel.ts'
import { imagesIn, withImages } from './pod-images.ts'
import { cleaned, createIn, inNamespace, type StoredWorkload } from './stored-workload.ts'

/** What a comparison of verdicts has found. */
export interface Comparison {
  readonly counts: {
    readonly pairs: number
    readonly denied: number
    readonly admitted: number
    /** Pods in which the API server had something to pin. */
    readonly pinned: number
    /** Objects about whose pull policies `check` says otherwise before the API server has set the defaults. */
    readonly 'different before defaults': number
    /** Objects with an error of `check` that the guard does not report (`BEYOND_THE_GUARD`). */
    readonly 'beyond the guard': number
  }
  readonly disagreements: readonly string[]
}

/** The guards that a workload is put to, by the index of the workload. */
export type Pairing = (index: number) => readonly GuardConfiguration[]

/**
 * Puts every workload, and the Pod that is made of it, to guards, and compares their verdicts with those of `pinpull check`; with
 * `--pin`, also what they write into Pods with what the filter writes.
 * @param workloads each with the Pod that is made of it
 */
export async function comparePairs(
  client: ClusterClient,
  workloads: readonly (readonly StoredWorkload[])[],
  pairing: Pairing,
): Promise<Comparison> {
  const counts = {
    pairs: 0,
    denied: 0,
    admitted: 0,
    pinned: 0,
    'different before defaults': 0,
    'beyond the guard': 0,
  }
  const disagreements: string[] = []
  const groups = workloads.flatMap((group, index) =>
    pairing(index).flatMap((configuration) =>
      namespacesOf(configuration).map((namespace) => ({ configuration, namespace, group })),
    ),
  )
  await inParallel(groups, async ({ configuration, namespace, group }) => {
    const verdicts = new Set<boolean>()
    for (const workload of group) {
      const answer = await createIn(client, workload.object, namespace)
      const isDenied = answer.status >= 300
      const stored = inNamespace(workload.stored, namespace)
      const compared = await compareOne(answer, stored, configuration)
      const written = await compareWritten(inNamespace(workload.object, namespace), stored, configuration)
      verdicts.add(isDenied)
      counts.pairs += 1
      counts[isDenied ? 'denied' : 'admitted'] += 1
      if (compared.isPinned) counts.pinned += 1
      if (compared.isBeyond) counts['beyond the guard'] += 1
      if (written.differs) counts['different before defaults'] += 1
      const about = `${configuration.name} (${namespace}): ${stored.kind} with ${imagesIn(stored).join(', ')}`
      disagreements.push(
        ...[...compared.disagreements, ...written.disagreements].map((text) => `${about}: ${text}`),
      )
    }
    const [owner] = group
    if (verdicts.size > 1 && owner !== undefined && !isInjectedLater(owner.stored)) {
      const images = imagesIn(owner.stored).join(', ')
      disagreements.push(`${configuration.name}: ${owner.stored.kind} and its Pod differ: ${images}`)
    }
  })
  return { counts, disagreements }
}

/**
 * Compares what `check` says about an object as it was written and as it is stored: only its pull policies may differ, since the API
 * server sets them before any policy sees the object (docs/guard.md).
 */
async function compareWritten(
  object: KubernetesObject,
  stored: KubernetesObject,
  configuration: GuardConfiguration,
): Promise<{ readonly differs: boolean; readonly disagreements: readonly string[] }> {
  const [before, after] = [
    await checkedVerdict(object, configuration),
    await checkedVerdict(stored, configuration),
  ]
  const withoutPolicies = ({ errors }: Verdict): string[] =>
    errors.filter((code) => !code.startsWith('PULL_POLICY_'))
  const disagreements = isDeepStrictEqual(withoutPolicies(before), withoutPolicies(after))
    ? []
    : [`check says ${before.errors.join(', ')} before and ${after.errors.join(', ')} after defaulting`]
  return { differs: before.errors.length > 0 !== after.errors.length > 0, disagreements }
}

/** Compares one answer with what `pinpull check` says about the object as it is stored, or as it would be pinned. */
export async function compareOne(
  answer: ApiAnswer,
  stored: KubernetesObject,
  configuration: GuardConfiguration,
): Promise<{
  readonly disagreements: readonly string[]
  readonly isPinned: boolean
  readonly isBeyond: boolean
}> {
  const expected = configuration.pin ? await pinnedByFilter(stored, configuration) : stored
  const checked = await checkedVerdict(expected, configuration)
  const disagreements = verdictDifferences(admittedVerdict(answer), checked)
  const mutates = configuration.pin && stored.kind === 'Pod'
  const written = mutates ? expected : stored
  if (answer.status < 300) {
    const [is, wanted] = [imagesIn(answer.body), imagesIn(written)]
    if (!isDeepStrictEqual(is, wanted))
      disagreements.push(`the API server has ${is.join(', ')} and the filter ${wanted.join(', ')}`)
    if (!isDeepStrictEqual(restOf(answer.body), restOf(stored)))
      disagreements.push('more than images and pull policies is changed')
  }
  return {
    disagreements,
    isPinned: mutates && !isDeepStrictEqual(imagesIn(written), imagesIn(stored)),
    isBeyond: checked.others.some(({ code, severity }) => severity === 'error' && code in BEYOND_THE_GUARD),
  }
}

/** Errors of `check` that the guard does not report, with the reason. It must report all others. */
const BEYOND_THE_GUARD: Readonly<Record<string, string>> = {
  ANNOTATION_INVALID:
    'no annotation of Pinpull has an effect in the cluster, so that an invalid one has none either',
}

/** How the verdict of the API server differs from that of `check`. It names one error only, which must be one of those. */
export function verdictDifferences(
  admitted: Verdict,
  { errors, warnings, others }: Awaited<ReturnType<typeof checkedVerdict>>,
): string[] {
  const differences: string[] = []
  const [code] = admitted.errors
  if ((code === undefined) !== (errors.length === 0) || (code !== undefined && !errors.includes(code))) {
    differences.push(`the API server says ${code ?? 'nothing'}, and check ${errors.join(', ') || 'nothing'}`)
  }
  if (!isDeepStrictEqual(admitted.warnings, warnings)) {
    differences.push(
      `the API server warns of ${admitted.warnings.join(', ') || 'nothing'}, and check of ${warnings.join(', ') || 'nothing'}`,
    )
  }
  const beyond = others
    .filter(({ severity, code }) => severity === 'error' && !(code in BEYOND_THE_GUARD))
    .map(({ code }) => code)
  if (beyond.length > 0) differences.push(`check also says ${beyond.join(', ')}`)
  return differences
}

/** An object without its images and pull policies, and without the identifiers that each new Job gets. */
function restOf(object: KubernetesObject): string {
  const text = JSON.stringify(
    withImages(cleaned(object), () => ''),
    (key, value) => (['imagePullPolicy', 'pullPolicy', 'namespace'].includes(key) ? undefined : value),
  )
  return text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uid')
}
