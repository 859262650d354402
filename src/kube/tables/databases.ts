/**
 * Databases, caches and message brokers. `table-row.ts` says what the columns mean. Source: the projects' own
 * CustomResourceDefinitions, by way of datreeio/CRDs-catalog@7b1e26ef where nothing else is said.
 */
export const databases = `
acid.zalan.do  postgresql  spec.{dockerImage,connectionPooler.dockerImage}  -
# The operator sets the pull policy of sidecars itself (zalando/postgres-operator, pkg/cluster/k8sres.go).
acid.zalan.do  postgresql  spec.sidecars[].image  -
acid.zalan.do  OperatorConfiguration  configuration.{docker_image,connection_pooler.connection_pooler_image,logical_backup.logical_backup_docker_image,scalyr.scalyr_image,sidecar_docker_images.*}  -  optional
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
`
