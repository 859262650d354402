/** Types whose objects hold no image that can be pinned. `table-row.ts` explains the columns. */
export const skippedKinds = `
apiextensions.k8s.io  CustomResourceDefinition  .  skip  a schema, not an object
kyverno.io  *  .  skip  image patterns of a policy, not images
policies.kyverno.io  *  .  skip  image patterns of a policy, not images
*.gatekeeper.sh  *  .  skip  image patterns of a policy, not images
policy.sigstore.dev  *  .  skip  image patterns of a policy, not images
config.openshift.io  *ImagePolicy,Image,ImageContentPolicy,ImageDigestMirrorSet,ImageTagMirrorSet  .  skip  image patterns of a policy, not images
operator.openshift.io  ImageContentSourcePolicy  .  skip  image patterns of a policy, not images
cosigned.sigstore.dev  *  .  skip  image patterns of a policy, not images
portieris.cloud.ibm.com,securityenforcement.admission.cloud.ibm.com  *  .  skip  image patterns of a policy, not images
config.ratify.deislabs.io,config.ratify.dev  *  .  skip  image patterns of a policy, not images
binaryauthorization.cnrm.cloud.google.com  *  .  skip  image patterns of a policy, not images
policies.kubewarden.io  *Policy,*PolicyGroup  .  skip  image patterns of a policy, not images
neuvector.com  *  .  skip  image patterns of a policy, not images
config.stackrox.io  SecurityPolicy  .  skip  image patterns of a policy, not images
# GKE compares the Pods of partners with these (cloud.google.com/kubernetes-engine/docs, privileged workloads of Autopilot).
auto.gke.io  *  .  skip  what workloads are compared with, not what runs
admission.k8s.io  AdmissionReview  .  skip  a request, an answer or a record of the API server, not a manifest
imagepolicy.k8s.io  ImageReview  .  skip  a request, an answer or a record of the API server, not a manifest
core  Event,Node  .  skip  a request, an answer or a record of the API server, not a manifest
audit.k8s.io  *  .  skip  a request, an answer or a record of the API server, not a manifest
events.k8s.io  Event  .  skip  a request, an answer or a record of the API server, not a manifest
reports.kyverno.io  *  .  skip  a report of what was found
wgpolicyk8s.io  *  .  skip  a report of what was found
openreports.io  *  .  skip  a report of what was found
aquasecurity.github.io  *Report  .  skip  a report of what was found
spdx.softwarecomposition.kubescape.io  *  .  skip  a report of what was found
storage.sbomscanner.kubewarden.io  *  .  skip  a report of what was found
secscan.quay.redhat.com  ImageManifestVuln  .  skip  a report of what was found
apps  ControllerRevision  .  skip  written by a controller, which would write it again
kustomize.config.k8s.io  *  .  skip  the configuration of a tool, which is not applied to a cluster
skaffold  *  .  skip  the configuration of a tool, which is not applied to a cluster
kind.x-k8s.io  *  .  skip  the configuration of a tool, which is not applied to a cluster
kbld.k14s.io  *  .  skip  the configuration of a tool, which is not applied to a cluster
imgpkg.carvel.dev  *  .  skip  the configuration of a tool, which is not applied to a cluster
kpt.dev  *  .  skip  the configuration of a tool, which is not applied to a cluster
config.kubernetes.io  *  .  skip  the configuration of a tool, which is not applied to a cluster
chainsaw.kyverno.io  *  .  skip  the configuration of a tool, which is not applied to a cluster
cli.kyverno.io  *  .  skip  the configuration of a tool, which is not applied to a cluster
config.kubeflow.org  KatibConfig  .  skip  the configuration of a tool, which is not applied to a cluster
pinpull.dev  *  .  skip  the configuration of a tool, which is not applied to a cluster
longhorn.io  Engine,EngineFrontend,Replica,Volume,InstanceManager,EngineImage,ShareManager,BackingImageManager  .  skip  written by a controller, which would write it again
caching.internal.knative.dev  Image  .  skip  written by a controller, which would write it again
pkg.crossplane.io  *Revision,Lock  .  skip  written by a controller, which would write it again
snapshot.kubevirt.io  VirtualMachineSnapshotContent  .  skip  written by a controller, which would write it again
kueue.x-k8s.io  Workload  .  skip  written by a controller, which would write it again
actions.github.com  AutoscalingListener,EphemeralRunner*  .  skip  written by a controller, which would write it again
image.toolkit.fluxcd.io  ImageRepository  .  skip  names a repository to scan: its controller refuses a tag or digest
fleet.cattle.io  ImageScan  .  skip  names a repository to scan, without a tag
apps.kruise.io  NodeImage  .  skip  written by a controller, which would write it again
nvidia.com  ClusterPolicy,NVIDIADriver,GPUCluster  .  skip  spells its images in parts (repository, image, version)
sagemaker.services.k8s.aws  *  .  skip  images that a cloud service runs, named by its own rules
argoproj.io  Application,ApplicationSet  .  skip  values of a chart, which become images only when it is rendered
helm.toolkit.fluxcd.io  HelmRelease  .  skip  values of a chart, which become images only when it is rendered
helm.cattle.io  HelmChart,HelmChartConfig  .  skip  values of a chart, which become images only when it is rendered
`
