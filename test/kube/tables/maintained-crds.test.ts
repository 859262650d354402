import { describe, expect, test } from 'vitest'
import { found } from '../find/found.ts'

const object = (type: string, spec: string): string =>
  `apiVersion: ${type.split(' ')[0]}\nkind: ${type.split(' ')[1]}\nspec: ${spec}\n`

describe('image fields of the newest CustomResourceDefinitions', () => {
  test.each<[type: string, spec: string, expected: readonly string[]]>([
    [
      'core.pingcap.com/v1alpha1 TiKVGroup',
      '{template: {spec: {image: "pingcap/tikv:v8.5.0", preStop: {image: "pingcap/prestop-checker:1"}}}}',
      [
        'R5 spec.template.spec.image pingcap/tikv:v8.5.0',
        'R5 spec.template.spec.preStop.image pingcap/prestop-checker:1',
      ],
    ],
    [
      'core.pingcap.com/v1alpha1 TiDB',
      '{image: pingcap/tidb, slowLog: {image: b:1}}',
      ['R5 spec.slowLog.image b:1'],
    ],
    [
      'br.pingcap.com/v1alpha1 Backup',
      '{toolImage: "pingcap/br:v8.5.0"}',
      ['R5 spec.toolImage pingcap/br:v8.5.0'],
    ],
    [
      'scylla.scylladb.com/v1alpha1 ScyllaDBDatacenter',
      '{scyllaDB: {image: a:1}, scyllaDBManagerAgent: {image: b:1}}',
      ['R5 spec.scyllaDB.image a:1', 'R5 spec.scyllaDBManagerAgent.image b:1'],
    ],
    [
      'flink.apache.org/v1beta1 FlinkBlueGreenDeployment',
      '{template: {spec: {image: a:1}}}',
      ['R5 spec.template.spec.image a:1'],
    ],
    [
      'operator.victoriametrics.com/v1beta1 VMAlert',
      '{configReloaderImage: a:1}',
      ['R5 spec.configReloaderImage a:1'],
    ],
    ['psmdb.percona.com/v1 PerconaServerMongoDB', '{search: {image: a:1}}', ['R5 spec.search.image a:1']],
    ['psmdb.percona.com/v1 PerconaServerMongoDBClusterSync', '{image: a:1}', ['R5 spec.image a:1']],
    [
      'pgv2.percona.com/v2 PerconaPGCluster',
      '{image: a:1, backups: {pgbackrest: {image: b:1}}, proxy: {pgBouncer: {image: c:1}}, pmm: {image: d:1}}',
      [
        'R5 spec.image a:1',
        'R5 spec.backups.pgbackrest.image b:1',
        'R5 spec.proxy.pgBouncer.image c:1',
        'R5 spec.pmm.image d:1',
      ],
    ],
    ['tekton.dev/v1alpha1 Condition', '{check: {image: a:1}}', ['R5 spec.check.image a:1']],
    [
      'build.dev/v1alpha1 ClusterBuildStrategy',
      '{buildSteps: [{name: x, image: a:1}]}',
      ['R5 spec.buildSteps[0].image a:1'],
    ],
    [
      'shipwright.io/v1beta1 Build',
      '{source: {ociArtifact: {image: a:1}}, output: {image: b:1}}',
      ['R5 spec.source.ociArtifact.image a:1'],
    ],
    [
      'camel.apache.org/v1 Build',
      '{toolImage: a:1, tasks: [{jib: {baseImage: b:1, image: c:1}}, {custom: {image: d:1, publishingImage: e:1}}]}',
      ['R5 spec.toolImage a:1', 'R5 spec.tasks[0].jib.baseImage b:1', 'R5 spec.tasks[1].custom.image d:1'],
    ],
    [
      'camel.apache.org/v1 Pipe',
      '{integration: {traits: {builder: {baseImage: a:1}, quarkus: {nativeBuilderImage: b:1}}}}',
      [
        'R5 spec.integration.traits.builder.baseImage a:1',
        'R5 spec.integration.traits.quarkus.nativeBuilderImage b:1',
      ],
    ],
    [
      'litmuschaos.io/v1alpha1 ChaosExperiment',
      '{definition: {image: a:1, args: [-c]}}',
      ['R5 spec.definition.image a:1'],
    ],
    [
      'litmuschaos.io/v1alpha1 ChaosEngine',
      '{components: {runner: {image: a:1}}, experiments: [{spec: {probe: [{cmdProbe/inputs: {source: {image: b:1}}}]}}]}',
      [
        'R5 spec.components.runner.image a:1',
        'R5 spec.experiments[0].spec.probe[0]["cmdProbe/inputs"].source.image b:1',
      ],
    ],
    [
      'operator.kubearmor.com/v1 KubeArmorConfig',
      '{kubearmorImage: {image: a:1}}',
      ['R5 spec.kubearmorImage.image a:1'],
    ],
    [
      'apps.kubeblocks.io/v1 ComponentDefinition',
      '{lifecycleActions: {roleProbe: {exec: {image: a:1}}}}',
      ['R5 spec.lifecycleActions.roleProbe.exec.image a:1'],
    ],
    [
      'apps.kubeblocks.io/v1 ComponentVersion',
      '{releases: [{name: r, images: {mysql: a:1}}]}',
      ['R5 spec.releases[0].images.mysql a:1'],
    ],
    ['cassandra.datastax.com/v1beta1 CassandraDatacenter', '{serverImage: a:1}', ['R5 spec.serverImage a:1']],
    ['forklift.konveyor.io/v1beta1 Hook', '{image: a:1}', ['R5 spec.image a:1']],
    ['toolhive.stacklok.dev/v1alpha1 MCPServer', '{image: a:1}', ['R5 spec.image a:1']],
    ['kagent.dev/v1alpha2 Agent', '{byo: {deployment: {image: a:1}}}', ['R5 spec.byo.deployment.image a:1']],
    ['jenkins.io/v1alpha2 Jenkins', '{seedJobAgentImage: a:1}', ['R5 spec.seedJobAgentImage a:1']],
    [
      'submariner.io/v1alpha1 Submariner',
      '{imageOverrides: {gateway: a:1}}',
      ['R5 spec.imageOverrides.gateway a:1'],
    ],
    [
      'operator.victoriametrics.com/v1beta1 VMCluster',
      '{vmselect: {image: {repository: a, tag: v1}}, vmstorage: {image: {repository: b}}}',
      ['R5 spec.vmselect.image.tag a:v1'],
    ],
    [
      'apps.nvidia.com/v1alpha1 NIMService',
      '{image: {repository: a, tag: "1"}, initContainers: [{image: {repository: b, tag: "2"}}]}',
      ['R5 spec.image.tag a:1', 'R5 spec.initContainers[0].image.tag b:2'],
    ],
    // A name, whose version stands in a key of its own.
    ['argoproj.io/v1beta1 ArgoCD', '{image: a, version: v2, dex: {image: b, version: v3}}', []],
    [
      'argoproj.io/v1beta1 ArgoCD',
      '{argoCDAgent: {principal: {image: a:1}}}',
      ['R5 spec.argoCDAgent.principal.image a:1'],
    ],
    ['infrastructure.cluster.x-k8s.io/v1beta2 DevMachinePool', '{backend: {docker: {customImage: a:1}}}', []],
  ])('%s %s', (type, spec, expected) => {
    expect(found(object(type, spec))).toEqual(expected)
  })

  test('optional ones are found where they are asked for', () => {
    const text = object(
      'infrastructure.cluster.x-k8s.io/v1beta2 DevMachinePool',
      '{backend: {docker: {customImage: a:1, preLoadImages: [b:1]}}}',
    )
    expect(found(text, { optional: [{ kind: 'DevMachinePool' }] })).toEqual([
      'R5 spec.backend.docker.customImage a:1',
      'R5 spec.backend.docker.preLoadImages[0] b:1',
    ])
  })
})

describe('what others are compared with is left', () => {
  test.each<[name: string, text: string]>([
    [
      "GKE's list of allowed workloads",
      'apiVersion: auto.gke.io/v1\nkind: WorkloadAllowlist\nmatchingCriteria: {containers: [{name: a, image: registry.example.com/a}]}\n',
    ],
    [
      'a report of a scanner',
      'apiVersion: aquasecurity.github.io/v1alpha1\nkind: VulnerabilityReport\nreport: {containers: [{image: a:1}]}\n',
    ],
    [
      'a policy that forbids an image',
      'apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\nspec: {object-templates: [{complianceType: mustnothave, objectDefinition: {apiVersion: v1, kind: Pod, spec: {containers: [{image: a:1}]}}}]}\n',
    ],
  ])('%s', (_name, text) => {
    expect(found(text)).toEqual([])
  })
})
