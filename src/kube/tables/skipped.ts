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
config.openshift.io  *ImagePolicy  .  : image patterns of a policy, not images
admission.k8s.io  AdmissionReview  .  : a request, an answer or a record of the API server, not a manifest
imagepolicy.k8s.io  ImageReview  .  : a request, an answer or a record of the API server, not a manifest
core  Event,Node  .  : a request, an answer or a record of the API server, not a manifest
events.k8s.io  Event  .  : a request, an answer or a record of the API server, not a manifest
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
nvidia.com  ClusterPolicy,NVIDIADriver  .  : spells its images in parts (repository, image, version)
sagemaker.services.k8s.aws  *  .  : images that a cloud service runs, named by its own rules
argoproj.io  Application,ApplicationSet  .  : values of a chart, which become images only when it is rendered
helm.toolkit.fluxcd.io  HelmRelease  .  : values of a chart, which become images only when it is rendered
helm.cattle.io  HelmChart,HelmChartConfig  .  : values of a chart, which become images only when it is rendered
`
