/** Storage, networking, packages, clusters and virtual machines. Columns: `table-row.ts`. Source: as `databases.ts`. */
export const platform = `
aigateway.envoyproxy.io  GatewayConfig  spec.extProc.kubernetes.image  -
ais.nvidia.com  AIStore  spec.adminClient.image  imagePullPolicy
ais.nvidia.com  AIStore  spec.{initImage,logSidecarImage,nodeImage,logSidecar.image}  -
anywhere.eks.amazonaws.com  TinkerbellTemplateConfig  spec.template.tasks[].actions[].image  -  optional
anywhere.eks.amazonaws.com,infrastructure.cluster.x-k8s.io  DockerMachine  spec.customImage  -  optional
anywhere.eks.amazonaws.com,infrastructure.cluster.x-k8s.io  DockerMachine  spec.preLoadImages[]  -  optional
anywhere.eks.amazonaws.com,infrastructure.cluster.x-k8s.io  DockerMachinePool  spec.template.{customImage,preLoadImages[]}  -  optional
anywhere.eks.amazonaws.com,infrastructure.cluster.x-k8s.io  DockerMachineTemplate  spec.template.spec.{customImage,preLoadImages[]}  -  optional
infrastructure.cluster.x-k8s.io  DockerMachinePoolTemplate  spec.template.spec.template.{customImage,preLoadImages[]}  -  optional
infrastructure.cluster.x-k8s.io  DevMachine  spec.backend.docker.{customImage,preLoadImages[]}  -  optional
infrastructure.cluster.x-k8s.io  DevMachineTemplate  spec.template.spec.backend.docker.{customImage,preLoadImages[]}  -  optional
# A cloud runs these; they have no pull policy.
app.azure.com  ContainerApp,Job  spec.template.{containers,initContainers}[].image  -
appengine.cnrm.cloud.google.com  AppEngineFlexibleAppVersion  spec.deployment.container.image  -
containerinstance.azure.com  ContainerGroup  spec.{containers,initContainers}[].image  -
run.cnrm.cloud.google.com  RunService  spec.template.containers[].image  -
run.cnrm.cloud.google.com  RunJob  spec.template.template.containers[].image  -
workstations.cnrm.cloud.google.com  WorkstationConfig  spec.container.image  -
build.openshift.io  BuildConfig  spec.strategy.{sourceStrategy,dockerStrategy,customStrategy}.from.name  -  optional,docker-image
build.openshift.io  BuildConfig  spec.source.images[].from.name  -  optional,docker-image
image.openshift.io  ImageStream  spec.tags[].from.name  -  optional,docker-image
apps.openshift.io  DeploymentConfig  spec.strategy.customParams.image  -
cdi.kubevirt.io  DataVolume,VolumeImportSource  spec.source.registry.url  -  optional,url
cdi.kubevirt.io  DataVolume,VolumeImportSource  spec.source.vddk.initImageURL  -
cdi.kubevirt.io  DataImportCron  spec.template.spec.source.registry.url  -  optional,url
cdi.kubevirt.io  DataImportCron  spec.template.spec.source.vddk.initImageURL  -
ceph.rook.io  CephCluster  spec.cephVersion.image  imagePullPolicy
ceph.rook.io  CephNVMeOFGateway  spec.image  -
ceph.rook.io  CephCOSIDriver  spec.{image,objectProvisionerImage}  -
ceph.rook.io  CephNFS  spec.security.sssd.sidecar.image  -
chisel-operator.io  ExitNode  spec.chisel_image  -
cloudsql.cloud.google.com  AuthProxyWorkload  spec.authProxyContainer.image  -
config.openshift.io  APIServer  spec.encryption.kms.vault.kmsPluginImage  -
extensions.istio.io  WasmPlugin  spec.url  imagePullPolicy(Always,IfNotPresent)  optional,url
fluxcd.controlplane.io  FluxInstance  spec.distribution.artifact  -  optional,url
gateway.envoyproxy.io  EnvoyProxy  spec.provider.kubernetes.{envoyDaemonSet,envoyDeployment}.container.image  -
gateway.solo.io  Gateway  spec.httpGateway.options.wasm.filters[].image  -  optional
gateway.solo.io  Gateway  spec.hybridGateway.matchedGateways[].httpGateway.options.wasm.filters[].image  -  optional
gateway.solo.io  MatchableHttpGateway  spec.httpGateway.options.wasm.filters[].image  -  optional
networking.gke.io  GCPWasmPlugin  spec.versions[].image  -  optional
# Its own spec.image is a name to which the controller appends the version (never.ts).
k0smotron.io  Cluster  spec.{etcd.image,etcd.defragJob.image,monitoring.prometheusImage,monitoring.proxyImage}  -  tagged
controlplane.cluster.x-k8s.io  K0smotronControlPlane  spec.{etcd.image,etcd.defragJob.image,monitoring.prometheusImage,monitoring.proxyImage}  -  tagged
controlplane.cluster.x-k8s.io  K0smotronControlPlaneTemplate  spec.template.spec.{etcd.image,etcd.defragJob.image,monitoring.prometheusImage,monitoring.proxyImage}  -  tagged
k8s.keycloak.org  Keycloak  spec.image  -
kubefledged.io  ImageCache  spec.cacheSpec[].images[]  -
kubevirt.io  KubeVirt  spec.configuration.network.binding.*.sidecarImage  -
kubevirt.io  VirtualMachine  spec.dataVolumeTemplates[].spec.source.registry.url  -  optional,url
kubevirt.io  VirtualMachine  spec.dataVolumeTemplates[].spec.source.vddk.initImageURL  -
pool.kubevirt.io  VirtualMachinePool  spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.registry.url  -  optional,url
pool.kubevirt.io  VirtualMachinePool  spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.vddk.initImageURL  -
operator.cluster.x-k8s.io  *Provider  spec.{deployment,additionalDeployments.*.deployment}.containers[].imageUrl  -
operator.open-cluster-management.io  ClusterManager  spec.{addOnManagerImagePullSpec,placementImagePullSpec,registrationImagePullSpec,workImagePullSpec}  -
operator.open-cluster-management.io  Klusterlet  spec.{imagePullSpec,registrationImagePullSpec,workImagePullSpec}  -
operators.coreos.com  ClusterServiceVersion  spec.relatedImages[].image  -
# A pinned catalogue is never polled again (updateStrategy.registryPoll).
operators.coreos.com  CatalogSource  spec.image  -  optional
pkg.crossplane.io  Provider,Function,Configuration  spec.package  packagePullPolicy
pkg.crossplane.io  ControllerConfig  spec.image  imagePullPolicy
# The second image of each has the first one's pull policy.
platform.confluent.io  *  spec.image.application  pullPolicy
platform.confluent.io  *  spec.image.init  -
platform.confluent.io  *  spec.services.{alertmanager,prometheus,observer}.image  -
platform.confluent.io  FlinkApplication,FlinkDeployment  spec.image  imagePullPolicy
platform.confluent.io  FlinkBlueGreenDeployment  spec.template.spec.image  imagePullPolicy
stunner.l7mp.io  Dataplane  spec.image  imagePullPolicy
vault.banzaicloud.com  Vault  spec.{image,bankVaultsImage,fluentdImage,statsdImage,veleroFsfreezeImage}  -
vault.banzaicloud.com  Vault  spec.vaultContainerSpec.image  imagePullPolicy
vshn.appcat.vshn.io  VSHNKeycloak,XVSHNKeycloak  spec.parameters.service.customizationImage.image  -
`
