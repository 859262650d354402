/**
 * ConfigMaps that a known controller reads, and whose values name images that it runs. `table-row.ts` says what the
 * columns mean.
 */
export const configMaps = `
# knative/serving, pkg/deployment/config.go: the container that stands beside every one of the user's.
core  ConfigMap/config-deployment  data.queue-sidecar-image  -
# argoproj/argo-workflows, config/config.go: a container, as core has it.
core  ConfigMap/workflow-controller-configmap  data.executor(yaml).image  imagePullPolicy
`
