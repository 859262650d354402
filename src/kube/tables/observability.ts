/** Metrics, logs, traces, dashboards and search. `table-row.ts` explains the columns; source as in `databases.ts`. */
export const observability = `
*.k8s.elastic.co  *  spec.image  pin
dynatrace.com  DynaKube  spec.{activeGate,oneAgent.classicFullStack,oneAgent.cloudNativeFullStack,oneAgent.hostMonitoring}.image  pin
dynatrace.com  DynaKube  spec.oneAgent.{applicationMonitoring,cloudNativeFullStack}.codeModulesImage  pin
coroot.com  Coroot  spec.{clickhouse,clickhouse.keeper,clusterAgent,clusterAgent.kubeStateMetrics,communityEdition,enterpriseEdition,nodeAgent,prometheus}.image.name  pin  pullPolicy  optional
fluentbit.fluent.io  Collector,FluentBit  spec.image  pin  imagePullPolicy
fluentd.fluent.io  Fluentd  spec.image  pin  imagePullPolicy
# The operator reads spec.version as an image where it looks like one (grafana-operator@60d3ebd2).
grafana.integreatly.org  Grafana  spec.version  pin  -  optional,with-path
jaegertracing.io  Jaeger  spec.{allInOne,agent,collector,ingester,query}.image  pin
jaegertracing.io  Jaeger  spec.storage.{cassandraCreateSchema,dependencies,elasticsearch,esIndexCleaner,esRollover,grpcPlugin}.image  pin
# Their containers have pullPolicy where a PodSpec has imagePullPolicy.
logging-extensions.banzaicloud.io  HostTailer,EventTailer  spec.workloadOverrides.{containers,initContainers}[].image  pin  pullPolicy
logging-extensions.banzaicloud.io  EventTailer  spec.containerOverrides.image  pin  pullPolicy
logging-extensions.banzaicloud.io  HostTailer  spec.{fileTailers,systemdTailers}[].containerOverrides.image  pin  pullPolicy
monitoring.coreos.com  Prometheus,PrometheusAgent,Alertmanager,ThanosRuler  spec.image  pin  imagePullPolicy
monitoring.coreos.com  Prometheus  spec.thanos.image  pin
monitoring.grafana.com  GrafanaAgent  spec.image  pin
opentelemetry.io  OpenTelemetryCollector,TargetAllocator,OpAMPBridge  spec.image  pin  imagePullPolicy
opentelemetry.io  OpenTelemetryCollector  spec.targetAllocator.image  pin
opentelemetry.io  Instrumentation  spec.{java,nodejs,python,dotnet,go,apacheHttpd,nginx}.image  pin
opentelemetry.io  Instrumentation  spec.java.extensions[].image  pin
operator.victoriametrics.com  VMAgent,VMAlertmanager,VMAuth  spec.configReloaderImage  pin
tempo.grafana.com  TempoStack  spec.images.*  pin
appdynamics.com  Adam,ClusterAgent  spec.{analyticsAgentImage,appDDotNetAttachImage,appDJavaAttachImage}  pin
appdynamics.com  Adam,ClusterAgent,InfraViz  spec.image  pin
appdynamics.com  InfraViz  spec.netVizImage  pin
core.observatorium.io  Observatorium  spec.{api,loki,thanos,thanos.queryFrontend.cache,thanos.receiveController,thanos.store.cache}.image  pin  imagePullPolicy
core.observatorium.io  Observatorium  spec.thanos.{queryFrontend.cache.exporterImage,rule.reloaderImage,store.cache.exporterImage}  pin
dynatrace.com  DynaKube  spec.{kubernetesMonitoring,oneAgent,routing}.image  pin
dynatrace.com  OneAgent,OneAgentAPM  spec.image  pin
enterprise.splunk.com  IndexerCluster,LicenseMaster,SearchHeadCluster,Spark,Standalone  spec.image  pin  imagePullPolicy
enterprise.splunk.com  SearchHeadCluster,Standalone  spec.sparkImage  pin
hyperfoil.io  Horreum  spec.{image,keycloak.image,postgres.image,report.image}  pin
logging.opstreelabs.in  Elasticsearch,Fluentd,Kibana  spec.image  pin  imagePullPolicy
operator.victoriametrics.com  VLDistributed,VMDistributed  spec.vmauth.spec.configReloaderImage  pin
operator.victoriametrics.com  VMAlert,VMSingle  spec.configReloaderImage  pin
rp5.reportportal.io  ReportPortal  spec.{analyzer_image,api_image,index_image,migration_image,uat_image,ui_image}  pin
wavefront.com  WavefrontCollector,WavefrontProxy  spec.image  pin
# References in several keys: optional where the source of the operator does not show that a digest behind the tag works.
# VictoriaMetrics/operator, internal/controller/operator/factory/build: a tag may have a digest behind it.
operator.victoriametrics.com  VMAgent,VMAlert,VMAnomaly,VMAuth,VMSingle  spec.image  pin  pullPolicy  {repository}:{tag}
# Its tag is read as a semantic version (factory/vmalertmanager).
operator.victoriametrics.com  VMAlertmanager  spec.image  pin  pullPolicy  optional,{repository}:{tag}
operator.victoriametrics.com  VLAgent,VLSingle,VTSingle  spec.image  pin  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VMSingle  spec.vmBackup.image  pin  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VMCluster  spec.{vminsert,vmselect,vmstorage,vmstorage.vmBackup}.image  pin  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VLCluster  spec.{vlinsert,vlselect,vlstorage}.image  pin  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VTCluster  spec.{insert,select,storage}.image  pin  pullPolicy  {repository}:{tag}
# kube-logging/logging-operator, pkg/sdk/logging/api/v1beta1: joined, and read for nothing else.
logging.banzaicloud.io  FluentbitAgent  spec.{image,bufferVolumeImage,configHotReload.image}  pin  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  FluentdConfig  spec.{image,bufferVolumeImage,configReloaderImage,volumeModImage}  pin  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  FluentdConfig  spec.scaling.drain.{image,pauseImage}  pin  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentbit.{image,bufferVolumeImage,configHotReload.image}  pin  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentd.{image,bufferVolumeImage,configReloaderImage,volumeModImage}  pin  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  Logging  spec.fluentd.scaling.drain.{image,pauseImage}  pin  pullPolicy  {repository}:{tag}
logging-extensions.banzaicloud.io  EventTailer,HostTailer  spec.image  pin  pullPolicy  {repository}:{tag}
logging-extensions.banzaicloud.io  HostTailer  spec.{fileTailers,systemdTailers}[].image  pin  pullPolicy  {repository}:{tag}
logging.banzaicloud.io  SyslogNGConfig  spec.{syslogNGImage,configReloadImage,metricsExporterImage,bufferVolumeMetricsImage}  pin  -  {repository}:{tag}
logging.banzaicloud.io  Logging  spec.syslogNG.{syslogNGImage,configReloadImage,metricsExporterImage,bufferVolumeMetricsImage}  pin  -  {repository}:{tag}
operator.victoriametrics.com  VLDistributed,VMDistributed  spec.vmauth.spec.image  pin  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VLDistributed  spec.{zoneCommon,zones[]}.vlagent.spec.image  pin  pullPolicy  {repository}:{tag}
operator.victoriametrics.com  VMDistributed  spec.{zoneCommon,zones[]}.vmagent.spec.image  pin  pullPolicy  {repository}:{tag}
`
