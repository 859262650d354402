/**
 * Databases, caches and message brokers. `table-row.ts` says what the columns mean. Source: the projects' own
 * CustomResourceDefinitions, by way of datreeio/CRDs-catalog@7b1e26ef where nothing else is said.
 */
export const databases = `
acid.zalan.do  postgresql  spec.{dockerImage,connectionPooler.dockerImage}  -
# The operator sets the pull policy of sidecars itself (zalando/postgres-operator, pkg/cluster/k8sres.go).
acid.zalan.do  postgresql  spec.sidecars[].image  -
acid.zalan.do  OperatorConfiguration  configuration.{docker_image,connection_pooler.connection_pooler_image,logical_backup.logical_backup_docker_image}  -
acid.zalan.do  OperatorConfiguration  configuration.{scalyr.scalyr_image,sidecar_docker_images.*}  -  optional
app.redislabs.com  RedisEnterpriseCluster  spec.sideContainersSpec[].image  imagePullPolicy
apps.emqx.io  EMQX  spec.image  imagePullPolicy
apps.emqx.io  EmqxBroker,EmqxEnterprise  spec.template.spec.reloaderImage  -
databases.spotahome.com  RedisFailover  spec.{redis,sentinel,redis.exporter,sentinel.exporter}.image  imagePullPolicy
dbaas.percona.com  DatabaseCluster  spec.backup.image  imagePullPolicy
dbaas.percona.com  DatabaseCluster  spec.{databaseImage,backup.initImage,loadBalancer.image,monitoring.pmm.image}  -
dragonflydb.io  Dragonfly  spec.image  imagePullPolicy
druid.apache.org  Druid  spec.{image,nodes.*.image}  imagePullPolicy
hivemq.com  HiveMQCluster  spec.image  imagePullPolicy
hivemq.com  HiveMQCluster  spec.{initBusyboxImage,initDnsWaitImage,initialization[].image}  -
k8s.mariadb.com  MariaDB,ExternalMariaDB,MaxScale  spec.{image,metrics.exporter.image}  imagePullPolicy
k8s.mariadb.com  MariaDB  spec.{galera,replication}.agent.image  imagePullPolicy
kafka.strimzi.io  Kafka  spec.{kafka.image,kafka.brokerRackInitImage,cruiseControl.image,kafkaExporter.image,zookeeper.image}  -
kafka.strimzi.io  Kafka  spec.entityOperator.{topicOperator,userOperator}.image  -
kafka.strimzi.io  KafkaConnect,KafkaMirrorMaker,KafkaMirrorMaker2,KafkaBridge  spec.{image,clientRackInitImage}  -
kafka.strimzi.io  KafkaConnect  spec.plugins[].artifacts[].reference  pullPolicy
minio.min.io  Tenant  spec.{image,kes.image}  imagePullPolicy
job.min.io  MinIOJob  spec.mcImage  -
mysql.oracle.com  InnoDBCluster  spec.{logs.collector,metrics}.image  -
mysql.presslabs.org  MysqlCluster  spec.image  -
pg.percona.com  PerconaPGCluster  spec.{image,pmm.image}  imagePullPolicy
pg.percona.com  PerconaPGCluster  spec.{backups.pgbackrest,proxy.pgBouncer}.image  -
pg.percona.com  PostgresCluster  spec.image  imagePullPolicy
pg.percona.com  PostgresCluster  spec.{backups.pgbackrest,monitoring.pgmonitor.exporter,proxy.pgBouncer,userInterface.pgAdmin}.image  -
pingcap.com  TidbCluster  spec.{discovery,helper,pd,pump,ticdc,tidb,tidb.slowLogTailer,tiflash,tikv,tiproxy}.image  imagePullPolicy
pingcap.com  TidbCluster  spec.pdms[].image  imagePullPolicy
pingcap.com  TidbCluster  spec.tidb.customizedStartupProbe.image  -
pingcap.com  DMCluster  spec.{discovery,master,worker}.image  imagePullPolicy
pingcap.com  TidbDashboard,TidbInitializer,TidbNGMonitoring  spec.image  imagePullPolicy
pingcap.com  TidbNGMonitoring  spec.ngMonitoring.image  imagePullPolicy
pingcap.com  Backup,Restore  spec.{toolImage,warmupImage}  -
pingcap.com  BackupSchedule  spec.{backupTemplate,logBackupTemplate}.toolImage  -
# One pull policy for all of them stands beside the first, so that only the first speaks for it.
postgres-operator.crunchydata.com  PostgresCluster,PGAdmin,PGUpgrade  spec.image  imagePullPolicy
postgres-operator.crunchydata.com  PostgresCluster  spec.{backups.pgbackrest,monitoring.pgmonitor.exporter,proxy.pgBouncer,userInterface.pgAdmin}.image  -
postgres-operator.crunchydata.com  PostgresCluster,PGAdmin  spec.instrumentation.image  -
# The webhook refuses a digest without a tag: it reads the version from the tag (cloudnative-pg@a95a534db).
postgresql.cnpg.io  Cluster  spec.imageName  imagePullPolicy  keep-tag
postgresql.cnpg.io  ImageCatalog,ClusterImageCatalog  spec.{images,componentImages}[].image  -  keep-tag
postgresql.cnpg.io  Pooler  spec.pgbouncer.image  -
ps.percona.com  PerconaServerMySQL  spec.{mysql,orchestrator,toolkit,backup,pmm,proxy.haproxy,proxy.router}.image  imagePullPolicy
ps.percona.com  PerconaServerMySQL  spec.{initImage,backup.initImage,mysql.initImage,orchestrator.initImage,proxy.haproxy.initImage,proxy.router.initImage}  -
psmdb.percona.com  PerconaServerMongoDB  spec.{image,logcollector.image}  imagePullPolicy
psmdb.percona.com  PerconaServerMongoDB  spec.{backup.image,pmm.image,initImage}  -
pxc.percona.com  PerconaXtraDBCluster  spec.{pxc,haproxy,proxysql,backup,logcollector,pmm}.image  imagePullPolicy
pxc.percona.com  PerconaXtraDBCluster  spec.{initImage,initContainer.image}  -
pxc.percona.com  PerconaXtraDBClusterRestore  spec.{backupSource,pitr.backupSource}.image  -  optional
ps.percona.com  PerconaServerMySQLRestore  spec.backupSource.image  -  optional
dbaas.percona.com  DatabaseClusterRestore  spec.backupSource.image  -  optional
rabbitmq.com  RabbitmqCluster  spec.{image,secretBackend.vault.defaultUserUpdaterImage}  -
redis.redis.opstreelabs.in  Redis,RedisCluster,RedisReplication,RedisSentinel  spec.{kubernetesConfig,redisExporter}.image  imagePullPolicy
scylla.scylladb.com  ScyllaOperatorConfig  spec.scyllaUtilsImage  -
seaweed.seaweedfs.com  Seaweed,SeaweedCSIDriver  spec.image  imagePullPolicy
seaweed.seaweedfs.com  Seaweed  spec.backup.image  -
seaweed.seaweedfs.com  SeaweedCSIDriver  spec.mountService.image  -
seaweed.seaweedfs.com  AdminScript  spec.image  -
valkey.io  ValkeyCluster,ValkeyNode  spec.{image,exporter.image}  -
apps.emqx.io  EmqxBroker,EmqxEnterprise  spec.emqxTemplate.image  imagePullPolicy
apps.kubeblocks.io  Cluster  spec.{componentSpecs[],shardings[].template}.configs[].reconfigureAction.exec.image  -
apps.kubeblocks.io  Component  spec.{configs[].reconfigureAction,customActions[].action}.exec.image  -
apps.kubeblocks.io  ComponentDefinition,SidecarDefinition  spec.{configs[],scripts[]}.reconfigure.exec.image  -
apps.kubeblocks.io  ComponentDefinition  spec.lifecycleActions.{accountProvision,availableProbe,dataDump,dataLoad,memberJoin,memberLeave,readonly,readwrite,reconfigure,roleProbe,switchover}.exec.image  -
apps.kubeblocks.io  ComponentDefinition,ShardingDefinition  spec.lifecycleActions.{postProvision,preTerminate}.exec.image  -
apps.kubeblocks.io  ComponentVersion  spec.releases[].images.*  -
apps.kubeblocks.io  ConfigConstraint  spec.{reloadAction.shellTrigger.toolsSetup,reloadOptions.shellTrigger.toolsSetup,toolsImageSpec}.toolConfigs[].image  -
apps.kubeblocks.io  Rollout  spec.{components[].strategy.create.promotion.condition.post,components[].strategy.create.promotion.condition.prev,shardings[].strategy.create.promotion.condition.post,shardings[].strategy.create.promotion.condition.prev}.exec.image  -
apps.kubeblocks.io  ShardingDefinition  spec.lifecycleActions.{shardAdd,shardRemove}.exec.image  -
# A tool without a tag gets the version of its cluster.
br.pingcap.com  Backup,CompactBackup,Restore  spec.toolImage  -  keep-tag,tagged
br.pingcap.com  BackupSchedule  spec.{backupTemplate,compactBackupTemplate,logBackupTemplate}.toolImage  -  keep-tag,tagged
br.pingcap.com  TiBR,TiBRGC  spec.image  -  keep-tag,tagged
cassandra.datastax.com  CassandraDatacenter  spec.{configBuilderImage,serverImage,systemLoggerImage}  -
cassandraoperator.instaclustr.com  CassandraDatacenter  spec.cassandraImage  imagePullPolicy
cassandraoperator.instaclustr.com  CassandraDatacenter  spec.sidecarImage  -
catalog.xrootd.org  XrootdVersion  spec.image  -
core.k8s.kubemq.io  KubemqCluster  spec.image.image  pullPolicy
core.k8s.kubemq.io  KubemqDashboard  spec.{grafana,prometheus}.image  -
# Version 2 appends spec.version to a name without a tag (pingcap/tidb-operator, pkg/image).
core.pingcap.com  DM,DMWorker,PD,ResourceManager,Router,Scheduler,Scheduling,TiCDC,TiDB,TiFlash,TiKV,TiKVWorker,TiProxy,TSO  spec.image  -  keep-tag,tagged
core.pingcap.com  DMGroup,DMWorkerGroup,PDGroup,ResourceManagerGroup,RouterGroup,SchedulerGroup,SchedulingGroup,TiCDCGroup,TiDBGroup,TiFlashGroup,TiKVGroup,TiKVWorkerGroup,TiProxyGroup,TSOGroup  spec.template.spec.image  -  keep-tag,tagged
core.pingcap.com  TiCDC,TiKV  spec.preStop.image  -
core.pingcap.com  TiCDC  spec.syncer.image  -
core.pingcap.com  TiCDCGroup,TiKVGroup  spec.template.spec.preStop.image  -
core.pingcap.com  TiCDCGroup  spec.template.spec.syncer.image  -
core.pingcap.com  TiDB  spec.slowLog.image  -
core.pingcap.com  TiDBGroup  spec.template.spec.slowLog.image  -
core.pingcap.com  TiFlash  spec.logTailer.image  -
core.pingcap.com  TiFlashGroup  spec.template.spec.logTailer.image  -
couchbase.com  CouchbaseCluster  spec.{backup.image,image,monitoring.prometheus.image}  -  optional,keep-tag
dataprotection.kubeblocks.io  ActionSet  spec.{backup.backupData,backup.postBackup[].job,backup.preBackup[].job,backup.preDelete,restore.postReady[].job,restore.prepareData}.image  -
dataprotection.kubeblocks.io  Restore  spec.readyConfig.readinessProbe.exec.image  -
extensions.kubeblocks.io  Addon  spec.helm.chartsImage  -
infinispan.org  Infinispan  spec.image  -
k8ssandra.io  K8ssandraCluster  spec.{cassandra.datacenters[].perNodeConfigInitContainerImage,cassandra.datacenters[].serverImage,cassandra.datacenters[].stargate.racks[].telemetry.vector.image,cassandra.datacenters[].stargate.telemetry.vector.image,cassandra.datacenters[].telemetry.vector.image,cassandra.perNodeConfigInitContainerImage,cassandra.serverImage,cassandra.telemetry.vector.image,reaper.telemetry.vector.image,stargate.telemetry.vector.image}  -
kafka.banzaicloud.io  KafkaCluster  spec.{brokerConfigGroups.*.image,brokers[].brokerConfig.image,clusterImage}  -  keep-tag
kafka.banzaicloud.io  KafkaCluster  spec.{cruiseControlConfig.image,cruiseControlConfig.initContainerImage,envoyConfig.image,monitoringConfig.jmxImage}  -
kafka.strimzi.io  Kafka  spec.jmxTrans.image  -
kafka.strimzi.io  KafkaConnectS2I  spec.{clientRackInitImage,image}  -
mariadb.persistentsys  MariaDB,Monitor  spec.image  -
operations.kubeblocks.io  OpsDefinition  spec.componentInfos[].imageMappings[].images.*  -
parameters.kubeblocks.io  ComponentParameter  spec.configItemDetails[].configSpec.reconfigure.exec.image  -
parameters.kubeblocks.io  ParametersDefinition  spec.reloadAction.shellTrigger.toolsSetup.toolConfigs[].{image,imageMappings[].image}  -
pgv2.percona.com  PerconaPGCluster  spec.{backups.pgbackrest,proxy.pgBouncer}.image  -
pgv2.percona.com  PerconaPGCluster  spec.{extensions,logcollector,pmm}.image  imagePullPolicy
pgv2.percona.com  PerconaPGCluster,PerconaPGUpgrade  spec.image  imagePullPolicy
pgv2.percona.com  PerconaPGUpgrade  spec.{toPgBackRestImage,toPgBouncerImage,toPostgresImage}  -
postgresql.dev4devs.com  Backup,Database  spec.image  -
postgresql.k8s.enterprisedb.io  Cluster  spec.imageName  -  keep-tag
ps.percona.com  PerconaServerMySQL  spec.backup.pitr.binlogServer.image  imagePullPolicy
ps.percona.com  PerconaServerMySQL  spec.backup.pitr.binlogServer.initImage  -
ps.percona.com  PerconaServerMySQLClusterSet  spec.mysqlshellRunner.image  -
ps.percona.com  PerconaServerMySQLRestore  spec.pitr.backupSource.binlogServer.image  imagePullPolicy  optional
ps.percona.com  PerconaServerMySQLRestore  spec.pitr.backupSource.binlogServer.initImage  -  optional
psmdb.percona.com  PerconaServerMongoDB  spec.search.image  imagePullPolicy
psmdb.percona.com  PerconaServerMongoDBClusterSync  spec.image  imagePullPolicy
qserv.lsst.org  Qserv  spec.{czar.image,dashboard.image,ingest.dbImage,replication.dbImage,replication.image,worker.image,xrootd.image}  -
reaper.k8ssandra.io  Reaper  spec.telemetry.vector.image  -
redis.redis.opstreelabs.in  RedisReplication  spec.sentinel.image  imagePullPolicy
rocketmq.apache.org  Broker  spec.brokerImage  imagePullPolicy
rocketmq.apache.org  NameService  spec.nameServiceImage  imagePullPolicy
# The operator reads the version from the tag (scylladb/scylla-operator, pkg/naming).
scylla.scylladb.com  ScyllaDBCluster,ScyllaDBDatacenter  spec.scyllaDB.image  -  keep-tag
scylla.scylladb.com  ScyllaDBCluster,ScyllaDBDatacenter  spec.scyllaDBManagerAgent.image  -
scylla.scylladb.com  ScyllaOperatorConfig  spec.{scyllaDBNodeExporterImage,unsupportedBashToolsImageOverride,unsupportedGrafanaImageOverride}  -
stargate.k8ssandra.io  Stargate  spec.{racks[].telemetry.vector.image,telemetry.vector.image}  -
upstream.pgv2.percona.com  PGAdmin,PGUpgrade,PostgresCluster  spec.image  imagePullPolicy
upstream.pgv2.percona.com  PGUpgrade  spec.toPostgresImage  -
upstream.pgv2.percona.com  PostgresCluster  spec.{backups.pgbackrest,monitoring.pgmonitor.exporter,proxy.pgBouncer,userInterface.pgAdmin}.image  -
workloads.kubeblocks.io  Instance,InstanceSet  spec.{configs[].reconfigure,lifecycleActions.reconfigure,lifecycleActions.switchover}.exec.image  -
workloads.kubeblocks.io  InstanceSet  spec.instances[].images.*  -
`
