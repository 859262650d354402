/** Metrics, logs, traces, dashboards and search. Columns: `table-row.ts`. Source: as `databases.ts`. */
export const observability = `
*.k8s.elastic.co  *  spec.image  -
dynatrace.com  DynaKube  spec.{activeGate,oneAgent.classicFullStack,oneAgent.cloudNativeFullStack,oneAgent.hostMonitoring}.image  -
dynatrace.com  DynaKube  spec.oneAgent.{applicationMonitoring,cloudNativeFullStack}.codeModulesImage  -
coroot.com  Coroot  spec.{clickhouse,clickhouse.keeper,clusterAgent,clusterAgent.kubeStateMetrics,communityEdition,enterpriseEdition,nodeAgent,prometheus}.image.name  pullPolicy  optional
fluentbit.fluent.io  Collector,FluentBit  spec.image  imagePullPolicy
fluentd.fluent.io  Fluentd  spec.image  imagePullPolicy
# The operator reads spec.version as an image where it looks like one (grafana-operator@60d3ebd2).
grafana.integreatly.org  Grafana  spec.version  -  optional,with-path
jaegertracing.io  Jaeger  spec.{allInOne,agent,collector,ingester,query}.image  -
jaegertracing.io  Jaeger  spec.storage.{cassandraCreateSchema,dependencies,elasticsearch,esIndexCleaner,esRollover,grpcPlugin}.image  -
# Their containers have pullPolicy where a PodSpec has imagePullPolicy.
logging-extensions.banzaicloud.io  HostTailer,EventTailer  spec.workloadOverrides.{containers,initContainers}[].image  pullPolicy
logging-extensions.banzaicloud.io  EventTailer  spec.containerOverrides.image  pullPolicy
logging-extensions.banzaicloud.io  HostTailer  spec.{fileTailers,systemdTailers}[].containerOverrides.image  pullPolicy
monitoring.coreos.com  Prometheus,PrometheusAgent,Alertmanager,ThanosRuler  spec.image  imagePullPolicy
monitoring.coreos.com  Prometheus  spec.thanos.image  -
monitoring.grafana.com  GrafanaAgent  spec.image  -
opentelemetry.io  OpenTelemetryCollector,TargetAllocator,OpAMPBridge  spec.image  imagePullPolicy
opentelemetry.io  OpenTelemetryCollector  spec.targetAllocator.image  -
opentelemetry.io  Instrumentation  spec.{java,nodejs,python,dotnet,go,apacheHttpd,nginx}.image  -
opentelemetry.io  Instrumentation  spec.java.extensions[].image  -
operator.victoriametrics.com  VMAgent,VMAlertmanager,VMAuth  spec.configReloaderImage  -
tempo.grafana.com  TempoStack  spec.images.*  -
appdynamics.com  Adam,ClusterAgent  spec.{analyticsAgentImage,appDDotNetAttachImage,appDJavaAttachImage}  -
appdynamics.com  Adam,ClusterAgent,InfraViz  spec.image  -
appdynamics.com  InfraViz  spec.netVizImage  -
core.observatorium.io  Observatorium  spec.{api,loki,thanos,thanos.queryFrontend.cache,thanos.receiveController,thanos.store.cache}.image  imagePullPolicy
core.observatorium.io  Observatorium  spec.thanos.{queryFrontend.cache.exporterImage,rule.reloaderImage,store.cache.exporterImage}  -
dynatrace.com  DynaKube  spec.{kubernetesMonitoring,oneAgent,routing}.image  -
dynatrace.com  OneAgent,OneAgentAPM  spec.image  -
enterprise.splunk.com  IndexerCluster,LicenseMaster,SearchHeadCluster,Spark,Standalone  spec.image  imagePullPolicy
enterprise.splunk.com  SearchHeadCluster,Standalone  spec.sparkImage  -
hyperfoil.io  Horreum  spec.{image,keycloak.image,postgres.image,report.image}  -
logging.opstreelabs.in  Elasticsearch,Fluentd,Kibana  spec.image  imagePullPolicy
operator.victoriametrics.com  VLDistributed,VMDistributed  spec.vmauth.spec.configReloaderImage  -
operator.victoriametrics.com  VMAlert,VMSingle  spec.configReloaderImage  -
rp5.reportportal.io  ReportPortal  spec.{analyzer_image,api_image,index_image,migration_image,uat_image,ui_image}  -
wavefront.com  WavefrontCollector,WavefrontProxy  spec.image  -
`
