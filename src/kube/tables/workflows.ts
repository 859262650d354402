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
# argoproj/argo-workflows: an object that a template makes; argo-events: one that a trigger makes.
argoproj.io  Workflow,WorkflowTemplate,ClusterWorkflowTemplate  spec.templates[].resource.manifest(yaml)  -
argoproj.io  CronWorkflow  spec.workflowSpec.templates[].resource.manifest(yaml)  -
argoproj.io  Sensor  spec.triggers[].template.{k8s,argoWorkflow}.source.inline(yaml)  -
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.services.*.image  imagePullPolicy
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.{after,setup,steps}[].{run,parallel.run,services.*}.image  imagePullPolicy
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.{after,setup,steps}[].{execute,parallel.execute}.tests[].executionRequest.image  -
# A plan without a tag gets the plan's version from its controller (system-upgrade-controller@d357e23).
upgrade.cattle.io  Plan  spec.{upgrade,prepare}.image  -  tagged
apps.nvidia.com  NemoCustomizer  spec.modelDownloadJobs.image  imagePullPolicy
apps.nvidia.com  NemoCustomizer  spec.nemoDatastoreTools.image  -
build.dev  Build  spec.{builder,runtime.base}.image  -
build.dev  BuildStrategy,ClusterBuildStrategy  spec.buildSteps[].image  imagePullPolicy
eunomia.kohls.io  GitOpsConfig  spec.templateProcessorImage  -
flink.apache.org  FlinkBlueGreenDeployment  spec.template.spec.image  imagePullPolicy
jenkins.io  Jenkins  spec.seedJobAgentImage  -
kagent.dev  Agent,SandboxAgent  spec.byo.deployment.image  imagePullPolicy
kagent.dev  AgentHarness  spec.{image,substrate.workloadImage}  -
kagent.dev  Harness  spec.workload.image  -
kagent.dev  SandboxAgent  spec.byo.image  -
litmuschaos.io  ChaosEngine  spec.components.runner.image  imagePullPolicy
litmuschaos.io  ChaosEngine  spec.experiments[].spec.components.experimentImage  -
litmuschaos.io  ChaosEngine  spec.experiments[].spec.probe[].cmdProbe/inputs.source.image  imagePullPolicy
litmuschaos.io  ChaosExperiment  spec.definition.image  imagePullPolicy
litmuschaos.io  ChaosSchedule  spec.engineTemplateSpec.{components.runner.image,experiments[].spec.components.experimentImage,experiments[].spec.probe[].cmdProbe/inputs.source.image}  -
machinelearning.seldon.io  SeldonDeployment  spec.predictors[].explainer.containerSpec.image  imagePullPolicy
machinelearning.seldon.io  SeldonDeployment  spec.predictors[].{explainer,graph}.storageInitializerImage  -
mlops.seldon.io  Server  spec.imageOverrides.{agent,rclone}.image  imagePullPolicy
qiskit.ibm.com  QiskitPlayground  spec.image  imagePullPolicy
serving.kserve.io  InferenceService  spec.{canary[].predictor.huggingface,canary[].predictor.lightgbm,canary[].predictor.model,canary[].predictor.onnx,canary[].predictor.paddle,canary[].predictor.pmml,canary[].predictor.pytorch,canary[].predictor.sklearn,canary[].predictor.tensorflow,canary[].predictor.triton,canary[].predictor.xgboost,explainer.aix,explainer.alibi}.image  imagePullPolicy
serving.kubeflow.org  InferenceService  spec.{explainer.art,predictor.paddle}.image  imagePullPolicy
shipwright.io  Build  spec.{builder,source.ociArtifact}.image  -
shipwright.io  BuildRun  spec.{build.spec.source.ociArtifact,buildSpec.builder}.image  -
shipwright.io  BuildStrategy,ClusterBuildStrategy  spec.buildSteps[].image  imagePullPolicy
sparkoperator.k8s.io  SparkApplication  spec.initContainerImage  imagePullPolicy
toolhive.stacklok.dev  EmbeddingServer  spec.image  imagePullPolicy
toolhive.stacklok.dev  MCPServer  spec.image  -
yaks.citrusframework.org  Test  spec.selenium.image  -
# The layer that a build begins with, and the tools that build; what comes out of it stands in never.ts.
camel.apache.org  Build  spec.{toolImage,configuration.toolImage}  -
camel.apache.org  Build  spec.tasks[].{buildah,builder,jib,kaniko,package,s2i,spectrum}.{baseImage,configuration.toolImage}  -
camel.apache.org  Build  spec.tasks[].custom.{image,configuration.toolImage}  -
camel.apache.org  Build  spec.tasks[].{buildah,kaniko}.executorImage  -
camel.apache.org  IntegrationKit  spec.image  -
camel.apache.org  IntegrationPlatform,IntegrationProfile  spec.build.{baseImage,buildConfiguration.toolImage}  -
camel.apache.org  Integration,IntegrationKit,IntegrationPlatform,IntegrationProfile,Pipe,KameletBinding  spec.traits.{builder.baseImage,quarkus.nativeBaseImage,quarkus.nativeBuilderImage}  -
camel.apache.org  Pipe,KameletBinding  spec.integration.traits.{builder.baseImage,quarkus.nativeBaseImage,quarkus.nativeBuilderImage}  -
app.kiegroup.org  KogitoBuild  spec.{buildImage,runtimeImage}  -  optional
app.kiegroup.org  KogitoRuntime,KogitoSupportingService  spec.image  -  optional
tekton.dev  Condition  spec.check.image  imagePullPolicy
forklift.konveyor.io  Hook  spec.image  -
`
