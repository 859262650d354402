/**
 * References in parts. How an operator joins the parts, and what else it does with the tag, is its own business: where its
 * source does not show that a digest behind the tag is borne, the row is optional. `table-row.ts` says what the columns mean.
 */
export const parts = `
# VictoriaMetrics/operator, internal/controller/operator/factory/build: a tag may have a digest behind it.
operator.victoriametrics.com  VMAgent,VMAlert,VMAnomaly,VMAuth,VMSingle  spec.image  pullPolicy  {repository}:{tag}
# Its tag is read as a semantic version (factory/vmalertmanager).
operator.victoriametrics.com  VMAlertmanager  spec.image  pullPolicy  optional,{repository}:{tag}
operator.victoriametrics.com  VLAgent,VLSingle,VTSingle  spec.image  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VMSingle  spec.vmBackup.image  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VMCluster  spec.{vminsert,vmselect,vmstorage,vmstorage.vmBackup}.image  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VLCluster  spec.{vlinsert,vlselect,vlstorage}.image  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VTCluster  spec.{insert,select,storage}.image  pullPolicy  {repository}:{tag}
# kube-logging/logging-operator, pkg/sdk/logging/api/v1beta1: joined, and read for nothing else.
logging.banzaicloud.io  FluentbitAgent  spec.{image,bufferVolumeImage,configHotReload.image}  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  FluentdConfig  spec.{image,bufferVolumeImage,configReloaderImage,volumeModImage}  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  FluentdConfig  spec.scaling.drain.{image,pauseImage}  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentbit.{image,bufferVolumeImage,configHotReload.image}  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentd.{image,bufferVolumeImage,configReloaderImage,volumeModImage}  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentd.scaling.drain.{image,pauseImage}  pullPolicy  {repository}:{tag}
logging-extensions.banzaicloud.io  EventTailer,HostTailer  spec.image  pullPolicy  {repository}:{tag}
logging-extensions.banzaicloud.io  HostTailer  spec.{fileTailers,systemdTailers}[].image  pullPolicy  {repository}:{tag}
gateway.nginx.org  NginxProxy  spec.kubernetes.{daemonSet,deployment}.container.image  pullPolicy  optional,{repository}:{tag}
cluster.redpanda.com  Redpanda  spec.clusterSpec.{image,connectors.image}  pullPolicy  optional,{repository}:{tag}
tuppr.home-operations.com  KubernetesUpgrade,TalosUpgrade  spec.talosctl.image  pullPolicy  optional,{repository}:{tag}
# A digest beside a new tag is written behind it (kustomize, api/filters/imagetag).
kustomize.toolkit.fluxcd.io  Kustomization  spec.images[]  -  optional,{newName|name}:{newTag}@{digest}
twingate.com  TwingateConnector  spec.image  -  optional,{repository}:{tag}
tailscale.com  DNSConfig  spec.nameserver.image  -  optional,{repo}:{tag}
agentgateway.dev  AgentgatewayParameters  spec.image  pullPolicy  optional,{registry}/{repository}:{tag}@{digest}
gateway.kgateway.dev  GatewayParameters  spec.kube.{envoyContainer,istio.istioProxyContainer,sdsContainer}.image  pullPolicy  optional,{registry}/{repository}:{tag}@{digest}
logging.banzaicloud.io  SyslogNGConfig  spec.{syslogNGImage,configReloadImage,metricsExporterImage,bufferVolumeMetricsImage}  -  {repository}:{tag}
logging.banzaicloud.io  Logging  spec.syslogNG.{syslogNGImage,configReloadImage,metricsExporterImage,bufferVolumeMetricsImage}  -  {repository}:{tag}
operator.victoriametrics.com  VLDistributed,VMDistributed  spec.vmauth.spec.image  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VLDistributed  spec.{zoneCommon,zones[]}.vlagent.spec.image  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VMDistributed  spec.{zoneCommon,zones[]}.vmagent.spec.image  pullPolicy  {repository}:{tag}
# NVIDIA/k8s-nim-operator, api/apps/v1alpha1: joined, and read for nothing else.
apps.nvidia.com  NIMService,NIMBuild,NemoCustomizer,NemoDatastore,NemoEntitystore,NemoEvaluator,NemoGuardrail  spec.image  pullPolicy  {repository}:{tag}
apps.nvidia.com  NIMService,NemoCustomizer,NemoDatastore,NemoEntitystore,NemoEvaluator,NemoGuardrail  spec.expose.router.eppConfig.containerSpec.image  pullPolicy  {repository}:{tag}
apps.nvidia.com  NIMService  spec.{initContainers,sidecarContainers}[].image  pullPolicy  {repository}:{tag}
apps.nvidia.com  NIMCache  spec.initContainers[].image  pullPolicy  {repository}:{tag}
apps.nvidia.com  NIMPipeline  spec.services[].spec.{image,expose.router.eppConfig.containerSpec.image,initContainers[].image,sidecarContainers[].image}  pullPolicy  {repository}:{tag}
apps.nvidia.com  NemoCustomizer  spec.trainingConfig.image  pullPolicy  {repository}:{tag}
# apache/solr-operator, api/v1beta1: the tag of Solr's own image is compared with that of its nodes, those of the others are not.
solr.apache.org  SolrCloud  spec.busyBoxImage  pullPolicy  {repository}:{tag}
solr.apache.org  SolrPrometheusExporter  spec.{image,busyBoxImage}  pullPolicy  {repository}:{tag}
solr.apache.org  SolrCloud  spec.solrImage  pullPolicy  optional,{repository}:{tag}
# redis.io/docs, RedisEnterpriseCluster API: a digest counts before the tag.
app.redislabs.com  RedisEnterpriseCluster  spec.{bootstrapperImageSpec,redisEnterpriseImageSpec,redisEnterpriseServicesRiggerImageSpec,usageMeter.callHomeClient.imageSpec}  imagePullPolicy  optional,{repository}:{versionTag}@{digestHash}
`
