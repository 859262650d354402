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
# open-cluster-management.io/config-policy-controller: Go templates over all of a policy's objects; rancher/fleet: files, which it may template.
policy.open-cluster-management.io  ConfigurationPolicy  spec.object-templates-raw  ! it is a template, which the policy's controller fills in
fleet.cattle.io  Bundle  spec.resources[].content  ! it is a file of a bundle, which Fleet may render first
operator.open-cluster-management.io  ClusterManager  spec.{addOnManagerImagePullSpec,placementImagePullSpec,registrationImagePullSpec,workImagePullSpec}  -
operator.open-cluster-management.io  Klusterlet  spec.{imagePullSpec,registrationImagePullSpec,workImagePullSpec}  -
operators.coreos.com  ClusterServiceVersion  spec.relatedImages[].image  -
# For people to read: it names the operator's own image, or one that nobody runs.
operators.coreos.com  ClusterServiceVersion  metadata.annotations.containerImage  -  twin
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
apis.integrityshield.io  IntegrityShield  spec.{logger,observer,server}.image  imagePullPolicy
app.stacks  RuntimeComponent  spec.applicationImage  pullPolicy  optional
apps.3scale.net  APIcast  spec.image  -
apps.3scale.net  APIManager  spec.{apicast.image,backend.image,backend.redisImage,system.database.mysql.image,system.database.postgresql.image,system.image,system.memcachedImage,system.redisImage,zync.image,zync.postgreSQLImage}  -
apps.m88i.io  Nexus  spec.image  imagePullPolicy
apps.open-cluster-management.io  GitOpsCluster  spec.gitopsAddon.gitOpsOperatorImage  -  optional
appsody.dev  AppsodyApplication  spec.applicationImage  pullPolicy  optional
appzygy.net  Nuxeo  spec.{nuxeoImage,revProxy.nginx.image}  imagePullPolicy
caching.ibm.com  VarnishCluster  spec.varnish.{controller.image,image,metricsExporter.image}  imagePullPolicy
ceph.rook.io  CephNFS  spec.server.image  imagePullPolicy
# Operators that read a version from the tag, in ways that are not known to bear a digest behind it.
core.libopenstorage.org  StorageCluster  spec.{autopilot,stork,userInterface}.image  -  optional,keep-tag
core.libopenstorage.org  StorageCluster  spec.image  imagePullPolicy  optional,keep-tag
deviceplugin.intel.com  DsaDevicePlugin,FpgaDevicePlugin,GpuDevicePlugin,QatDevicePlugin,SgxDevicePlugin  spec.image  -  optional,keep-tag
deviceplugin.intel.com  FpgaDevicePlugin,GpuDevicePlugin,SgxDevicePlugin  spec.initImage  -  optional,keep-tag
edgefs.rook.io  Cluster  spec.edgefsImageName  -
ezmeral.hpe.com  HPEEzmeralCSIDriver,HPEEzmeralNFSCSIDriver  spec.controllerImage  pullPolicy
ezmeral.hpe.com  HPEEzmeralCSIDriver,HPEEzmeralNFSCSIDriver  spec.nodeImage  -
hive.openshift.io  ClusterDeployment  spec.provisioning.{installerImageOverride,releaseImage}  -  optional
hive.openshift.io  ClusterImageSet  spec.{installerImage,releaseImage}  -  optional
hypershift.openshift.io  HostedCluster,HostedControlPlane  spec.configuration.apiServer.encryption.kms.vault.kmsPluginImage  -
hypershift.openshift.io  HostedCluster  spec.controlPlaneRelease.image  -  optional
hypershift.openshift.io  HostedCluster,NodePool  spec.release.image  -  optional
hypershift.openshift.io  HostedControlPlane  spec.{controlPlaneReleaseImage,releaseImage}  -  optional
ibm.com  IBMApplicationGateway  spec.deployment.image  imagePullPolicy
imaging-ingestion.alvearie.org  DicomEventDrivenIngestion  spec.eventProcessor.image  -
imaging-ingestion.alvearie.org  DicomInstanceBinding  spec.instanceBinding.image  -
imaging-ingestion.alvearie.org  DicomStudyBinding  spec.studyBinding.image  -
imaging-ingestion.alvearie.org  DicomwebIngestionService  spec.{stowService,wadoService}.image  -
imaging-ingestion.alvearie.org  DimseIngestionService  spec.dimseService.image  -
imaging-ingestion.alvearie.org  DimseProxy  spec.proxy.image  -
iot.eclipse.org  Hawkbit  spec.imageOverrides.*.image  pullPolicy
istio.banzaicloud.io  Istio,RemoteIstio  spec.{citadel,proxy,proxyInit,sidecarInjector,sidecarInjector.initCNIConfiguration}.image  -
istio.banzaicloud.io  Istio  spec.{galley,gateways.egress.sds,gateways.ingress.sds,mixer,nodeAgent,pilot}.image  -
migration.openshift.io  MigHook  spec.image  -
myvirtualdirectory.tremolo.io  MyVirtualDirectory  spec.image  -
nfd.kubernetes.io,nfd.openshift.io  NodeFeatureDiscovery  spec.operand.image  imagePullPolicy
noobaa.io  NooBaa  spec.dbImage  -
noobaa.io  NooBaa  spec.image  -  keep-tag
ocgate.yaacov.com  GateServer  spec.{image,webAppImage}  -
openliberty.io  OpenLibertyApplication  spec.applicationImage  pullPolicy  optional
operator.kubearmor.com  KubeArmorConfig  spec.{kubeRbacProxyImage,kubearmorControllerImage,kubearmorImage,kubearmorInitImage,kubearmorRelayImage}.image  imagePullPolicy
operator.open-cluster-management.io  ClusterManager  spec.serverConfiguration.imagePullSpec  -
org.eclipse.che  CheCluster  spec.{auth.identityProviderImage,database.postgresImage,devWorkspace.controllerImage,server.dashboardImage,server.devfileRegistryImage,server.pluginRegistryImage,server.singleHostGatewayConfigSidecarImage,server.singleHostGatewayImage,storage.pvcJobsImage}  -
pmem-csi.intel.com  PmemCSIDeployment  spec.image  imagePullPolicy
pmem-csi.intel.com  PmemCSIDeployment  spec.{nodeRegistrarImage,provisionerImage}  -
redhatcop.redhat.io  KeepalivedGroup  spec.image  -
redhatcop.redhat.io  MustGather  spec.mustGatherImages[]  -
redhatcop.redhat.io  NodeScalingWatermark  spec.pausePodImage  -
redhatcop.redhat.io  QuayEcosystem  spec.{clair.database,clair,quay.database,quay,redis}.image  -
sailoperator.io  Istio,IstioRevision  spec.values.{global.agentgateway,global.proxy,global.proxy_init,pilot}.image  -  optional,with-path
sailoperator.io  IstioCNI  spec.values.cni.image  pullPolicy  optional,with-path
sailoperator.io  IstioCNI  spec.values.cni.repair.image  -  optional,with-path
sailoperator.io  ZTunnel  spec.values.ztunnel.image  imagePullPolicy  optional,with-path
search.open-cluster-management.io  Search  spec.deployments.{collector,database,indexer,queryapi}.imageOverride  -
storage.dell.com  CSIIsilon,CSIPowerMax,CSIPowerStore,CSIUnity,CSIVXFlexOS  spec.driver.{common,controller,node,sideCars[]}.image  imagePullPolicy
storage.dell.com  CSIPowerMaxRevProxy  spec.image  imagePullPolicy
storageos.com  Job  spec.image  -
storageos.com  StorageOSUpgrade  spec.newImage  -
submariner.io  Submariner  spec.imageOverrides.*  -
submarineraddon.open-cluster-management.io  SubmarinerConfig  spec.imagePullSpecs.{lighthouseAgentImagePullSpec,lighthouseCoreDNSImagePullSpec,metricsProxyImagePullSpec,nettestImagePullSpec,submarinerGlobalnetImagePullSpec,submarinerImagePullSpec,submarinerNetworkPluginSyncerImagePullSpec,submarinerRouteAgentImagePullSpec}  -
syndesis.io  Syndesis  spec.{addons.jaeger.imageAgent,addons.jaeger.imageAllInOne,addons.jaeger.imageOperator,components.db.image}  -
tackle.konveyor.io  Addon  spec.image  imagePullPolicy
wildfly.org  WildFlyServer  spec.applicationImage  -  optional
wso2.com  API,Integration  spec.image  -
wso2.com  TargetEndpoint  spec.deploy.dockerImage  -
argoproj.io  ArgoCD  spec.argoCDAgent.{agent,principal}.image  -
forklift.konveyor.io  Conversion  spec.{image,vddkImage}  -
forklift.konveyor.io  Plan  spec.virtV2vImage  -
forklift.konveyor.io  ForkliftController  spec.{api_image_fqin,cli_download_image_fqin,controller_image_fqin,deep_inspection_image_fqin,deep_inspection_image_xfs_fqin,must_gather_image_fqin,populator_controller_image_fqin,populator_openstack_image_fqin,populator_ovirt_image_fqin,populator_vsphere_copy_offload_image_fqin,ui_plugin_image_fqin,validation_image_fqin,vddk_image,virt_v2v_image_fqin,virt_v2v_image_xfs_fqin}  -
hypershift.openshift.io  NodePool  spec.platform.kubevirt.rootVolume.diskImage.containerDiskImage  -  optional
infrastructure.cluster.x-k8s.io  DevMachinePool  spec.backend.docker.{customImage,preLoadImages[]}  -  optional
infrastructure.cluster.x-k8s.io  DevMachinePoolTemplate  spec.template.spec.backend.docker.{customImage,preLoadImages[]}  -  optional
infrastructure.cluster.x-k8s.io  KubevirtMachine  spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.registry.url  -  optional,url
infrastructure.cluster.x-k8s.io  KubevirtMachine  spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.vddk.initImageURL  -
infrastructure.cluster.x-k8s.io  KubevirtMachineTemplate  spec.template.spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.registry.url  -  optional,url
infrastructure.cluster.x-k8s.io  KubevirtMachineTemplate  spec.template.spec.virtualMachineTemplate.spec.dataVolumeTemplates[].spec.source.vddk.initImageURL  -
policies.kubewarden.io  PolicyServer  spec.image  -
`
