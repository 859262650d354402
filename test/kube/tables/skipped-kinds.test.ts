import { describe, expect, test } from 'vitest'
import { parseApiVersion } from '../../../src/kube/gvk.ts'
import { allRows, skippedReason } from '../../../src/kube/tables/lookup.ts'

const skipped: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition'],
  ['kyverno.io/v1', 'ClusterPolicy'],
  ['policies.kyverno.io/v1', 'ImageValidatingPolicy'],
  ['templates.gatekeeper.sh/v1', 'ConstraintTemplate'],
  ['constraints.gatekeeper.sh/v1beta1', 'K8sAllowedRepos'],
  ['policy.sigstore.dev/v1beta1', 'ClusterImagePolicy'],
  ['config.openshift.io/v1', 'ClusterImagePolicy'],
  ['config.openshift.io/v1', 'ImagePolicy'],
  ['config.openshift.io/v1', 'Image'],
  ['config.openshift.io/v1', 'ImageDigestMirrorSet'],
  ['operator.openshift.io/v1alpha1', 'ImageContentSourcePolicy'],
  ['cosigned.sigstore.dev/v1alpha1', 'ClusterImagePolicy'],
  ['portieris.cloud.ibm.com/v1', 'ImagePolicy'],
  ['securityenforcement.admission.cloud.ibm.com/v1beta1', 'ClusterImagePolicy'],
  ['config.ratify.deislabs.io/v1beta1', 'Policy'],
  ['config.ratify.dev/v2alpha1', 'Executor'],
  ['binaryauthorization.cnrm.cloud.google.com/v1beta1', 'BinaryAuthorizationPolicy'],
  ['policies.kubewarden.io/v1', 'ClusterAdmissionPolicy'],
  ['policies.kubewarden.io/v1', 'AdmissionPolicyGroup'],
  ['neuvector.com/v1', 'NvAdmissionControlSecurityRule'],
  ['config.stackrox.io/v1alpha1', 'SecurityPolicy'],
  ['auto.gke.io/v1', 'WorkloadAllowlist'],
  ['auto.gke.io/v1', 'AllowlistedV2Workload'],
  ['reports.kyverno.io/v1', 'EphemeralReport'],
  ['wgpolicyk8s.io/v1alpha2', 'PolicyReport'],
  ['openreports.io/v1alpha1', 'ClusterReport'],
  ['aquasecurity.github.io/v1alpha1', 'VulnerabilityReport'],
  ['aquasecurity.github.io/v1alpha1', 'ClusterSbomReport'],
  ['spdx.softwarecomposition.kubescape.io/v1beta1', 'VulnerabilityManifest'],
  ['storage.sbomscanner.kubewarden.io/v1alpha1', 'Image'],
  ['secscan.quay.redhat.com/v1alpha1', 'ImageManifestVuln'],
  ['audit.k8s.io/v1', 'EventList'],
  ['apps.kruise.io/v1alpha1', 'NodeImage'],
  ['nvidia.com/v1alpha1', 'GPUCluster'],
  ['admission.k8s.io/v1', 'AdmissionReview'],
  ['imagepolicy.k8s.io/v1alpha1', 'ImageReview'],
  ['v1', 'Node'],
  ['v1', 'Event'],
  ['events.k8s.io/v1', 'Event'],
  ['apps/v1', 'ControllerRevision'],
  ['kustomize.config.k8s.io/v1beta1', 'Kustomization'],
  ['skaffold/v4beta11', 'Config'],
  ['kind.x-k8s.io/v1alpha4', 'Cluster'],
  ['kbld.k14s.io/v1alpha1', 'Config'],
  ['imgpkg.carvel.dev/v1alpha1', 'ImagesLock'],
  ['kpt.dev/v1', 'Kptfile'],
  ['config.kubernetes.io/v1', 'Anything'],
  ['chainsaw.kyverno.io/v1alpha1', 'Test'],
  ['cli.kyverno.io/v1alpha1', 'Test'],
  ['config.kubeflow.org/v1beta1', 'KatibConfig'],
  ['pinpull.dev/v1alpha1', 'Pinpull'],
  ['longhorn.io/v1beta2', 'InstanceManager'],
  ['caching.internal.knative.dev/v1alpha1', 'Image'],
  ['pkg.crossplane.io/v1', 'ProviderRevision'],
  ['pkg.crossplane.io/v1beta1', 'Lock'],
  ['snapshot.kubevirt.io/v1beta1', 'VirtualMachineSnapshotContent'],
  ['kueue.x-k8s.io/v1beta1', 'Workload'],
  ['actions.github.com/v1alpha1', 'EphemeralRunnerSet'],
  ['actions.github.com/v1alpha1', 'AutoscalingListener'],
  ['image.toolkit.fluxcd.io/v1', 'ImageRepository'],
  ['fleet.cattle.io/v1alpha1', 'ImageScan'],
  ['nvidia.com/v1', 'ClusterPolicy'],
  ['sagemaker.services.k8s.aws/v1alpha1', 'Model'],
  ['argoproj.io/v1alpha1', 'ApplicationSet'],
  ['helm.toolkit.fluxcd.io/v2', 'HelmRelease'],
  ['helm.cattle.io/v1', 'HelmChart'],
]

const looked: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'Pod'],
  ['v1', 'NodeList'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'Event'],
  ['config.openshift.io/v1', 'ClusterVersion'],
  ['gatekeeper.sh.example.com/v1', 'Pod'],
  ['evilgatekeeper.sh/v1', 'Pod'],
  ['my.kyverno.io/v1', 'Thing'],
  ['longhorn.io/v1beta2', 'Setting'],
  ['pkg.crossplane.io/v1', 'Provider'],
  ['actions.github.com/v1alpha1', 'AutoscalingRunnerSet'],
  ['argoproj.io/v1alpha1', 'Workflow'],
  ['constructor/v1', 'Pod'],
  ['policies.kubewarden.io/v1', 'PolicyServer'],
  ['config.openshift.io/v1', 'APIServer'],
]

describe('whole documents', () => {
  test.each(skipped)('%s %s is skipped, with a reason', (apiVersion, kind) => {
    expect(skippedReason({ ...parseApiVersion(apiVersion), kind })).toMatch(/\w+ \w+/)
  })

  test.each(looked)('%s %s is looked at', (apiVersion, kind) => {
    expect(skippedReason({ ...parseApiVersion(apiVersion), kind })).toBeUndefined()
  })

  test('every row of the table is reached by an example', () => {
    const groups = new Set(skipped.map(([apiVersion]) => parseApiVersion(apiVersion).group))
    const unreached = allRows().filter(
      ({ action, group }) =>
        action === 'skip' &&
        !groups.has(group) &&
        !(group.startsWith('*.') && [...groups].some((one) => one.endsWith(group.slice(1)))),
    )
    expect(unreached).toEqual([])
  })
})
