/** Workflows, builds, tests, machine learning and batch. `table-row.ts` explains the columns; source as in `databases.ts`. */
export const workflows = `
actions.summerwind.dev  Runner  spec.image  pin  imagePullPolicy
actions.summerwind.dev  RunnerDeployment,RunnerReplicaSet  spec.template.spec.image  pin  imagePullPolicy
actions.summerwind.dev  RunnerSet  spec.image  pin
# One pull policy for all three; the runner's own image speaks for it.
apps.gitlab.com  Runner  spec.runnerImage  pin  imagePullPolicy
apps.gitlab.com  Runner  spec.{helperImage,buildImage}  pin
apps.kruise.io  ImagePullJob  spec.image  pin  imagePullPolicy(Always,IfNotPresent)
apps.kruise.io  ImageListPullJob  spec.images[]  pin
apps.kruise.io  AdvancedCronJob  spec.template.imageListPullJobTemplate.spec.images[]  pin
apps.kruise.io  SidecarSet  spec.{containers,initContainers}[].upgradeStrategy.hotUpgradeEmptyImage  pin
awx.ansible.com  AWX  spec.{control_plane_ee_image,init_projects_container_image,ee_images[].image}  pin
executor.testkube.io  Executor  spec.{image,slaves.image}  pin
flink.apache.org  FlinkDeployment  spec.image  pin  imagePullPolicy
infra.contrib.fluxcd.io  Terraform  spec.runnerPodTemplate.spec.image  pin
k6.io  K6,TestRun  spec.{initializer,runner,starter}.image  pin  imagePullPolicy
k6.io  K6,TestRun  spec.{initializer,runner,starter}.initContainers[].image  pin
k6.io  PrivateLoadZone  spec.image  pin
kubeflow.org  Experiment,Trial  spec.metricsCollectorSpec.collector.customCollector.image  pin  imagePullPolicy
kubeflow.org,trainer.kubeflow.org  TrainJob  spec.trainer.image  pin
trainer.kubeflow.org  OptimizationJob  spec.trainJobTemplate.spec.trainer.image  pin
ray.io  RayCluster  spec.{autoscalerOptions,historyServerOptions.collectorOptions}.image  pin  imagePullPolicy
ray.io  RayJob  spec.rayClusterSpec.{autoscalerOptions,historyServerOptions.collectorOptions}.image  pin  imagePullPolicy
ray.io  RayService  spec.rayClusterConfig.{autoscalerOptions,historyServerOptions.collectorOptions}.image  pin  imagePullPolicy
ray.io  RayCronJob  spec.jobTemplate.rayClusterSpec.{autoscalerOptions,historyServerOptions.collectorOptions}.image  pin  imagePullPolicy
renovate-operator.mogenius.com  RenovateJob  spec.image  pin
repo-manager.pulpproject.org  Pulp  spec.{cache.redis_image,database.postgres_image}  pin
repo-manager.pulpproject.org  Pulp  spec.{admin_password_job.container,migration_job.container,signing_job.container,api.init_container,content.init_container,worker.init_container}.image  pin
serving.kserve.io  InferenceService  spec.predictor.{model,huggingface,lightgbm,onnx,paddle,pmml,pytorch,sklearn,tensorflow,triton,xgboost}.image  pin  imagePullPolicy
serving.kserve.io  InferenceService  spec.explainer.art.image  pin  imagePullPolicy
serving.kserve.io  InferenceService  spec.predictor.{model,huggingface,lightgbm,onnx,paddle,pmml,pytorch,sklearn,tensorflow,triton,xgboost}.storageUri  pin  -  optional,url
serving.kubeflow.org  InferenceService  spec.predictor.{lightgbm,onnx,pmml,pytorch,sklearn,tensorflow,triton,xgboost}.image  pin  imagePullPolicy
serving.kubeflow.org  InferenceService  spec.explainer.{aix,alibi}.image  pin  imagePullPolicy
sparkoperator.k8s.io  SparkApplication  spec.image  pin  imagePullPolicy
sparkoperator.k8s.io  SparkConnect  spec.image  pin
sparkoperator.k8s.io  SparkApplication  spec.{driver,executor}.image  pin
sparkoperator.k8s.io  ScheduledSparkApplication  spec.template.image  pin  imagePullPolicy
sparkoperator.k8s.io  ScheduledSparkApplication  spec.template.{driver,executor}.image  pin
resource.streamnative.io  ComputeFlinkDeployment  spec.communityTemplate.spec.image  pin
resource.streamnative.io  ComputeFlinkDeployment  spec.template.deployment.spec.template.spec.artifact.artifactImage  pin
tekton.dev  StepAction  spec.image  pin
# The operator appends spec.version to a name without a tag.
temporal.io  TemporalCluster  spec.{image,ui.image,admintools.image}  pin  -  tagged
temporal.io  TemporalWorkerProcess  spec.image  pin  pullPolicy  tagged
temporal.io  TemporalWorkerProcess  spec.builder.image  pin  -  tagged
tests.testkube.io  Test,TestExecution  spec.executionRequest.image  pin
# argoproj/argo-workflows: an object that a template makes; argo-events: one that a trigger makes.
argoproj.io  Workflow,WorkflowTemplate,ClusterWorkflowTemplate  spec.templates[].resource.manifest(yaml)  pin
argoproj.io  CronWorkflow  spec.workflowSpec.templates[].resource.manifest(yaml)  pin
argoproj.io  Sensor  spec.triggers[].template.{k8s,argoWorkflow}.source.inline(yaml)  pin
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.services.*.image  pin  imagePullPolicy
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.{after,setup,steps}[].{run,parallel.run,services.*}.image  pin  imagePullPolicy
testworkflows.testkube.io  TestWorkflow,TestWorkflowTemplate  spec.{after,setup,steps}[].{execute,parallel.execute}.tests[].executionRequest.image  pin
# A plan without a tag gets the plan's version from its controller (system-upgrade-controller@d357e23).
upgrade.cattle.io  Plan  spec.{upgrade,prepare}.image  pin  -  tagged
apps.nvidia.com  NemoCustomizer  spec.modelDownloadJobs.image  pin  imagePullPolicy
apps.nvidia.com  NemoCustomizer  spec.nemoDatastoreTools.image  pin
build.dev  Build  spec.{builder,runtime.base}.image  pin
build.dev  BuildStrategy,ClusterBuildStrategy  spec.buildSteps[].image  pin  imagePullPolicy
eunomia.kohls.io  GitOpsConfig  spec.templateProcessorImage  pin
flink.apache.org  FlinkBlueGreenDeployment  spec.template.spec.image  pin  imagePullPolicy
jenkins.io  Jenkins  spec.seedJobAgentImage  pin
kagent.dev  Agent,SandboxAgent  spec.byo.deployment.image  pin  imagePullPolicy
kagent.dev  AgentHarness  spec.{image,substrate.workloadImage}  pin
kagent.dev  Harness  spec.workload.image  pin
kagent.dev  SandboxAgent  spec.byo.image  pin
litmuschaos.io  ChaosEngine  spec.components.runner.image  pin  imagePullPolicy
litmuschaos.io  ChaosEngine  spec.experiments[].spec.components.experimentImage  pin
litmuschaos.io  ChaosEngine  spec.experiments[].spec.probe[].cmdProbe/inputs.source.image  pin  imagePullPolicy
litmuschaos.io  ChaosExperiment  spec.definition.image  pin  imagePullPolicy
litmuschaos.io  ChaosSchedule  spec.engineTemplateSpec.{components.runner.image,experiments[].spec.components.experimentImage,experiments[].spec.probe[].cmdProbe/inputs.source.image}  pin
machinelearning.seldon.io  SeldonDeployment  spec.predictors[].explainer.containerSpec.image  pin  imagePullPolicy
machinelearning.seldon.io  SeldonDeployment  spec.predictors[].{explainer,graph}.storageInitializerImage  pin
mlops.seldon.io  Server  spec.imageOverrides.{agent,rclone}.image  pin  imagePullPolicy
qiskit.ibm.com  QiskitPlayground  spec.image  pin  imagePullPolicy
serving.kserve.io  InferenceService  spec.{canary[].predictor.huggingface,canary[].predictor.lightgbm,canary[].predictor.model,canary[].predictor.onnx,canary[].predictor.paddle,canary[].predictor.pmml,canary[].predictor.pytorch,canary[].predictor.sklearn,canary[].predictor.tensorflow,canary[].predictor.triton,canary[].predictor.xgboost,explainer.aix,explainer.alibi}.image  pin  imagePullPolicy
serving.kubeflow.org  InferenceService  spec.{explainer.art,predictor.paddle}.image  pin  imagePullPolicy
shipwright.io  Build  spec.{builder,source.ociArtifact}.image  pin
shipwright.io  BuildRun  spec.{build.spec.source.ociArtifact,buildSpec.builder}.image  pin
shipwright.io  BuildStrategy,ClusterBuildStrategy  spec.buildSteps[].image  pin  imagePullPolicy
sparkoperator.k8s.io  SparkApplication  spec.initContainerImage  pin  imagePullPolicy
toolhive.stacklok.dev  EmbeddingServer  spec.image  pin  imagePullPolicy
toolhive.stacklok.dev  MCPServer  spec.image  pin
yaks.citrusframework.org  Test  spec.selenium.image  pin
# The layer that a build begins with, and the tools that build; what comes out of it stands in denied-fields.ts.
camel.apache.org  Build  spec.{toolImage,configuration.toolImage}  pin
camel.apache.org  Build  spec.tasks[].{buildah,builder,jib,kaniko,package,s2i,spectrum}.{baseImage,configuration.toolImage}  pin
camel.apache.org  Build  spec.tasks[].custom.{image,configuration.toolImage}  pin
camel.apache.org  Build  spec.tasks[].{buildah,kaniko}.executorImage  pin
camel.apache.org  IntegrationKit  spec.image  pin
camel.apache.org  IntegrationPlatform,IntegrationProfile  spec.build.{baseImage,buildConfiguration.toolImage}  pin
camel.apache.org  Integration,IntegrationKit,IntegrationPlatform,IntegrationProfile,Pipe,KameletBinding  spec.traits.{builder.baseImage,quarkus.nativeBaseImage,quarkus.nativeBuilderImage}  pin
camel.apache.org  Pipe,KameletBinding  spec.integration.traits.{builder.baseImage,quarkus.nativeBaseImage,quarkus.nativeBuilderImage}  pin
app.kiegroup.org  KogitoBuild  spec.{buildImage,runtimeImage}  pin  -  optional
app.kiegroup.org  KogitoRuntime,KogitoSupportingService  spec.image  pin  -  optional
tekton.dev  Condition  spec.check.image  pin  imagePullPolicy
forklift.konveyor.io  Hook  spec.image  pin
# References in several keys: optional where the source of the operator does not show that a digest behind the tag works.
# NVIDIA/k8s-nim-operator, api/apps/v1alpha1: joined, and read for nothing else.
apps.nvidia.com  NIMService,NIMBuild,NemoCustomizer,NemoDatastore,NemoEntitystore,NemoEvaluator,NemoGuardrail  spec.image  pin  pullPolicy  {repository}:{tag}
apps.nvidia.com  NIMService,NemoCustomizer,NemoDatastore,NemoEntitystore,NemoEvaluator,NemoGuardrail  spec.expose.router.eppConfig.containerSpec.image  pin  pullPolicy  {repository}:{tag}
apps.nvidia.com  NIMService  spec.{initContainers,sidecarContainers}[].image  pin  pullPolicy  {repository}:{tag}
apps.nvidia.com  NIMCache  spec.initContainers[].image  pin  pullPolicy  {repository}:{tag}
apps.nvidia.com  NIMPipeline  spec.services[].spec.{image,expose.router.eppConfig.containerSpec.image,initContainers[].image,sidecarContainers[].image}  pin  pullPolicy  {repository}:{tag}
apps.nvidia.com  NemoCustomizer  spec.trainingConfig.image  pin  pullPolicy  {repository}:{tag}
`
