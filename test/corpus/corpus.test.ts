import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { changedLines } from '../support/line-diff.ts'
import { runProgram } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { describeShared } from '../support/shared.ts'

/** How many image fields of each file get a digest. A file that is not here fails: it must be looked at first. */
const PINNED: Readonly<Record<string, number>> = {
  'argo-cd-install.yaml': 10,
  'k8s-api-apps.v1.DaemonSet.yaml': 4,
  'k8s-api-apps.v1.Deployment.yaml': 4,
  'k8s-api-apps.v1.ReplicaSet.yaml': 4,
  'k8s-api-apps.v1.StatefulSet.yaml': 4,
  'k8s-api-batch.v1.CronJob.yaml': 4,
  'k8s-api-batch.v1.Job.yaml': 4,
  // Its `image` is the name of a Ceph block device.
  'k8s-api-core.v1.PersistentVolume.yaml': 0,
  'k8s-api-core.v1.Pod.json': 4,
  'k8s-api-core.v1.Pod.yaml': 4,
  'k8s-api-core.v1.PodTemplate.yaml': 4,
  'k8s-api-core.v1.ReplicationController.yaml': 4,
  // A custom resource that names its image in a field of its own (rule R5), as Prometheus below.
  'kube-prometheus-alertmanager-alertmanager.yaml': 1,
  'kube-prometheus-grafana-dashboardDefinitions.yaml': 0,
  'kube-prometheus-grafana-deployment.yaml': 1,
  'kube-prometheus-kubeStateMetrics-deployment.yaml': 3,
  'kube-prometheus-nodeExporter-daemonset.yaml': 2,
  'kube-prometheus-prometheus-prometheus.yaml': 1,
  'kube-prometheus-prometheusOperator-deployment.yaml': 2,
  'microservices-demo.yaml': 12,
  'openshift-deploymentconfig-folded-image.yaml': 1,
  // An image that ko will build and name.
  'tekton-controller.yaml': 0,
}

describeShared('corpus', 'real manifests', (folder) => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true, mirror: true })
  })
  afterAll(() => registry.close())

  const pin = (input: string) => runProgram(['--profile', 'prod', '--mirror', `*=${registry.url}`], { input })

  test('every file has its expectation', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(PINNED))
  })

  test.each(Object.entries(PINNED))('%s', async (file, pinned) => {
    const input = prepared(readFileSync(join(folder, file), 'utf8'))
    const run = await pin(input)
    expect(run).toMatchObject({ code: 0, signal: undefined })
    const output = run.stdout.toString()

    // Only lines that hold an image or a policy changed; JSON has all of them in lines of their own too.
    const changes = changedLines(input, output)
    expect(changes.filter(({ after }) => !IMAGE_OR_POLICY.test(after))).toEqual([])
    expect(output.match(/@sha256:[a-f0-9]{64}/g)?.length ?? 0).toBe(
      pinned + (input.match(/@sha256:/g)?.length ?? 0),
    )

    // What a reader sees differs at images and policies alone, and each image only by its digest.
    const differences = compare(read(input), read(output))
    expect(differences.filter((one) => !isPlanned(one))).toEqual([])
    expect(differences.filter(({ path }) => /\.(?:image|reference)$/.test(path))).toHaveLength(pinned)

    expect((await pin(output)).stdout.equals(run.stdout)).toBe(true)
  })

  test('what is no image reference is left as it is where the profile allows it', async () => {
    const input = readFileSync(join(folder, 'k8s-api-core.v1.Pod.yaml'))
    const args = ['--profile', 'staging', '--mirror', `*=${registry.url}`]
    const { code, stdout, stderr } = await runProgram(args, { input })
    expect(code).toBe(0)
    expect(changedLines(input.toString(), stdout.toString()).map(({ after }) => after.trim())).toEqual([])
    expect(stderr).toContain('imageValue')
  })
})

/** The samples of the Kubernetes API say `imageValue` and `policyValue`, which are none: here they become some. */
function prepared(text: string): string {
  return text
    .replaceAll('imageValue', 'registry.example.com/sample:1.0')
    .replaceAll('referenceValue', 'registry.example.com/volume:1.0')
}

const IMAGE_OR_POLICY =
  /^\s*(?:- )?"?(?:image|reference|imagePullPolicy|pullPolicy)"?:|^\s*\S+@sha256:[a-f0-9]{64}$/

function read(text: string): unknown[] {
  return parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' }).map((document) => document.toJS())
}

interface Difference {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

function compare(before: unknown, after: unknown, path = ''): Difference[] {
  if (Object.is(before, after)) return []
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null)
    return [{ path, before, after }]
  const [one, two] = [before as Record<string, unknown>, after as Record<string, unknown>]
  return [...new Set([...Object.keys(one), ...Object.keys(two)])].flatMap((key) =>
    compare(one[key], two[key], `${path}.${key}`),
  )
}

function isPlanned({ path, before, after }: Difference): boolean {
  if (/\.(?:imagePullPolicy|pullPolicy)$/.test(path)) return after === 'IfNotPresent'
  const digest = /^@sha256:[a-f0-9]{64}$/
  return (
    typeof after === 'string' &&
    after.startsWith(String(before)) &&
    digest.test(after.slice(String(before).length))
  )
}
