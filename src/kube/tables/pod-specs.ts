/**
 * Workloads whose Pods reach the API server as written, so that every container must have an image: Kubernetes' own, and
 * those of projects that copy them. `table-row.ts` explains the columns.
 */
export const podSpecs = `
core  Pod  spec  pod-spec
core  PodTemplate  template.spec  pod-spec
core  ReplicationController  spec.template.spec  pod-spec
apps  DaemonSet,Deployment,ReplicaSet,StatefulSet  spec.template.spec  pod-spec
extensions  DaemonSet,Deployment,ReplicaSet  spec.template.spec  pod-spec
batch  Job  spec.template.spec  pod-spec
batch  CronJob  spec.jobTemplate.spec.template.spec  pod-spec
argoproj.io  Rollout  spec.template.spec  pod-spec
apps.kruise.io  CloneSet,DaemonSet,StatefulSet  spec.template.spec  pod-spec
serving.knative.dev  Configuration,Service  spec.template.spec  pod-spec
`
