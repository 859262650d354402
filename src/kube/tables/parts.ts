/**
 * References in parts. Opt-in, each: how an operator joins the parts is its own business, and read from its source or
 * documentation. `table-row.ts` says what the columns mean.
 */
export const parts = `
operator.victoriametrics.com  VMAgent,VMAlert,VMAlertmanager,VMAnomaly,VMAuth,VMSingle  spec.image  pullPolicy  optional,{repository}:{tag}
operator.victoriametrics.com  VLAgent,VLSingle,VTSingle  spec.image  pullPolicy  optional,{repository}:{tag}
operator.victoriametrics.com  VMSingle  spec.vmBackup.image  pullPolicy  optional,{repository}:{tag}
operator.victoriametrics.com  VMCluster  spec.{vminsert,vmselect,vmstorage,vmstorage.vmBackup}.image  pullPolicy  optional,{repository}:{tag}
operator.victoriametrics.com  VLCluster  spec.{vlinsert,vlselect,vlstorage}.image  pullPolicy  optional,{repository}:{tag}
operator.victoriametrics.com  VTCluster  spec.{insert,select,storage}.image  pullPolicy  optional,{repository}:{tag}
logging.banzaicloud.io  FluentbitAgent  spec.{image,bufferVolumeImage,configHotReload.image}  pullPolicy  optional,{repository}:{tag}
logging.banzaicloud.io  FluentdConfig  spec.{image,bufferVolumeImage,configReloaderImage,volumeModImage}  pullPolicy  optional,{repository}:{tag}
logging.banzaicloud.io  FluentdConfig  spec.scaling.drain.{image,pauseImage}  pullPolicy  optional,{repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentbit.{image,bufferVolumeImage,configHotReload.image}  pullPolicy  optional,{repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentd.{image,bufferVolumeImage,configReloaderImage,volumeModImage}  pullPolicy  optional,{repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentd.scaling.drain.{image,pauseImage}  pullPolicy  optional,{repository}:{tag}
logging-extensions.banzaicloud.io  EventTailer,HostTailer  spec.image  pullPolicy  optional,{repository}:{tag}
logging-extensions.banzaicloud.io  HostTailer  spec.{fileTailers,systemdTailers}[].image  pullPolicy  optional,{repository}:{tag}
gateway.nginx.org  NginxProxy  spec.kubernetes.{daemonSet,deployment}.container.image  pullPolicy  optional,{repository}:{tag}
cluster.redpanda.com  Redpanda  spec.clusterSpec.{image,connectors.image}  pullPolicy  optional,{repository}:{tag}
tuppr.home-operations.com  KubernetesUpgrade,TalosUpgrade  spec.talosctl.image  pullPolicy  optional,{repository}:{tag}
# A digest beside a new tag is written behind it (kustomize, api/filters/imagetag).
kustomize.toolkit.fluxcd.io  Kustomization  spec.images[]  -  optional,{newName|name}:{newTag}@{digest}
twingate.com  TwingateConnector  spec.image  -  optional,{repository}:{tag}
tailscale.com  DNSConfig  spec.nameserver.image  -  optional,{repo}:{tag}
agentgateway.dev  AgentgatewayParameters  spec.image  pullPolicy  optional,{registry}/{repository}:{tag}@{digest}
gateway.kgateway.dev  GatewayParameters  spec.kube.{envoyContainer,istio.istioProxyContainer,sdsContainer}.image  pullPolicy  optional,{registry}/{repository}:{tag}@{digest}
`
