/**
 * ConfigMaps that a known controller reads, and whose values name images that it runs. `table-row.ts` says what the
 * columns mean.
 */
export const configMaps = `
# knative/serving, pkg/deployment/config.go: the container that stands beside every one of the user's.
core  ConfigMap/config-deployment  data.{queue-sidecar-image,queueSidecarImage}  -
# argoproj/argo-workflows, config/config.go: a container, as core has it; in one text with the rest, long ago.
core  ConfigMap/*workflow-controller-configmap  data.executor(yaml).image  imagePullPolicy
core  ConfigMap/*workflow-controller-configmap  data.config(yaml).executor.image  imagePullPolicy
core  ConfigMap/*workflow-controller-configmap  data.{executorImage,config(yaml).executorImage}  -
core  ConfigMap/argo-events*  data["controller-config.yaml"](yaml).eventBus.nats.versions[].{natsStreamingImage,metricsExporterImage}  -
core  ConfigMap/argo-events*  data["controller-config.yaml"](yaml).eventBus.jetstream.versions[].{natsImage,metricsExporterImage,configReloaderImage}  -
# kserve/kserve, pkg/apis/serving/v1beta1/configmap.go. Explainers spell their images in parts.
core  ConfigMap/inferenceservice-config  data.{agent,batcher,logger,router,storageInitializer,oauthProxy}(json).image  -
core  ConfigMap/inferenceservice-config  data.localModel(json).defaultJobImage  -
# kubeflow/katib, pkg/apis/config/v1beta1: one text since 0.16, one for each kind of image before.
core  ConfigMap/katib-config*  data["katib-config.yaml"](yaml).runtime.{metricsCollectors,suggestions,earlyStoppings}[].image  imagePullPolicy
core  ConfigMap/katib-config*  data.{metrics-collector-sidecar,suggestion,early-stopping}(json).*.image  imagePullPolicy
core  ConfigMap/trial-templates  data.*(yaml)  -
# kubeflow/manifests: what a notebook begins with, and what may be chosen.
core  ConfigMap/jupyter-web-app-config*  data["spawner_ui_config.yaml"](yaml).spawnerFormDefaults.{image,imageGroupOne,imageGroupTwo}.{value,options[]}  -
core  ConfigMap/pipeline-install-config  data.cacheImage  -
# zalando/postgres-operator, manifests/configmap.yaml.
core  ConfigMap/postgres-operator  data.{docker_image,connection_pooler_image,logical_backup_docker_image}  -
# rook/rook up to 1.17, deploy/examples/operator.yaml.
core  ConfigMap/rook-ceph-operator-config  data.{ROOK_CSI_CEPH_IMAGE,ROOK_CSI_REGISTRAR_IMAGE,ROOK_CSI_RESIZER_IMAGE,ROOK_CSI_PROVISIONER_IMAGE,ROOK_CSI_SNAPSHOTTER_IMAGE,ROOK_CSI_ATTACHER_IMAGE,ROOK_CSIADDONS_IMAGE}  -
# vmware-tanzu/velero: without a tag, the helper gets Velero's own.
core  ConfigMap/fs-restore-action-config,ConfigMap/restic-restore-action-config  data.image  -  tagged
# kubevirt/containerized-data-importer, doc/datavolumes.md.
core  ConfigMap/v2v-vmware  data.vddk-init-image  -
core  ConfigMap/assisted-service-config  data.{AGENT_DOCKER_IMAGE,CONTROLLER_IMAGE,INSTALLER_IMAGE}  -
# apache/airflow's chart: the Pod that each task is run in.
core  ConfigMap  data["pod_template_file.yaml"](yaml)  -
# jenkinsci/helm-charts: the agents of Jenkins' configuration as code.
core  ConfigMap  data["jcasc-default-config.yaml"](yaml).jenkins.clouds[].kubernetes.templates[].containers[].image  -
# ceph/ceph-csi-operator: an ImageSet.
core  ConfigMap/rook-csi-operator-image-set-configmap  data.*  -
# istio/istio, istiod-injector-configmap.yaml: hub and tag count for several images.
core  ConfigMap/istio-sidecar-injector*  data.values  ! its images are in parts (hub, image, tag), which the injector joins: set the chart's global.proxy.image to a whole reference
core  ConfigMap/*image-config  data["image_config.yaml"]  ! its images are in parts (registry, repository, name, tag), which the operator joins
# GitLab's runners, containerd and others.
core  ConfigMap  data["config.toml"]  ! it is TOML, in which nothing is edited
core  ConfigMap  data["config.template.toml"]  ! it is TOML, in which nothing is edited
`
