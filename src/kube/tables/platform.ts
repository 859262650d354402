/** Storage, networking, packages, clusters and virtual machines. Columns: `table-row.ts`; source as in `databases.ts`. */
export const platform = `
aigateway.envoyproxy.io  GatewayConfig  spec.extProc.kubernetes.image  pin
ais.nvidia.com  AIStore  spec.adminClient.image  pin  imagePullPolicy
ais.nvidia.com  AIStore  spec.{initImage,logSidecarImage,nodeImage,logSidecar.image}  pin
anywhere.eks.amazonaws.com  TinkerbellTemplateConfig  spec.template.tasks[].actions[].image  pin  -  optional
anywhere.eks.amazonaws.com,infrastructure.cluster.x-k8s.io  DockerMachine  spec.customImage  pin  -  optional
anywhere.eks.amazonaws.com,infrastructure.cluster.x-k8s.io  DockerMachine  spec.preLoadImages[]  pin  -  optional
anywhere.eks.amazonaws.com,infrastructure.cluster.x-k8s.io  DockerMachinePool  spec.template.{customImage,preLoadImages[]}  pin  -  optional
anywhere.eks.amazonaws.com,infrastructure.cluster.x-k8s.io  DockerMachineTemplate  spec.template.spec.{customImage,preLoadImages[]}  pin  -  optional
infrastructure.cluster.x-k8s.io  DockerMachinePoolTemplate  spec.template.spec.template.{customImage,preLoadImages[]}  pin  -  optional
infrastructure.cluster.x-k8s.io  DevMachine  spec.backend.docker.{customImage,preLoadImages[]}  pin  -  optional
infrastructure.cluster.x-k8s.io  DevMachineTemplate  spec.template.spec.backend.docker.{customImage,preLoadImages[]}  pin  -  optional
# A cloud runs these; they have no pull policy.
app.azure.com  ContainerApp,Job  spec.template.{containers,initContainers}[].image  pin
appengine.cnrm.cloud.google.com  AppEngineFlexibleAppVersion  spec.deployment.container.image  pin
containerinstance.azure.com  ContainerGroup  spec.{containers,initContainers}[].image  pin
run.cnrm.cloud.google.com  RunService  spec.template.containers[].image  pin
run.cnrm.cloud.google.com  RunJob  spec.template.template.containers[].image  pin
workstations.cnrm.cloud.google.com  WorkstationConfig  spec.container.image  pin
build.openshift.io  BuildConfig  spec.strategy.{sourceStrategy,dockerStrategy,customStrategy}.from.name  pin  -  optional,docker-image
build.openshift.io  BuildConfig  spec.source.images[].from.name  pin  -  optional,docker-image
image.openshift.io  ImageStream  spec.tags[].from.name  pin  -  optional,docker-image
apps.openshift.io  DeploymentConfig  spec.strategy.customParams.image  pin
cdi.kubevirt.io  DataVolume,VolumeImportSource  spec.source.registry.url  pin  -  optional,url
cdi.kubevirt.io  DataVolume,VolumeImportSource  spec.source.vddk.initImageURL  pin
cdi.kubevirt.io  DataImportCron  spec.template.spec.source.registry.url  pin  -  optional,url
cdi.kubevirt.io  DataImportCron  spec.template.spec.source.vddk.initImageURL  pin
ceph.rook.io  CephCluster  spec.cephVersion.image  pin  imagePullPolicy
ceph.rook.io  CephNVMeOFGateway  spec.image  pin
ceph.rook.io  CephCOSIDriver  spec.{image,objectProvisionerImage}  pin
ceph.rook.io  CephNFS  spec.security.sssd.sidecar.image  pin
chisel-operator.io  ExitNode  spec.chisel_image  pin
cloudsql.cloud.google.com  AuthProxyWorkload  spec.authProxyContainer.image  pin
config.openshift.io  APIServer  spec.encryption.kms.vault.kmsPluginImage  pin
extensions.istio.io  WasmPlugin  spec.url  pin  imagePullPolicy(Always,IfNotPresent)  optional,url
fluxcd.controlplane.io  FluxInstance  spec.distribution.artifact  pin  -  optional,url
gateway.envoyproxy.io  EnvoyProxy  spec.provider.kubernetes.{envoyDaemonSet,envoyDeployment}.container.image  pin
gateway.solo.io  Gateway  spec.httpGateway.options.wasm.filters[].image  pin  -  optional
gateway.solo.io  Gateway  spec.hybridGateway.matchedGateways[].httpGateway.options.wasm.filters[].image  pin  -  optional
gateway.solo.io  MatchableHttpGateway  spec.httpGateway.options.wasm.filters[].image  pin  -  optional
networking.gke.io  GCPWasmPlugin  spec.versions[].image  pin  -  optional
# Its own spec.image is a name to which the controller appends the version (denied-fields.ts).
k0smotron.io  Cluster  spec.{etcd.image,etcd.defragJob.image,monitoring.prometheusImage,monitoring.proxyImage}  pin  -  tagged
controlplane.cluster.x-k8s.io  K0smotronControlPlane  spec.{etcd.image,etcd.defragJob.image,monitoring.prometheusImage,monitoring.proxyImage}  pin  -  tagged
controlplane.cluster.x-k8s.io  K0smotronControlPlaneTemplate  spec.template.spec.{etcd.image,etcd.defragJob.image,monitoring.prometheusImage,monitoring.proxyImage}  pin  -  tagged
k8s.keycloak.org  Keycloak  spec.image  pin
kubefledged.io  ImageCache  spec.cacheSpec[].images[]  pin
kubevirt.io  KubeVirt  spec.configuration.network.binding.*.sidecarImage  pin
kubevirt.io  VirtualMachine  spec.dataVolumeTemplates[].spec.source.registry.url  pin  -  optional,url
kubevirt.io  VirtualMachine  spec.dataVolumeTemplates[].spec.source.vddk.initImageURL  pin
pool.kubevirt.io  VirtualMachinePool  spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.registry.url  pin  -  optional,url
pool.kubevirt.io  VirtualMachinePool  spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.vddk.initImageURL  pin
operator.cluster.x-k8s.io  *Provider  spec.{deployment,additionalDeployments.*.deployment}.containers[].imageUrl  pin
# open-cluster-management.io/config-policy-controller: Go templates over all of a policy's objects; rancher/fleet: files, which it may template.
policy.open-cluster-management.io  ConfigurationPolicy  spec.object-templates-raw  warn  it is a template, which the policy's controller fills in
fleet.cattle.io  Bundle  spec.resources[].content  warn  it is a file of a bundle, which Fleet may render first
operator.open-cluster-management.io  ClusterManager  spec.{addOnManagerImagePullSpec,placementImagePullSpec,registrationImagePullSpec,workImagePullSpec}  pin
operator.open-cluster-management.io  Klusterlet  spec.{imagePullSpec,registrationImagePullSpec,workImagePullSpec}  pin
operators.coreos.com  ClusterServiceVersion  spec.relatedImages[].image  pin
# For people to read: it names the operator's own image, or one that nobody runs.
operators.coreos.com  ClusterServiceVersion  metadata.annotations.containerImage  pin  -  copy
# A pinned catalogue is never polled again (updateStrategy.registryPoll).
operators.coreos.com  CatalogSource  spec.image  pin  -  optional
pkg.crossplane.io  Provider,Function,Configuration  spec.package  pin  packagePullPolicy
pkg.crossplane.io  ControllerConfig  spec.image  pin  imagePullPolicy
# The second image of each has the first one's pull policy.
platform.confluent.io  *  spec.image.application  pin  pullPolicy
platform.confluent.io  *  spec.image.init  pin
platform.confluent.io  *  spec.services.{alertmanager,prometheus,observer}.image  pin
platform.confluent.io  FlinkApplication,FlinkDeployment  spec.image  pin  imagePullPolicy
platform.confluent.io  FlinkBlueGreenDeployment  spec.template.spec.image  pin  imagePullPolicy
stunner.l7mp.io  Dataplane  spec.image  pin  imagePullPolicy
vault.banzaicloud.com  Vault  spec.{image,bankVaultsImage,fluentdImage,statsdImage,veleroFsfreezeImage}  pin
vault.banzaicloud.com  Vault  spec.vaultContainerSpec.image  pin  imagePullPolicy
vshn.appcat.vshn.io  VSHNKeycloak,XVSHNKeycloak  spec.parameters.service.customizationImage.image  pin
apis.integrityshield.io  IntegrityShield  spec.{logger,observer,server}.image  pin  imagePullPolicy
app.stacks  RuntimeComponent  spec.applicationImage  pin  pullPolicy  optional
apps.3scale.net  APIcast  spec.image  pin
apps.3scale.net  APIManager  spec.{apicast.image,backend.image,backend.redisImage,system.database.mysql.image,system.database.postgresql.image,system.image,system.memcachedImage,system.redisImage,zync.image,zync.postgreSQLImage}  pin
apps.m88i.io  Nexus  spec.image  pin  imagePullPolicy
apps.open-cluster-management.io  GitOpsCluster  spec.gitopsAddon.gitOpsOperatorImage  pin  -  optional
appsody.dev  AppsodyApplication  spec.applicationImage  pin  pullPolicy  optional
appzygy.net  Nuxeo  spec.{nuxeoImage,revProxy.nginx.image}  pin  imagePullPolicy
caching.ibm.com  VarnishCluster  spec.varnish.{controller.image,image,metricsExporter.image}  pin  imagePullPolicy
ceph.rook.io  CephNFS  spec.server.image  pin  imagePullPolicy
# Operators that read a version from the tag, in ways that are not known to bear a digest behind it.
core.libopenstorage.org  StorageCluster  spec.{autopilot,stork,userInterface}.image  pin  -  optional,keep-tag
core.libopenstorage.org  StorageCluster  spec.image  pin  imagePullPolicy  optional,keep-tag
deviceplugin.intel.com  DsaDevicePlugin,FpgaDevicePlugin,GpuDevicePlugin,QatDevicePlugin,SgxDevicePlugin  spec.image  pin  -  optional,keep-tag
deviceplugin.intel.com  FpgaDevicePlugin,GpuDevicePlugin,SgxDevicePlugin  spec.initImage  pin  -  optional,keep-tag
edgefs.rook.io  Cluster  spec.edgefsImageName  pin
ezmeral.hpe.com  HPEEzmeralCSIDriver,HPEEzmeralNFSCSIDriver  spec.controllerImage  pin  pullPolicy
ezmeral.hpe.com  HPEEzmeralCSIDriver,HPEEzmeralNFSCSIDriver  spec.nodeImage  pin
hive.openshift.io  ClusterDeployment  spec.provisioning.{installerImageOverride,releaseImage}  pin  -  optional
hive.openshift.io  ClusterImageSet  spec.{installerImage,releaseImage}  pin  -  optional
hypershift.openshift.io  HostedCluster,HostedControlPlane  spec.configuration.apiServer.encryption.kms.vault.kmsPluginImage  pin
hypershift.openshift.io  HostedCluster  spec.controlPlaneRelease.image  pin  -  optional
hypershift.openshift.io  HostedCluster,NodePool  spec.release.image  pin  -  optional
hypershift.openshift.io  HostedControlPlane  spec.{controlPlaneReleaseImage,releaseImage}  pin  -  optional
ibm.com  IBMApplicationGateway  spec.deployment.image  pin  imagePullPolicy
imaging-ingestion.alvearie.org  DicomEventDrivenIngestion  spec.eventProcessor.image  pin
imaging-ingestion.alvearie.org  DicomInstanceBinding  spec.instanceBinding.image  pin
imaging-ingestion.alvearie.org  DicomStudyBinding  spec.studyBinding.image  pin
imaging-ingestion.alvearie.org  DicomwebIngestionService  spec.{stowService,wadoService}.image  pin
imaging-ingestion.alvearie.org  DimseIngestionService  spec.dimseService.image  pin
imaging-ingestion.alvearie.org  DimseProxy  spec.proxy.image  pin
iot.eclipse.org  Hawkbit  spec.imageOverrides.*.image  pin  pullPolicy
istio.banzaicloud.io  Istio,RemoteIstio  spec.{citadel,proxy,proxyInit,sidecarInjector,sidecarInjector.initCNIConfiguration}.image  pin
istio.banzaicloud.io  Istio  spec.{galley,gateways.egress.sds,gateways.ingress.sds,mixer,nodeAgent,pilot}.image  pin
migration.openshift.io  MigHook  spec.image  pin
myvirtualdirectory.tremolo.io  MyVirtualDirectory  spec.image  pin
nfd.kubernetes.io,nfd.openshift.io  NodeFeatureDiscovery  spec.operand.image  pin  imagePullPolicy
noobaa.io  NooBaa  spec.dbImage  pin
noobaa.io  NooBaa  spec.image  pin  -  keep-tag
ocgate.yaacov.com  GateServer  spec.{image,webAppImage}  pin
openliberty.io  OpenLibertyApplication  spec.applicationImage  pin  pullPolicy  optional
operator.kubearmor.com  KubeArmorConfig  spec.{kubeRbacProxyImage,kubearmorControllerImage,kubearmorImage,kubearmorInitImage,kubearmorRelayImage}.image  pin  imagePullPolicy
operator.open-cluster-management.io  ClusterManager  spec.serverConfiguration.imagePullSpec  pin
org.eclipse.che  CheCluster  spec.{auth.identityProviderImage,database.postgresImage,devWorkspace.controllerImage,server.dashboardImage,server.devfileRegistryImage,server.pluginRegistryImage,server.singleHostGatewayConfigSidecarImage,server.singleHostGatewayImage,storage.pvcJobsImage}  pin
pmem-csi.intel.com  PmemCSIDeployment  spec.image  pin  imagePullPolicy
pmem-csi.intel.com  PmemCSIDeployment  spec.{nodeRegistrarImage,provisionerImage}  pin
redhatcop.redhat.io  KeepalivedGroup  spec.image  pin
redhatcop.redhat.io  MustGather  spec.mustGatherImages[]  pin
redhatcop.redhat.io  NodeScalingWatermark  spec.pausePodImage  pin
redhatcop.redhat.io  QuayEcosystem  spec.{clair.database,clair,quay.database,quay,redis}.image  pin
sailoperator.io  Istio,IstioRevision  spec.values.{global.agentgateway,global.proxy,global.proxy_init,pilot}.image  pin  -  optional,with-path
sailoperator.io  IstioCNI  spec.values.cni.image  pin  pullPolicy  optional,with-path
sailoperator.io  IstioCNI  spec.values.cni.repair.image  pin  -  optional,with-path
sailoperator.io  ZTunnel  spec.values.ztunnel.image  pin  imagePullPolicy  optional,with-path
search.open-cluster-management.io  Search  spec.deployments.{collector,database,indexer,queryapi}.imageOverride  pin
storage.dell.com  CSIIsilon,CSIPowerMax,CSIPowerStore,CSIUnity,CSIVXFlexOS  spec.driver.{common,controller,node,sideCars[]}.image  pin  imagePullPolicy
storage.dell.com  CSIPowerMaxRevProxy  spec.image  pin  imagePullPolicy
storageos.com  Job  spec.image  pin
storageos.com  StorageOSUpgrade  spec.newImage  pin
submariner.io  Submariner  spec.imageOverrides.*  pin
submarineraddon.open-cluster-management.io  SubmarinerConfig  spec.imagePullSpecs.{lighthouseAgentImagePullSpec,lighthouseCoreDNSImagePullSpec,metricsProxyImagePullSpec,nettestImagePullSpec,submarinerGlobalnetImagePullSpec,submarinerImagePullSpec,submarinerNetworkPluginSyncerImagePullSpec,submarinerRouteAgentImagePullSpec}  pin
syndesis.io  Syndesis  spec.{addons.jaeger.imageAgent,addons.jaeger.imageAllInOne,addons.jaeger.imageOperator,components.db.image}  pin
tackle.konveyor.io  Addon  spec.image  pin  imagePullPolicy
wildfly.org  WildFlyServer  spec.applicationImage  pin  -  optional
wso2.com  API,Integration  spec.image  pin
wso2.com  TargetEndpoint  spec.deploy.dockerImage  pin
argoproj.io  ArgoCD  spec.argoCDAgent.{agent,principal}.image  pin
forklift.konveyor.io  Conversion  spec.{image,vddkImage}  pin
forklift.konveyor.io  Plan  spec.virtV2vImage  pin
forklift.konveyor.io  ForkliftController  spec.{api_image_fqin,cli_download_image_fqin,controller_image_fqin,deep_inspection_image_fqin,deep_inspection_image_xfs_fqin,must_gather_image_fqin,populator_controller_image_fqin,populator_openstack_image_fqin,populator_ovirt_image_fqin,populator_vsphere_copy_offload_image_fqin,ui_plugin_image_fqin,validation_image_fqin,vddk_image,virt_v2v_image_fqin,virt_v2v_image_xfs_fqin}  pin
hypershift.openshift.io  NodePool  spec.platform.kubevirt.rootVolume.diskImage.containerDiskImage  pin  -  optional
infrastructure.cluster.x-k8s.io  DevMachinePool  spec.backend.docker.{customImage,preLoadImages[]}  pin  -  optional
infrastructure.cluster.x-k8s.io  DevMachinePoolTemplate  spec.template.spec.backend.docker.{customImage,preLoadImages[]}  pin  -  optional
infrastructure.cluster.x-k8s.io  KubevirtMachine  spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.registry.url  pin  -  optional,url
infrastructure.cluster.x-k8s.io  KubevirtMachine  spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.vddk.initImageURL  pin
infrastructure.cluster.x-k8s.io  KubevirtMachineTemplate  spec.template.spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.registry.url  pin  -  optional,url
infrastructure.cluster.x-k8s.io  KubevirtMachineTemplate  spec.template.spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.vddk.initImageURL  pin
policies.kubewarden.io  PolicyServer  spec.image  pin
# References in several keys: optional where the source of the operator does not show that a digest behind the tag works.
gateway.nginx.org  NginxProxy  spec.kubernetes.{daemonSet,deployment}.container.image  pin  pullPolicy  optional,{repository}:{tag}
tuppr.home-operations.com  KubernetesUpgrade,TalosUpgrade  spec.talosctl.image  pin  pullPolicy  optional,{repository}:{tag}
# A digest beside a new tag is written behind it (kustomize, api/filters/imagetag).
kustomize.toolkit.fluxcd.io  Kustomization  spec.images[]  pin  -  optional,{newName|name}:{newTag}@{digest}
twingate.com  TwingateConnector  spec.image  pin  -  optional,{repository}:{tag}
tailscale.com  DNSConfig  spec.nameserver.image  pin  -  optional,{repo}:{tag}
agentgateway.dev  AgentgatewayParameters  spec.image  pin  pullPolicy  optional,{registry}/{repository}:{tag}@{digest}
gateway.kgateway.dev  GatewayParameters  spec.kube.{envoyContainer,istio.istioProxyContainer,sdsContainer}.image  pin  pullPolicy  optional,{registry}/{repository}:{tag}@{digest}
`
