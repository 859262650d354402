/**
 * Types whose objects hold no image of their own to pin, whatever they look like. `table-row.ts` says what the columns
 * mean. Facts: `docs/image-fields.md`, "Whole objects".
 */
export const skipped = `
apiextensions.k8s.io  CustomResourceDefinition  .  : a schema, not an object
kyverno.io  *  .  : image patterns of a policy, not images
policies.kyverno.io  *  .  : image patterns of a policy, not images
*.gatekeeper.sh  *  .  : image patterns of a policy, not images
policy.sigstore.dev  *  .  : image patterns of a policy, not images
config.openshift.io  *ImagePolicy,Image,ImageContentPolicy,ImageDigestMirrorSet,ImageTagMirrorSet  .  : image patterns of a policy, not images
operator.openshift.io  ImageContentSourcePolicy  .  : image patterns of a policy, not images
cosigned.sigstore.dev  *  .  : image patterns of a policy, not images
portieris.cloud.ibm.com,securityenforcement.admission.cloud.ibm.com  *  .  : image patterns of a policy, not images
config.ratify.deislabs.io,config.ratify.dev  *  .  : image patterns of a policy, not images
binaryauthorization.cnrm.cloud.google.com  *  .  : image patterns of a policy, not images
policies.kubewarden.io  *Policy,*PolicyGroup  .  : image patterns of a policy, not images
neuvector.com  *  .  : image patterns of a policy, not images
config.stackrox.io  SecurityPolicy  .  : image patterns of a policy, not images
# GKE compares the Pods of partners with these (cloud.google.com/kubernetes-engine/docs, privileged workloads of Autopilot).
auto.gke.io  *  .  : what workloads are compared with, not what runs
admission.k8s.io  AdmissionReview  .  : a request, an answer or a record of the API server, not a manifest
imagepolicy.k8s.io  ImageReview  .  : a request, an answer or a record of the API server, not a manifest
core  Event,Node  .  : a request, an answer or a record of the API server, not a manifest
audit.k8s.io  *  .  : a request, an answer or a record of the API server, not a manifest
events.k8s.io  Event  .  : a request, an answer or a record of the API server, not a manifest
reports.kyverno.io  *  .  : a report of what was found
wgpolicyk8s.io  *  .  : a report of what was found
openreports.io  *  .  : a report of what was found
aquasecurity.github.io  *Report  .  : a report of what was found
spdx.softwarecomposition.kubescape.io  *  .  : a report of what was found
storage.sbomscanner.kubewarden.io  *  .  : a report of what was found
secscan.quay.redhat.com  ImageManifestVuln  .  : a report of what was found
apps  ControllerRevision  .  : written by a controller, which would write it again
kustomize.config.k8s.io  *  .  : the configuration of a tool, which is not applied to a cluster
skaffold  *  .  : the configuration of a tool, which is not applied to a cluster
kind.x-k8s.io  *  .  : the configuration of a tool, which is not applied to a cluster
kbld.k14s.io  *  .  : the configuration of a tool, which is not applied to a cluster
imgpkg.carvel.dev  *  .  : the configuration of a tool, which is not applied to a cluster
kpt.dev  *  .  : the configuration of a tool, which is not applied to a cluster
config.kubernetes.io  *  .  : the configuration of a tool, which is not applied to a cluster
chainsaw.kyverno.io  *  .  : the configuration of a tool, which is not applied to a cluster
cli.kyverno.io  *  .  : the configuration of a tool, which is not applied to a cluster
config.kubeflow.org  KatibConfig  .  : the configuration of a tool, which is not applied to a cluster
pinpull.dev  *  .  : the configuration of a tool, which is not applied to a cluster
longhorn.io  Engine,EngineFrontend,Replica,Volume,InstanceManager,EngineImage,ShareManager,BackingImageManager  .  : written by a controller, which would write it again
caching.internal.knative.dev  Image  .  : written by a controller, which would write it again
pkg.crossplane.io  *Revision,Lock  .  : written by a controller, which would write it again
snapshot.kubevirt.io  VirtualMachineSnapshotContent  .  : written by a controller, which would write it again
kueue.x-k8s.io  Workload  .  : written by a controller, which would write it again
actions.github.com  AutoscalingListener,EphemeralRunner*  .  : written by a controller, which would write it again
image.toolkit.fluxcd.io  ImageRepository  .  : names a repository to scan: its controller refuses a tag or digest
fleet.cattle.io  ImageScan  .  : names a repository to scan, without a tag
apps.kruise.io  NodeImage  .  : written by a controller, which would write it again
nvidia.com  ClusterPolicy,NVIDIADriver,GPUCluster  .  : spells its images in parts (repository, image, version)
sagemaker.services.k8s.aws  *  .  : images that a cloud service runs, named by its own rules
argoproj.io  Application,ApplicationSet  .  : values of a chart, which become images only when it is rendered
helm.toolkit.fluxcd.io  HelmRelease  .  : values of a chart, which become images only when it is rendered
helm.cattle.io  HelmChart,HelmChartConfig  .  : values of a chart, which become images only when it is rendered
`
