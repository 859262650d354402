/** Workflows, builds, tests, machine learning and batch. Columns: `table-row.ts`. Source: as `databases.ts`. */
export const workflows = `
actions.summerwind.dev  Runner  spec.image  imagePullPolicy
actions.summerwind.dev  RunnerDeployment,RunnerReplicaSet  spec.template.spec.image  imagePullPolicy
actions.summerwind.dev  RunnerSet  spec.image  -
# One pull policy for all three; the runner's own image speaks for it.
apps.gitlab.com  Runner  spec.runnerImage  imagePullPolicy
apps.gitlab.com  Runner  spec.{helperImage,buildImage}  -
apps.kruise.io  ImagePullJob  spec.image  imagePullPolicy(Always,IfNotPresent)
apps.kruise.io  ImageListPullJob  spec.images[]  -
apps.kruise.io  AdvancedCronJob  spec.template.imageListPullJobTemplate.spec.images[]  -
apps.kruise.io  SidecarSet  spec.{containers,initContainers}[].upgradeStrategy.hotUpgradeEmptyImage  -
awx.ansible.com  AWX  spec.{control_plane_ee_image,init_projects_container_image,ee_images[].image}  -
executor.testkube.io  Executor  spec.{image,slaves.image}  -
flink.apache.org  FlinkDeployment  spec.image  imagePullPolicy
infra.contrib.fluxcd.io  Terraform  spec.runnerPodTemplate.spec.image  -
k6.io  K6,TestRun  spec.{initializer,runner,starter}.image  imagePullPolicy
k6.io  K6,TestRun  spec.{initializer,runner,starter}.initContainers[].image  -
k6.io  PrivateLoadZone  spec.image  -
kubeflow.org  Experiment,Trial  spec.metricsCollectorSpec.collector.customCollector.image  imagePullPolicy
kubeflow.org,trainer.kubeflow.org  TrainJob  spec.trainer.image  -
trainer.kubeflow.org  OptimizationJob  spec.trainJobTemplate.spec.trainer.image  -
ray.io  RayCluster  spec.{autoscalerOptions,historyServerOptions.collectorOptions}.image  imagePullPolicy
ray.io  RayJob  spec.rayClusterSpec.{autoscalerOptions,historyServerOptions.collectorOptions}.image  imagePullPolicy
ray.io  RayService  spec.rayClusterConfig.{autoscalerOptions,historyServerOptions.collectorOptions}.image  imagePullPolicy
ray.io  RayCronJob  spec.jobTemplate.rayClusterSpec.{autoscalerOptions,historyServerOptions.collectorOptions}.image  imagePullPolicy
renovate-operator.mogenius.com  RenovateJob  spec.image  -
repo-manager.pulpproject.org  Pulp  spec.{cache.redis_image,database.postgres_image}  -
repo-manager.pulpproject.org  Pulp  spec.{admin_password_job.container,migration_job.container,signing_job.container,api.init_container,content.init_container,worker.init_container}.image  -
serving.kserve.io  InferenceService  spec.predictor.{model,huggingface,lightgbm,onnx,paddle,pmml,pytorch,sklearn,tensorflow,triton,xgboost}.image  imagePullPolicy
serving.kserve.io  InferenceService  spec.explainer.art.image  imagePullPolicy
serving.kserve.io  InferenceService  spec.predictor.{model,huggingface,lightgbm,onnx,paddle,pmml,pytorch,sklearn,tensorflow,triton,xgboost}.storageUri  -  optional,url
serving.kubeflow.org  InferenceService  spec.predictor.{lightgbm,onnx,pmml,pytorch,sklearn,tensorflow,triton,xgboost}.image  imagePullPolicy
serving.kubeflow.org  InferenceService  spec.explainer.{aix,alibi}.image  imagePullPolicy
sparkoperator.k8s.io  SparkApplication  spec.image  imagePullPolicy
sparkoperator.k8s.io  SparkConnect  spec.image  -
sparkoperator.k8s.io  SparkApplication  spec.{driver,executor}.image  -
sparkoperator.k8s.io  ScheduledSparkApplication  spec.template.image  imagePullPolicy
sparkoperator.k8s.io  ScheduledSparkApplication  spec.template.{driver,executor}.image  -
resource.streamnative.io  ComputeFlinkDeployment  spec.communityTemplate.spec.image  -
resource.streamnative.io  ComputeFlinkDeployment  spec.template.deployment.spec.template.spec.artifact.artifactImage  -
tekton.dev  StepAction  spec.image  -
# The operator appends spec.version to a name without a tag.
temporal.io  TemporalCluster  spec.{image,ui.image,admintools.image}  -  tagged
temporal.io  TemporalWorkerProcess  spec.image  pullPolicy  tagged
temporal.io  TemporalWorkerProcess  spec.builder.image  -  tagged
tests.testkube.io  Test,TestExecution  spec.executionRequest.image  -
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.services.*.image  imagePullPolicy
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.{after,setup,steps}[].{run,parallel.run,services.*}.image  imagePullPolicy
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.{after,setup,steps}[].{execute,parallel.execute}.tests[].executionRequest.image  -
# A plan without a tag gets the plan's version from its controller (system-upgrade-controller@d357e23).
upgrade.cattle.io  Plan  spec.{upgrade,prepare}.image  -  tagged
`
