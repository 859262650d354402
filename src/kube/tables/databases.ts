/**
 * Databases, caches and message brokers. `table-row.ts` explains the columns. Source, unless a comment names another: the
 * projects' own CustomResourceDefinitions as collected by datreeio/CRDs-catalog@7b1e26ef.
 */
export const databases = `
acid.zalan.do  postgresql  spec.{dockerImage,connectionPooler.dockerImage}  pin
# The operator sets the pull policy of sidecars itself (zalando/postgres-operator, pkg/cluster/k8sres.go).
acid.zalan.do  postgresql  spec.sidecars[].image  pin
acid.zalan.do  OperatorConfiguration  configuration.{docker_image,connection_pooler.connection_pooler_image,logical_backup.logical_backup_docker_image}  pin
acid.zalan.do  OperatorConfiguration  configuration.{scalyr.scalyr_image,sidecar_docker_images.*}  pin  -  optional
app.redislabs.com  RedisEnterpriseCluster  spec.sideContainersSpec[].image  pin  imagePullPolicy
apps.emqx.io  EMQX  spec.image  pin  imagePullPolicy
apps.emqx.io  EmqxBroker,EmqxEnterprise  spec.template.spec.reloaderImage  pin
databases.spotahome.com  RedisFailover  spec.{redis,sentinel,redis.exporter,sentinel.exporter}.image  pin  imagePullPolicy
dbaas.percona.com  DatabaseCluster  spec.backup.image  pin  imagePullPolicy
dbaas.percona.com  DatabaseCluster  spec.{databaseImage,backup.initImage,loadBalancer.image,monitoring.pmm.image}  pin
dragonflydb.io  Dragonfly  spec.image  pin  imagePullPolicy
druid.apache.org  Druid  spec.{image,nodes.*.image}  pin  imagePullPolicy
hivemq.com  HiveMQCluster  spec.image  pin  imagePullPolicy
hivemq.com  HiveMQCluster  spec.{initBusyboxImage,initDnsWaitImage,initialization[].image}  pin
k8s.mariadb.com  MariaDB,ExternalMariaDB,MaxScale  spec.{image,metrics.exporter.image}  pin  imagePullPolicy
k8s.mariadb.com  MariaDB  spec.{galera,replication}.agent.image  pin  imagePullPolicy
kafka.strimzi.io  Kafka  spec.{kafka.image,kafka.brokerRackInitImage,cruiseControl.image,kafkaExporter.image,zookeeper.image}  pin
kafka.strimzi.io  Kafka  spec.entityOperator.{topicOperator,userOperator}.image  pin
kafka.strimzi.io  KafkaConnect,KafkaMirrorMaker,KafkaMirrorMaker2,KafkaBridge  spec.{image,clientRackInitImage}  pin
kafka.strimzi.io  KafkaConnect  spec.plugins[].artifacts[].reference  pin  pullPolicy
minio.min.io  Tenant  spec.{image,kes.image}  pin  imagePullPolicy
job.min.io  MinIOJob  spec.mcImage  pin
mysql.oracle.com  InnoDBCluster  spec.{logs.collector,metrics}.image  pin
mysql.presslabs.org  MysqlCluster  spec.image  pin
pg.percona.com  PerconaPGCluster  spec.{image,pmm.image}  pin  imagePullPolicy
pg.percona.com  PerconaPGCluster  spec.{backups.pgbackrest,proxy.pgBouncer}.image  pin
pg.percona.com  PostgresCluster  spec.image  pin  imagePullPolicy
pg.percona.com  PostgresCluster  spec.{backups.pgbackrest,monitoring.pgmonitor.exporter,proxy.pgBouncer,userInterface.pgAdmin}.image  pin
pingcap.com  TidbCluster  spec.{discovery,helper,pd,pump,ticdc,tidb,tidb.slowLogTailer,tiflash,tikv,tiproxy}.image  pin  imagePullPolicy
pingcap.com  TidbCluster  spec.pdms[].image  pin  imagePullPolicy
pingcap.com  TidbCluster  spec.tidb.customizedStartupProbe.image  pin
pingcap.com  DMCluster  spec.{discovery,master,worker}.image  pin  imagePullPolicy
pingcap.com  TidbDashboard,TidbInitializer,TidbNGMonitoring  spec.image  pin  imagePullPolicy
pingcap.com  TidbNGMonitoring  spec.ngMonitoring.image  pin  imagePullPolicy
pingcap.com  Backup,Restore  spec.{toolImage,warmupImage}  pin
pingcap.com  BackupSchedule  spec.{backupTemplate,logBackupTemplate}.toolImage  pin
# One pull policy for all of them stands beside the first, so that only the first speaks for it.
postgres-operator.crunchydata.com  PostgresCluster,PGAdmin,PGUpgrade  spec.image  pin  imagePullPolicy
postgres-operator.crunchydata.com  PostgresCluster  spec.{backups.pgbackrest,monitoring.pgmonitor.exporter,proxy.pgBouncer,userInterface.pgAdmin}.image  pin
postgres-operator.crunchydata.com  PostgresCluster,PGAdmin  spec.instrumentation.image  pin
# The webhook refuses a digest without a tag: it reads the version from the tag (cloudnative-pg@a95a534db).
postgresql.cnpg.io  Cluster  spec.imageName  pin  imagePullPolicy  keep-tag
postgresql.cnpg.io  ImageCatalog,ClusterImageCatalog  spec.{images,componentImages}[].image  pin  -  keep-tag
postgresql.cnpg.io  Pooler  spec.pgbouncer.image  pin
ps.percona.com  PerconaServerMySQL  spec.{mysql,orchestrator,toolkit,backup,pmm,proxy.haproxy,proxy.router}.image  pin  imagePullPolicy
ps.percona.com  PerconaServerMySQL  spec.{initImage,backup.initImage,mysql.initImage,orchestrator.initImage,proxy.haproxy.initImage,proxy.router.initImage}  pin
psmdb.percona.com  PerconaServerMongoDB  spec.{image,logcollector.image}  pin  imagePullPolicy
psmdb.percona.com  PerconaServerMongoDB  spec.{backup.image,pmm.image,initImage}  pin
pxc.percona.com  PerconaXtraDBCluster  spec.{pxc,haproxy,proxysql,backup,logcollector,pmm}.image  pin  imagePullPolicy
pxc.percona.com  PerconaXtraDBCluster  spec.{initImage,initContainer.image}  pin
pxc.percona.com  PerconaXtraDBClusterRestore  spec.{backupSource,pitr.backupSource}.image  pin  -  optional
ps.percona.com  PerconaServerMySQLRestore  spec.backupSource.image  pin  -  optional
dbaas.percona.com  DatabaseClusterRestore  spec.backupSource.image  pin  -  optional
rabbitmq.com  RabbitmqCluster  spec.{image,secretBackend.vault.defaultUserUpdaterImage}  pin
redis.redis.opstreelabs.in  Redis,RedisCluster,RedisReplication,RedisSentinel  spec.{kubernetesConfig,redisExporter}.image  pin  imagePullPolicy
scylla.scylladb.com  ScyllaOperatorConfig  spec.scyllaUtilsImage  pin
seaweed.seaweedfs.com  Seaweed,SeaweedCSIDriver  spec.image  pin  imagePullPolicy
seaweed.seaweedfs.com  Seaweed  spec.backup.image  pin
seaweed.seaweedfs.com  SeaweedCSIDriver  spec.mountService.image  pin
seaweed.seaweedfs.com  AdminScript  spec.image  pin
valkey.io  ValkeyCluster,ValkeyNode  spec.{image,exporter.image}  pin
apps.emqx.io  EmqxBroker,EmqxEnterprise  spec.emqxTemplate.image  pin  imagePullPolicy
apps.kubeblocks.io  Cluster  spec.{componentSpecs[],shardings[].template}.configs[].reconfigureAction.exec.image  pin
apps.kubeblocks.io  Component  spec.{configs[].reconfigureAction,customActions[].action}.exec.image  pin
apps.kubeblocks.io  ComponentDefinition,SidecarDefinition  spec.{configs[],scripts[]}.reconfigure.exec.image  pin
apps.kubeblocks.io  ComponentDefinition  spec.lifecycleActions.{accountProvision,availableProbe,dataDump,dataLoad,memberJoin,memberLeave,readonly,readwrite,reconfigure,roleProbe,switchover}.exec.image  pin
apps.kubeblocks.io  ComponentDefinition,ShardingDefinition  spec.lifecycleActions.{postProvision,preTerminate}.exec.image  pin
apps.kubeblocks.io  ComponentVersion  spec.releases[].images.*  pin
apps.kubeblocks.io  ConfigConstraint  spec.{reloadAction.shellTrigger.toolsSetup,reloadOptions.shellTrigger.toolsSetup,toolsImageSpec}.toolConfigs[].image  pin
apps.kubeblocks.io  Rollout  spec.{components[].strategy.create.promotion.condition.post,components[].strategy.create.promotion.condition.prev,shardings[].strategy.create.promotion.condition.post,shardings[].strategy.create.promotion.condition.prev}.exec.image  pin
apps.kubeblocks.io  ShardingDefinition  spec.lifecycleActions.{shardAdd,shardRemove}.exec.image  pin
# A tool without a tag gets the version of its cluster.
br.pingcap.com  Backup,CompactBackup,Restore  spec.toolImage  pin  -  keep-tag,tagged
br.pingcap.com  BackupSchedule  spec.{backupTemplate,compactBackupTemplate,logBackupTemplate}.toolImage  pin  -  keep-tag,tagged
br.pingcap.com  TiBR,TiBRGC  spec.image  pin  -  keep-tag,tagged
cassandra.datastax.com  CassandraDatacenter  spec.{configBuilderImage,serverImage,systemLoggerImage}  pin
cassandraoperator.instaclustr.com  CassandraDatacenter  spec.cassandraImage  pin  imagePullPolicy
cassandraoperator.instaclustr.com  CassandraDatacenter  spec.sidecarImage  pin
catalog.xrootd.org  XrootdVersion  spec.image  pin
core.k8s.kubemq.io  KubemqCluster  spec.image.image  pin  pullPolicy
core.k8s.kubemq.io  KubemqDashboard  spec.{grafana,prometheus}.image  pin
# Version 2 appends spec.version to a name without a tag (pingcap/tidb-operator, pkg/image).
core.pingcap.com  DM,DMWorker,PD,ResourceManager,Router,Scheduler,Scheduling,TiCDC,TiDB,TiFlash,TiKV,TiKVWorker,TiProxy,TSO  spec.image  pin  -  keep-tag,tagged
core.pingcap.com  DMGroup,DMWorkerGroup,PDGroup,ResourceManagerGroup,RouterGroup,SchedulerGroup,SchedulingGroup,TiCDCGroup,TiDBGroup,TiFlashGroup,TiKVGroup,TiKVWorkerGroup,TiProxyGroup,TSOGroup  spec.template.spec.image  pin  -  keep-tag,tagged
core.pingcap.com  TiCDC,TiKV  spec.preStop.image  pin
core.pingcap.com  TiCDC  spec.syncer.image  pin
core.pingcap.com  TiCDCGroup,TiKVGroup  spec.template.spec.preStop.image  pin
core.pingcap.com  TiCDCGroup  spec.template.spec.syncer.image  pin
core.pingcap.com  TiDB  spec.slowLog.image  pin
core.pingcap.com  TiDBGroup  spec.template.spec.slowLog.image  pin
core.pingcap.com  TiFlash  spec.logTailer.image  pin
core.pingcap.com  TiFlashGroup  spec.template.spec.logTailer.image  pin
couchbase.com  CouchbaseCluster  spec.{backup.image,image,monitoring.prometheus.image}  pin  -  optional,keep-tag
dataprotection.kubeblocks.io  ActionSet  spec.{backup.backupData,backup.postBackup[].job,backup.preBackup[].job,backup.preDelete,restore.postReady[].job,restore.prepareData}.image  pin
dataprotection.kubeblocks.io  Restore  spec.readyConfig.readinessProbe.exec.image  pin
extensions.kubeblocks.io  Addon  spec.helm.chartsImage  pin
infinispan.org  Infinispan  spec.image  pin
k8ssandra.io  K8ssandraCluster  spec.{cassandra.datacenters[].perNodeConfigInitContainerImage,cassandra.datacenters[].serverImage,cassandra.datacenters[].stargate.racks[].telemetry.vector.image,cassandra.datacenters[].stargate.telemetry.vector.image,cassandra.datacenters[].telemetry.vector.image,cassandra.perNodeConfigInitContainerImage,cassandra.serverImage,cassandra.telemetry.vector.image,reaper.telemetry.vector.image,stargate.telemetry.vector.image}  pin
kafka.banzaicloud.io  KafkaCluster  spec.{brokerConfigGroups.*.image,brokers[].brokerConfig.image,clusterImage}  pin  -  keep-tag
kafka.banzaicloud.io  KafkaCluster  spec.{cruiseControlConfig.image,cruiseControlConfig.initContainerImage,envoyConfig.image,monitoringConfig.jmxImage}  pin
kafka.strimzi.io  Kafka  spec.jmxTrans.image  pin
kafka.strimzi.io  KafkaConnectS2I  spec.{clientRackInitImage,image}  pin
mariadb.persistentsys  MariaDB,Monitor  spec.image  pin
operations.kubeblocks.io  OpsDefinition  spec.componentInfos[].imageMappings[].images.*  pin
parameters.kubeblocks.io  ComponentParameter  spec.configItemDetails[].configSpec.reconfigure.exec.image  pin
parameters.kubeblocks.io  ParametersDefinition  spec.reloadAction.shellTrigger.toolsSetup.toolConfigs[].{image,imageMappings[].image}  pin
pgv2.percona.com  PerconaPGCluster  spec.{backups.pgbackrest,proxy.pgBouncer}.image  pin
pgv2.percona.com  PerconaPGCluster  spec.{extensions,logcollector,pmm}.image  pin  imagePullPolicy
pgv2.percona.com  PerconaPGCluster,PerconaPGUpgrade  spec.image  pin  imagePullPolicy
pgv2.percona.com  PerconaPGUpgrade  spec.{toPgBackRestImage,toPgBouncerImage,toPostgresImage}  pin
postgresql.dev4devs.com  Backup,Database  spec.image  pin
postgresql.k8s.enterprisedb.io  Cluster  spec.imageName  pin  -  keep-tag
ps.percona.com  PerconaServerMySQL  spec.backup.pitr.binlogServer.image  pin  imagePullPolicy
ps.percona.com  PerconaServerMySQL  spec.backup.pitr.binlogServer.initImage  pin
ps.percona.com  PerconaServerMySQLClusterSet  spec.mysqlshellRunner.image  pin
ps.percona.com  PerconaServerMySQLRestore  spec.pitr.backupSource.binlogServer.image  pin  imagePullPolicy  optional
ps.percona.com  PerconaServerMySQLRestore  spec.pitr.backupSource.binlogServer.initImage  pin  -  optional
psmdb.percona.com  PerconaServerMongoDB  spec.search.image  pin  imagePullPolicy
psmdb.percona.com  PerconaServerMongoDBClusterSync  spec.image  pin  imagePullPolicy
qserv.lsst.org  Qserv  spec.{czar.image,dashboard.image,ingest.dbImage,replication.dbImage,replication.image,worker.image,xrootd.image}  pin
reaper.k8ssandra.io  Reaper  spec.telemetry.vector.image  pin
redis.redis.opstreelabs.in  RedisReplication  spec.sentinel.image  pin  imagePullPolicy
rocketmq.apache.org  Broker  spec.brokerImage  pin  imagePullPolicy
rocketmq.apache.org  NameService  spec.nameServiceImage  pin  imagePullPolicy
# The operator reads the version from the tag (scylladb/scylla-operator, pkg/naming).
scylla.scylladb.com  ScyllaDBCluster,ScyllaDBDatacenter  spec.scyllaDB.image  pin  -  keep-tag
scylla.scylladb.com  ScyllaDBCluster,ScyllaDBDatacenter  spec.scyllaDBManagerAgent.image  pin
scylla.scylladb.com  ScyllaOperatorConfig  spec.{scyllaDBNodeExporterImage,unsupportedBashToolsImageOverride,unsupportedGrafanaImageOverride}  pin
stargate.k8ssandra.io  Stargate  spec.{racks[].telemetry.vector.image,telemetry.vector.image}  pin
upstream.pgv2.percona.com  PGAdmin,PGUpgrade,PostgresCluster  spec.image  pin  imagePullPolicy
upstream.pgv2.percona.com  PGUpgrade  spec.toPostgresImage  pin
upstream.pgv2.percona.com  PostgresCluster  spec.{backups.pgbackrest,monitoring.pgmonitor.exporter,proxy.pgBouncer,userInterface.pgAdmin}.image  pin
workloads.kubeblocks.io  Instance,InstanceSet  spec.{configs[].reconfigure,lifecycleActions.reconfigure,lifecycleActions.switchover}.exec.image  pin
workloads.kubeblocks.io  InstanceSet  spec.instances[].images.*  pin
# References in several keys: optional where the source of the operator does not show that a digest behind the tag works.
cluster.redpanda.com  Redpanda  spec.clusterSpec.{image,connectors.image}  pin  pullPolicy  optional,{repository}:{tag}
# apache/solr-operator, api/v1beta1: the tag of Solr's own image is compared with that of its nodes, those of the others are not.
solr.apache.org  SolrCloud  spec.busyBoxImage  pin  pullPolicy  {repository}:{tag}
solr.apache.org  SolrPrometheusExporter  spec.{image,busyBoxImage}  pin  pullPolicy  {repository}:{tag}
solr.apache.org  SolrCloud  spec.solrImage  pin  pullPolicy  optional,{repository}:{tag}
# redis.io/docs, RedisEnterpriseCluster API: a digest counts before the tag.
app.redislabs.com  RedisEnterpriseCluster  spec.{bootstrapperImageSpec,redisEnterpriseImageSpec,redisEnterpriseServicesRiggerImageSpec,usageMeter.callHomeClient.imageSpec}  pin  imagePullPolicy  optional,{repository}:{versionTag}@{digestHash}
`
