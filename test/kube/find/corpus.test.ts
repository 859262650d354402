import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeShared } from '../../support/shared.ts'
import { found } from './found.ts'

/** The four places of a PodSpec that hold an image; `rbd.image` and what a status reports are none. */
const podSpec = (at: string): readonly string[] => [
  `R1 ${at}.containers[0].image imageValue`,
  `R1 ${at}.ephemeralContainers[0].image imageValue`,
  `R1 ${at}.initContainers[0].image imageValue`,
  `R2 ${at}.volumes[0].image.reference referenceValue`,
]

/** The generated fixtures of kubernetes/api, which have every field there is. */
const fixtures: Readonly<Record<string, readonly string[]>> = {
  'k8s-api-apps.v1.DaemonSet.yaml': podSpec('spec.template.spec'),
  'k8s-api-apps.v1.Deployment.yaml': podSpec('spec.template.spec'),
  'k8s-api-apps.v1.ReplicaSet.yaml': podSpec('spec.template.spec'),
  'k8s-api-apps.v1.StatefulSet.yaml': podSpec('spec.template.spec'),
  'k8s-api-batch.v1.CronJob.yaml': podSpec('spec.jobTemplate.spec.template.spec'),
  'k8s-api-batch.v1.Job.yaml': podSpec('spec.template.spec'),
  'k8s-api-core.v1.PersistentVolume.yaml': [],
  'k8s-api-core.v1.Pod.json': podSpec('spec'),
  'k8s-api-core.v1.Pod.yaml': podSpec('spec'),
  'k8s-api-core.v1.PodTemplate.yaml': podSpec('template.spec'),
  'k8s-api-core.v1.ReplicationController.yaml': podSpec('spec.template.spec'),
}

describeShared('corpus', 'real manifests', (corpus) => {
  const read = (name: string): string => readFileSync(join(corpus, name), 'utf8')

  test('every fixture of the Kubernetes API has its line here', () => {
    const names = readdirSync(corpus).filter((name) => name.startsWith('k8s-api-'))
    expect(names.sort()).toEqual(Object.keys(fixtures).sort())
  })

  test.each(Object.entries(fixtures))('%s holds these images and no other', (name, expected) => {
    expect(found(read(name)).sort()).toEqual([...expected].sort())
  })

  test.each([
    ['argo-cd-install.yaml', 10],
    ['kube-prometheus-grafana-dashboardDefinitions.yaml', 0],
    ['kube-prometheus-grafana-deployment.yaml', 1],
    ['kube-prometheus-kubeStateMetrics-deployment.yaml', 3],
    ['microservices-demo.yaml', 13],
  ])('%s holds %i', (name, count) => {
    expect(found(read(name)).length).toBe(count)
  })

  test('an image that is folded over lines is read as one', () => {
    expect(found(read('openshift-deploymentconfig-folded-image.yaml'))).toEqual([
      'R1 spec.template.spec.containers[0].image image-registry.openshift-image-registry.svc:5000/openshift/httpd:latest',
    ])
  })

  test('the arguments of a controller are not its images', () => {
    expect(found(read('tekton-controller.yaml'))).toEqual([
      'R1 spec.template.spec.containers[0].image ko://github.com/tektoncd/pipeline/cmd/controller',
    ])
  })
})
