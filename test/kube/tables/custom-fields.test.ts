import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseSchemaFields } from '../../../scripts/field-coverage.ts'
import type { GroupVersionKind, ObjectName } from '../../../src/kube/gvk.ts'
import type { PathStep } from '../../../src/kube/path-pattern.ts'
import { allRows, namedRowsFor, rowsFor } from '../../../src/kube/tables/lookup.ts'
import type { ImageRow } from '../../../src/kube/tables/table-row.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'
import { describeShared } from '../../support/shared.ts'
import { fieldsOf, found } from '../find/found.ts'

const rows = allRows().filter((row) => row.action === 'pin')
const imageRowsFor = (gvk: GroupVersionKind, object: ObjectName = {}): readonly ImageRow[] =>
  [...rowsFor(gvk), ...namedRowsFor(gvk, () => object)].filter((row) => row.action === 'pin')
const denied = allRows().filter((row) => row.action === 'deny')
const nameOf = ({ group, kind, object, path, text }: ImageRow): string =>
  [group, kind, object?.namespace, object?.name, path.text, text?.format, text?.path?.text]
    .filter(Boolean)
    .join(' ')

describe('the table', () => {
  test('has each row once', () => {
    const names = rows.map((row) => nameOf(row).toLowerCase())
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  test('every row is found by a group that it is about', () => {
    for (const row of rows) {
      const gvk = { group: row.group.replace('*', 'some'), version: 'v1', kind: row.kind.replace('*', 'Any') }
      const { name, namespace } = row.object ?? {}
      const object = { name: name?.replace('*', 'some'), namespace }
      expect(imageRowsFor(gvk, object).map(nameOf), nameOf(row)).toContain(nameOf(row))
    }
    for (const group of ['', 'apps', 'batch', 'example.com', 'k8s.elastic.co']) {
      expect(imageRowsFor({ group, version: 'v1', kind: 'Elasticsearch' })).toEqual([])
    }
  })

  test('rows about named objects are found by the name, which is asked for only if there are any', () => {
    const configMap = { group: '', version: 'v1', kind: 'ConfigMap' }
    const named = (name: string, namespace?: string): readonly string[] =>
      namedRowsFor(configMap, () => ({ name, namespace })).map((row) => row.object?.name ?? '')
    expect(named('web')).toEqual([])
    expect(named('pipeline-install-config')).toEqual(['pipeline-install-config'])
    expect(named('restic-restore-action-config', 'velero')).toEqual(['restic-restore-action-config'])
    expect(new Set(named('starboard-settings'))).toEqual(new Set(['starboard*']))
    expect([named('builders', 'riff-system'), named('builders', 'other'), named('builders')]).toEqual([
      ['builders'],
      [],
      ['builders'],
    ])
    const notAsked = (): never => expect.unreachable('no row is about a named Deployment')
    expect(namedRowsFor({ group: 'apps', version: 'v1', kind: 'Deployment' }, notAsked)).toEqual([])
  })

  test.each([
    ['apps/Deployment', '', 0],
    ['Elasticsearch', 'elasticsearch.k8s.elastic.co', 1],
    ['Elasticsearch', 'elastic.co', 0],
    ['PGADMIN', 'postgres-operator.crunchydata.com', 2],
    ['InfrastructureProvider', 'operator.cluster.x-k8s.io', 2],
  ])('%s of %s has %i', (kind, group, count) => {
    expect(imageRowsFor({ group, version: 'v1', kind }).length).toBe(count)
  })
})

describe('a case a row', () => {
  // What is in a text that holds whole objects is found by the rules of those.
  const fields = rows.filter(
    ({ text, conditions }) => (text === undefined || text.path !== undefined) && !conditions.has('copy'),
  )

  test.each(fields.map((row) => [nameOf(row), row] as const))('%s', (_name, row) => {
    const text = row.conditions.has('url') ? 'oci://registry.example.com/app:1' : 'registry.example.com/app:1'
    const object = objectOf(row, text, row.conditions.has('docker-image') ? { kind: 'DockerImage' } : {})
    const inner = row.text?.path?.steps ?? []
    const [field, ...others] = fieldsOf(object, { optional: [{}] })
    expect(others).toEqual([])
    expect([field?.rule, field?.image, field?.keepTag]).toEqual([
      'R5',
      'registry.example.com/app:1',
      keepTag(row),
    ])
    expect(formatPath(field?.path ?? [])).toBe(exampleOf([...row.path.steps, ...inner]))
    expect(field?.policy?.key).toBe(row.policy?.key)
    expect(field?.policy?.allowed).toEqual(row.policy?.allowed)
    expect(fieldsOf(object).length).toBe(row.conditions.has('optional') ? 0 : 1)
  })

  test.each(denied.map((row) => [`${row.group} ${row.kind} ${row.path.text}`, row] as const))(
    'denied: %s',
    (_name, row) => {
      const shaped = {
        ...row,
        path: { ...row.path, steps: [{ kind: 'key', key: 'spec' } as const, ...row.path.steps] },
      }
      // A pull policy beside it makes the strongest shape of it.
      const text = objectOf(row.anywhere ? shaped : row, 'registry.example.com/app:1', {
        imagePullPolicy: 'Always',
      })
      expect(fieldsOf(text, { optional: [{}] })).toEqual([])
    },
  )
})

describe('what a mark asks for', () => {
  const object = (type: string, spec: string): string =>
    `apiVersion: ${type.split(' ')[0]}\nkind: ${type.split(' ')[1]}\nspec: ${spec}\n`

  test.each<[name: string, type: string, spec: string, expected: readonly string[]]>([
    ['tagged', 'upgrade.cattle.io/v1 Plan', '{upgrade: {image: rancher/k3s-upgrade}}', []],
    ['tagged', 'upgrade.cattle.io/v1 Plan', '{upgrade: {image: localhost:5000/k3s}}', []],
    [
      'tagged',
      'upgrade.cattle.io/v1 Plan',
      '{upgrade: {image: rancher/k3s-upgrade:v1}}',
      ['R5 spec.upgrade.image rancher/k3s-upgrade:v1'],
    ],
    [
      'docker-image',
      'image.openshift.io/v1 ImageStream',
      '{tags: [{from: {kind: ImageStreamTag, name: a:1}}, {from: {kind: DockerImage, name: b:1}}]}',
      ['R5 spec.tags[1].from.name b:1'],
    ],
    ['with-path', 'grafana.integreatly.org/v1beta1 Grafana', '{version: 11.1.0}', []],
    [
      'with-path',
      'grafana.integreatly.org/v1beta1 Grafana',
      '{version: grafana/grafana}',
      ['R5 spec.version grafana/grafana'],
    ],
    ['url', 'extensions.istio.io/v1alpha1 WasmPlugin', '{url: file:///opt/filter.wasm}', []],
    [
      'url',
      'extensions.istio.io/v1alpha1 WasmPlugin',
      '{url: "oci://ghcr.io/a/b:1"}',
      ['R5 spec.url ghcr.io/a/b:1'],
    ],
  ])('%s: %s %s', (_mark, type, spec, expected) => {
    expect(found(object(type, spec), { optional: [{}] })).toEqual(expected)
  })

  test.each<[type: string, spec: string, expected: readonly string[]]>([
    [
      'monitoring.coreos.com/v1 Prometheus',
      '{image: a:1, baseImage: b, thanos: {image: c:1}, containers: [{image: d:1}]}',
      ['R5 spec.image a:1', 'R5 spec.thanos.image c:1', 'R1 spec.containers[0].image d:1'],
    ],
    [
      'kafka.strimzi.io/v1beta2 KafkaConnect',
      '{image: a:1, build: {output: {image: b:1}, plugins: []}, plugins: [{artifacts: [{type: image, reference: c:1}]}]}',
      ['R5 spec.image a:1', 'R5 spec.plugins[0].artifacts[0].reference c:1'],
    ],
    [
      'apps.kruise.io/v1alpha1 ImageListPullJob',
      '{images: [a:1, b:2, 3]}',
      ['R5 spec.images[0] a:1', 'R5 spec.images[1] b:2'],
    ],
    [
      'operators.coreos.com/v1alpha1 ClusterServiceVersion',
      '{relatedImages: [{name: x, image: a:1}]}',
      ['R5 spec.relatedImages[0].image a:1'],
    ],
    [
      'tekton.dev/v1 PipelineRun',
      '{pipelineSpec: {tasks: [{taskSpec: {steps: [{image: a:1}], stepTemplate: {image: b:1}, sidecars: [{image: c:1}]}}]}}',
      [
        'R3 spec.pipelineSpec.tasks[0].taskSpec.steps[0].image a:1',
        'R3 spec.pipelineSpec.tasks[0].taskSpec.stepTemplate.image b:1',
        'R3 spec.pipelineSpec.tasks[0].taskSpec.sidecars[0].image c:1',
      ],
    ],
    [
      'argoproj.io/v1alpha1 Workflow',
      '{templates: [{container: {image: a:1}}, {script: {image: b:1}}, {dag: {tasks: [{inline: {container: {image: c:1}}}]}}]}',
      [
        'R3 spec.templates[0].container.image a:1',
        'R3 spec.templates[1].script.image b:1',
        'R3 spec.templates[2].dag.tasks[0].inline.container.image c:1',
      ],
    ],
    [
      'pxc.percona.com/v1 PerconaXtraDBCluster',
      '{pxc: {image: a:1, sidecars: [{image: b:1}]}, initContainer: {image: c:1}}',
      ['R5 spec.pxc.image a:1', 'R3 spec.pxc.sidecars[0].image b:1', 'R5 spec.initContainer.image c:1'],
    ],
    [
      'pkg.crossplane.io/v1 Provider',
      '{package: xpkg.upbound.io/a/b:v1, packagePullPolicy: Always}',
      ['R5 spec.package xpkg.upbound.io/a/b:v1'],
    ],
    [
      'argoproj.io/v1alpha1 CronWorkflow',
      '{workflowSpec: {templateDefaults: {script: {image: a:1}}, templates: [{containerSet: {containers: [{image: b:1}]}, initContainers: [{image: c:1}], sidecars: [{image: d:1}]}], executorPlugins: [{spec: {sidecar: {container: {image: e:1}}}}]}}',
      [
        'R3 spec.workflowSpec.templateDefaults.script.image a:1',
        'R1 spec.workflowSpec.templates[0].containerSet.containers[0].image b:1',
        'R1 spec.workflowSpec.templates[0].initContainers[0].image c:1',
        'R3 spec.workflowSpec.templates[0].sidecars[0].image d:1',
        'R3 spec.workflowSpec.executorPlugins[0].spec.sidecar.container.image e:1',
      ],
    ],
    [
      'tekton.dev/v1 Pipeline',
      '{tasks: [{taskSpec: {steps: [{image: a:1}]}}], finally: [{taskSpec: {steps: [{image: $(params.x)}], volumes: [{image: {reference: b:1}}]}}]}',
      [
        'R3 spec.tasks[0].taskSpec.steps[0].image a:1',
        'R3 spec.finally[0].taskSpec.steps[0].image $(params.x)',
        'R2 spec.finally[0].taskSpec.volumes[0].image.reference b:1',
      ],
    ],
    ['tekton.dev/v1beta1 StepAction', '{image: a:1}', ['R5 spec.image a:1']],
    ['example.com/v1 Unknown', '{image: a:1}', []],
  ])('%s %s', (type, spec, expected) => {
    expect(found(object(type, spec))).toEqual(expected)
  })

  test('a row knows better than a shape that there is no policy to write', () => {
    const [field] = fieldsOf(object('acid.zalan.do/v1 postgresql', '{sidecars: [{name: s, image: a:1}]}'))
    expect(field).toMatchObject({ rule: 'R5', containerType: 'container', containerName: 's' })
    expect(field?.policy).toBeUndefined()
  })

  test('optional fields can be asked for a type at a time', () => {
    const text = object('operators.coreos.com/v1alpha1 CatalogSource', '{image: a:1}')
    expect(found(text)).toEqual([])
    expect(found(text, { optional: [{ kind: 'ImageStream' }] })).toEqual([])
    expect(found(text, { optional: [{ group: 'operators.coreos.com' }] })).toEqual(['R5 spec.image a:1'])
  })
})

describeShared('facts/crd-image-paths.tsv', 'the schemas', (file) => {
  const fields = parseSchemaFields(readFileSync(file, 'utf8'))
  const known = (row: ImageRow): (typeof fields)[number] | undefined => {
    const path = row.path.steps
      .map((step) => (step.kind === 'items' ? '[]' : step.kind === 'anyKey' ? '{}' : `.${step.key}`))
      .join('')
      .slice(1)
    return fields.find(
      (field) => field.group === row.group && field.kind === row.kind.toLowerCase() && field.path === path,
    )
  }

  // The extractor looked for policies beside keys named image alone.
  const checked = rows.filter((row) => ['string', 'container-list'].includes(known(row)?.class ?? ''))

  test.each(checked.map((row) => [nameOf(row), row] as const))(
    '%s has the policy of its schema',
    (_name, row) => {
      expect(row.policy?.key ?? '').toBe(known(row)?.policies.split(',')[0])
    },
  )
})

function keepTag(row: ImageRow): true | undefined {
  return row.conditions.has('keep-tag') ? true : undefined
}

function exampleOf(steps: readonly PathStep[]): string {
  return formatPath(
    steps.map((step) => (step.kind === 'items' ? 0 : step.kind === 'anyKey' ? 'any' : step.key)),
  )
}

/** An object of the row's type, in JSON, that holds the text at the row's path and nothing else. */
function objectOf(
  row: Pick<ImageRow, 'group' | 'kind' | 'object' | 'path' | 'text'>,
  text: string,
  beside: object = {},
): string {
  const inner = row.text?.path?.steps
  const leaf = inner === undefined ? text : JSON.stringify(nest(inner, text, {}))
  return JSON.stringify({
    ...(nest(row.path.steps, leaf, beside) as object),
    apiVersion: row.group === '' ? 'v1' : `${row.group.replace('*', 'any')}/v1`,
    kind: row.kind.replace('*', 'Any'),
    ...(row.object === undefined
      ? {}
      : { metadata: { ...row.object, name: row.object.name?.replace('*', 'any') } }),
  })
}

function nest(steps: readonly PathStep[], leaf: unknown, beside: object): unknown {
  return steps.reduceRight<unknown>((value, step, i) => {
    if (step.kind === 'items') return [value]
    return {
      ...(i === steps.length - 1 ? beside : {}),
      [step.kind === 'key' ? step.key : 'any']: value,
    }
  }, leaf)
}
