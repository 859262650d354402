import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../../src/config/builtin-profiles.ts'
import { type Transformed, transform } from '../../../src/transform.ts'
import { fixedResolver } from '../../support/fixed-resolver.ts'
import { found } from '../find/found.ts'

const digest = `sha256:${'a'.repeat(64)}`

function configMap(name: string, data: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${data}`
}

async function run(text: string): Promise<Transformed> {
  return transform(new TextEncoder().encode(text), {
    profile: BUILTIN_PROFILES.get('prod')!,
    resolver: fixedResolver({ 'a:1': 'a', 'b:1': 'a' }),
    signal: new AbortController().signal,
  })
}

describe('ConfigMaps that a known controller reads', () => {
  test.each<[name: string, data: string, expected: readonly string[]]>([
    [
      'config-deployment',
      '  queue-sidecar-image: a:1\n  _example: |\n    queue-sidecar-image: b:1\n',
      ['R5 data.queue-sidecar-image a:1'],
    ],
    [
      'workflow-controller-configmap',
      '  executor: |\n    image: a:1\n    imagePullPolicy: Always\n  images: |\n    b:1: {cmd: [x]}\n',
      ['R5 data.executor.image a:1'],
    ],
    [
      'my-argo-workflow-controller-configmap',
      '  config: |\n    executor: {image: a:1}\n',
      ['R5 data.config.executor.image a:1'],
    ],
    [
      'argo-events-controller-config',
      '  controller-config.yaml: |+\n    eventBus:\n      jetstream:\n        versions:\n        - {version: latest, natsImage: a:1, metricsExporterImage: b:1}\n      nats:\n        versions:\n        - {version: 0.22.1, natsStreamingImage: c:1}\n',
      [
        'R5 data["controller-config.yaml"].eventBus.jetstream.versions[0].natsImage a:1',
        'R5 data["controller-config.yaml"].eventBus.jetstream.versions[0].metricsExporterImage b:1',
        'R5 data["controller-config.yaml"].eventBus.nats.versions[0].natsStreamingImage c:1',
      ],
    ],
    [
      'inferenceservice-config',
      '  logger: |-\n    {"image" : "a:1", "defaultUrl": "http://b"}\n  storageInitializer: \'{"image": "b:1"}\'\n',
      ['R5 data.logger.image a:1', 'R5 data.storageInitializer.image b:1'],
    ],
    [
      'katib-config',
      '  katib-config.yaml: |\n    apiVersion: config.kubeflow.org/v1beta1\n    kind: KatibConfig\n    runtime:\n      suggestions:\n      - {algorithmName: random, image: a:1}\n',
      ['R5 data["katib-config.yaml"].runtime.suggestions[0].image a:1'],
    ],
    [
      'katib-config',
      '  suggestion: |\n    {"random": {"image": "a:1"}}\n',
      ['R5 data.suggestion.random.image a:1'],
    ],
    [
      'trial-templates',
      '  one: |\n    apiVersion: batch/v1\n    kind: Job\n    spec: {template: {spec: {containers: [{image: a:1}]}}}\n',
      ['R1 data.one.spec.template.spec.containers[0].image a:1'],
    ],
    [
      'jupyter-web-app-config-k2f4',
      '  spawner_ui_config.yaml: |\n    spawnerFormDefaults:\n      image:\n        value: a:1\n        options: [a:1, b:1]\n',
      [
        'R5 data["spawner_ui_config.yaml"].spawnerFormDefaults.image.value a:1',
        'R5 data["spawner_ui_config.yaml"].spawnerFormDefaults.image.options[0] a:1',
        'R5 data["spawner_ui_config.yaml"].spawnerFormDefaults.image.options[1] b:1',
      ],
    ],
    [
      'postgres-operator',
      '  docker_image: a:1\n  connection_pooler_image: "b:1"\n',
      ['R5 data.docker_image a:1', 'R5 data.connection_pooler_image b:1'],
    ],
    ['rook-ceph-operator-config', '  ROOK_CSI_CEPH_IMAGE: a:1\n', ['R5 data.ROOK_CSI_CEPH_IMAGE a:1']],
    ['fs-restore-action-config', '  image: a:1\n', ['R5 data.image a:1']],
    ['fs-restore-action-config', '  image: velero/velero-restore-helper\n', []],
    [
      'any-airflow-config',
      '  pod_template_file.yaml: |\n    apiVersion: v1\n    kind: Pod\n    spec: {containers: [{name: base, image: a:1}]}\n',
      ['R1 data["pod_template_file.yaml"].spec.containers[0].image a:1'],
    ],
    [
      'any-jenkins-jcasc-config',
      '  jcasc-default-config.yaml: |-\n    jenkins:\n      clouds:\n      - kubernetes:\n          templates:\n          - containers:\n            - {name: jnlp, image: "a:1"}\n',
      [
        'R5 data["jcasc-default-config.yaml"].jenkins.clouds[0].kubernetes.templates[0].containers[0].image a:1',
      ],
    ],
    ['another', '  queue-sidecar-image: a:1\n  executor: |\n    image: a:1\n', []],
  ])('%s\n%s', (name, data, expected) => {
    expect(found(configMap(name, data))).toEqual(expected)
  })

  test('an image in a text is pinned where it stands, with the pull policy beside it', async () => {
    const text = configMap('workflow-controller-configmap', '  executor: |\n    image: a:1 # the executor\n')
    const { output } = await run(text)
    expect(new TextDecoder().decode(output)).toBe(
      configMap(
        'workflow-controller-configmap',
        `  executor: |\n    image: a:1@${digest} # the executor\n    imagePullPolicy: IfNotPresent\n`,
      ),
    )
  })

  test('two images in a text, to which two rows lead, are both pinned', async () => {
    const text = configMap(
      'argo-events-controller-config',
      '  controller-config.yaml: |\n    eventBus:\n      jetstream:\n        versions:\n        - natsImage: a:1\n          configReloaderImage: b:1\n',
    )
    const { output, report } = await run(text)
    expect(report.diagnostics).toEqual([])
    expect(new TextDecoder().decode(output)).toBe(
      configMap(
        'argo-events-controller-config',
        `  controller-config.yaml: |\n    eventBus:\n      jetstream:\n        versions:\n        - natsImage: a:1@${digest}\n          configReloaderImage: b:1@${digest}\n`,
      ),
    )
  })

  test('a text that cannot be written back is said once, however many rows lead into it', async () => {
    const text = configMap(
      'argo-events-controller-config',
      '  controller-config.yaml: >\n    eventBus: {jetstream: {versions: [{natsImage: a:1}]}}\n',
    )
    const { output, report } = await run(text)
    expect(new TextDecoder().decode(output)).toBe(text)
    expect(report.diagnostics.map(({ code }) => code)).toEqual(['EMBEDDED_TEXT_LEFT'])
  })

  test.each<[name: string, data: string, said: readonly string[]]>([
    [
      'istio-sidecar-injector-1-24',
      '  values: |-\n    {"global": {"hub": "docker.io/istio", "tag": "1.24", "proxy": {"image": "proxyv2"}}}\n',
      ['EMBEDDED_TEXT_LEFT its images are in parts (hub, image, tag), which the injector joins: '],
    ],
    [
      'gitlab-runner',
      '  config.template.toml: |\n    [runners.kubernetes]\n      image = "a:1"\n',
      ['EMBEDDED_TEXT_LEFT it is TOML, in which nothing is edited'],
    ],
    ['any', '  config.toml: |\n    concurrent = 1\n', []],
  ])('%s names images where nothing is edited', async (name, data, said) => {
    const text = configMap(name, data)
    const { output, report } = await run(text)
    expect(new TextDecoder().decode(output)).toBe(text)
    expect(report.diagnostics.map(({ code, args }) => `${code} ${args['reason']}`)).toEqual(
      said.map((one) => expect.stringContaining(one)),
    )
  })
})
