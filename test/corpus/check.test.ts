import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import { check } from '../../src/plan/check.ts'
import type { Report } from '../../src/report/report.ts'
import { readInput } from '../../src/transform.ts'
import { describeShared } from '../support/shared.ts'

/** What `pinpull check --profile prod` finds in each file, by code. A file that is not here fails: look at it first. */
const FOUND: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'argo-cd-install.yaml': { IMAGE_LATEST: 8, IMAGE_UNPINNED: 10, PULL_POLICY_UNWANTED: 9 },
  // Kubernetes' own examples say `imageValue`, which is no reference.
  'k8s-api-apps.v1.DaemonSet.yaml': { REFERENCE_INVALID: 4 },
  'k8s-api-apps.v1.Deployment.yaml': { REFERENCE_INVALID: 4 },
  'k8s-api-apps.v1.ReplicaSet.yaml': { REFERENCE_INVALID: 4 },
  'k8s-api-apps.v1.StatefulSet.yaml': { REFERENCE_INVALID: 4 },
  'k8s-api-batch.v1.CronJob.yaml': { REFERENCE_INVALID: 4 },
  'k8s-api-batch.v1.Job.yaml': { REFERENCE_INVALID: 4 },
  'k8s-api-core.v1.PersistentVolume.yaml': {},
  'k8s-api-core.v1.Pod.json': { REFERENCE_INVALID: 4 },
  'k8s-api-core.v1.Pod.yaml': { REFERENCE_INVALID: 4 },
  'k8s-api-core.v1.PodTemplate.yaml': { REFERENCE_INVALID: 4 },
  'k8s-api-core.v1.ReplicationController.yaml': { REFERENCE_INVALID: 4 },
  'kube-prometheus-alertmanager-alertmanager.yaml': { IMAGE_UNPINNED: 1 },
  'kube-prometheus-grafana-dashboardDefinitions.yaml': {},
  'kube-prometheus-grafana-deployment.yaml': { IMAGE_UNPINNED: 1 },
  'kube-prometheus-kubeStateMetrics-deployment.yaml': { IMAGE_UNPINNED: 3 },
  'kube-prometheus-nodeExporter-daemonset.yaml': { IMAGE_UNPINNED: 2 },
  'kube-prometheus-prometheus-prometheus.yaml': { IMAGE_UNPINNED: 1 },
  'kube-prometheus-prometheusOperator-deployment.yaml': { IMAGE_UNPINNED: 2 },
  // One of its thirteen has a digest.
  'microservices-demo.yaml': { IMAGE_UNPINNED: 12 },
  'openshift-deploymentconfig-folded-image.yaml': {
    IMAGE_LATEST: 1,
    IMAGE_UNPINNED: 1,
    PULL_POLICY_UNWANTED: 1,
  },
  'tekton-controller.yaml': { IMAGE_PLACEHOLDER: 1 },
}

const profile = BUILTIN_PROFILES.get('prod')!

describeShared('corpus', 'pinpull check on real manifests', (folder) => {
  const checked = (name: string): Report =>
    check(readInput(readFileSync(join(folder, name)), name), { profile, requirePinned: false })

  test('every file has its expectation', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(FOUND).sort())
  })

  test.each(Object.entries(FOUND))('%s', (name, found) => {
    const report = checked(name)
    const counts: Record<string, number> = {}
    for (const { code } of report.diagnostics) counts[code] = (counts[code] ?? 0) + 1
    expect(counts).toEqual(found)
    const lines = report.diagnostics.map(({ at }) => at?.line ?? 0)
    expect(lines, 'in the order of the text').toEqual(lines.toSorted((a, b) => a - b))
    expect(checked(name), 'and the same every time').toEqual(report)
  })
})
