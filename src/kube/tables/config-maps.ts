/** ConfigMaps that a known controller reads, and whose values name images that it runs. `table-row.ts` explains the columns. */
export const configMaps = `
# knative/serving, pkg/deployment/config.go: the container that stands beside every one of the user's.
core  ConfigMap/config-deployment  data.{queue-sidecar-image,queueSidecarImage}  pin
# argoproj/argo-workflows, config/config.go: a container, as core has it; in one text with the rest, long ago.
core  ConfigMap/*workflow-controller-configmap  data.executor(yaml).image  pin  imagePullPolicy
core  ConfigMap/*workflow-controller-configmap  data.config(yaml).executor.image  pin  imagePullPolicy
core  ConfigMap/*workflow-controller-configmap  data.{executorImage,config(yaml).executorImage}  pin
core  ConfigMap/argo-events*  data["controller-config.yaml"](yaml).eventBus.nats.versions[].{natsStreamingImage,metricsExporterImage}  pin
core  ConfigMap/argo-events*  data["controller-config.yaml"](yaml).eventBus.jetstream.versions[].{natsImage,metricsExporterImage,configReloaderImage}  pin
# kserve/kserve, pkg/apis/serving/v1beta1/configmap.go. Explainers have their images in several keys.
core  ConfigMap/inferenceservice-config  data.{agent,batcher,logger,router,storageInitializer,oauthProxy}(json).image  pin
core  ConfigMap/inferenceservice-config  data.localModel(json).defaultJobImage  pin
# kubeflow/katib, pkg/apis/config/v1beta1: one text since 0.16, one for each kind of image before.
core  ConfigMap/katib-config*  data["katib-config.yaml"](yaml).runtime.{metricsCollectors,suggestions,earlyStoppings}[].image  pin  imagePullPolicy
core  ConfigMap/katib-config*  data.{metrics-collector-sidecar,suggestion,early-stopping}(json).*.image  pin  imagePullPolicy
core  ConfigMap/trial-templates  data.*(yaml)  pin
# kubeflow/manifests: what a notebook begins with, and what may be chosen.
core  ConfigMap/jupyter-web-app-config*  data["spawner_ui_config.yaml"](yaml).spawnerFormDefaults.{image,imageGroupOne,imageGroupTwo}.{value,options[]}  pin
core  ConfigMap/pipeline-install-config  data.cacheImage  pin
# zalando/postgres-operator, manifests/configmap.yaml.
core  ConfigMap/postgres-operator  data.{docker_image,connection_pooler_image,logical_backup_docker_image}  pin
# rook/rook up to 1.17, deploy/examples/operator.yaml.
core  ConfigMap/rook-ceph-operator-config  data.{ROOK_CSI_CEPH_IMAGE,ROOK_CSI_REGISTRAR_IMAGE,ROOK_CSI_RESIZER_IMAGE,ROOK_CSI_PROVISIONER_IMAGE,ROOK_CSI_SNAPSHOTTER_IMAGE,ROOK_CSI_ATTACHER_IMAGE,ROOK_CSIADDONS_IMAGE}  pin
# vmware-tanzu/velero: without a tag, the helper gets Velero's own.
core  ConfigMap/fs-restore-action-config,ConfigMap/restic-restore-action-config  data.image  pin  -  tagged
# kubevirt/containerized-data-importer, doc/datavolumes.md.
core  ConfigMap/v2v-vmware  data.vddk-init-image  pin
core  ConfigMap/assisted-service-config  data.{AGENT_DOCKER_IMAGE,CONTROLLER_IMAGE,INSTALLER_IMAGE}  pin
# rancher/local-path-provisioner, which k3s and kind install: the Pod that makes and removes folders on nodes.
core  ConfigMap/local-path-config*  data["helperPod.yaml"](yaml)  pin
# rancher/system-upgrade-controller, manifests/system-upgrade-controller.yaml.
core  ConfigMap/default-controller-env  data.SYSTEM_UPGRADE_JOB_KUBECTL_IMAGE  pin
# SeldonIO/seldon-core, helm-charts/seldon-core-operator: the images of predictors are in parts (image, defaultImageVersion).
core  ConfigMap/seldon-config  data.storageInitializer(json).image  pin
core  ConfigMap/seldon-config  data.explainers(json).*.image  pin
# aquasecurity/starboard and trivy-operator: the scanners' Jobs.
core  ConfigMap/starboard*  data["kube-bench.imageRef"]  pin
core  ConfigMap/starboard*  data["kube-hunter.imageRef"]  pin
core  ConfigMap/starboard*  data["trivy.imageRef"]  pin
core  ConfigMap/trivy-operator*  data["node.collector.imageRef"]  pin
core  ConfigMap/trivy-operator*  data["trivy.repository"]  warn  its image is in parts (trivy.repository, trivy.tag), which the operator joins
# litmuschaos/litmus, the agents that the portal installs.
core  ConfigMap/litmus-portal-admin-config  data.{SUBSCRIBER_IMAGE,EVENT_TRACKER_IMAGE,ARGO_WORKFLOW_CONTROLLER_IMAGE,ARGO_WORKFLOW_EXECUTOR_IMAGE,LITMUS_CHAOS_OPERATOR_IMAGE,LITMUS_CHAOS_RUNNER_IMAGE,LITMUS_CHAOS_EXPORTER_IMAGE}  pin
# buildkite/agent-stack-k8s: the agent in each Job.
core  ConfigMap/*agent-stack-k8s-config  data["config.yaml"](yaml).image  pin
# kubernetes-sigs/prow, pkg/apis/prowjobs/v1 UtilityImages: what stands beside every test.
core  ConfigMap/config  data["config.yaml"](yaml).plank.default_decoration_config_entries[].config.utility_images.{clonerefs,initupload,entrypoint,sidecar}  pin
core  ConfigMap/config  data["config.yaml"](yaml).plank.default_decoration_configs.*.utility_images.{clonerefs,initupload,entrypoint,sidecar}  pin
# projectriff/riff: the builders of functions and applications.
core  ConfigMap/riff-system/builders  data.*  pin
# apache/airflow's chart: the Pod that each task is run in.
core  ConfigMap  data["pod_template_file.yaml"](yaml)  pin
# jenkinsci/helm-charts: the agents of Jenkins' configuration as code.
core  ConfigMap  data["jcasc-default-config.yaml"](yaml).jenkins.clouds[].kubernetes.templates[].containers[].image  pin
# ceph/ceph-csi-operator: an ImageSet.
core  ConfigMap/rook-csi-operator-image-set-configmap  data.*  pin
# istio/istio, istiod-injector-configmap.yaml: hub and tag count for several images.
core  ConfigMap/istio-sidecar-injector*  data.values  warn  its images are in parts (hub, image, tag), which the injector joins: set the chart's global.proxy.image to a whole reference
core  ConfigMap/*image-config  data["image_config.yaml"]  warn  its images are in parts (registry, repository, name, tag), which the operator joins
# GitLab's runners, containerd and others.
core  ConfigMap  data["config.toml"]  warn  it is TOML, in which nothing is edited
core  ConfigMap  data["config.template.toml"]  warn  it is TOML, in which nothing is edited
`
