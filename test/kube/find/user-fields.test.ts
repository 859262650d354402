import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../../src/config/builtin-profiles.ts'
import { parseExpression } from '../../../src/config/expression.ts'
import type { FieldOptions, UserFieldRule, ValueExpression } from '../../../src/kube/find/field-options.ts'
import { parsePathPattern } from '../../../src/kube/path-pattern.ts'
import { type Transformed, transform } from '../../../src/transform.ts'
import { fixedResolver } from '../../support/fixed-resolver.ts'
import { found } from './found.ts'

const digest = `sha256:${'a'.repeat(64)}`

function rule(path: string, more: Partial<UserFieldRule> = {}): UserFieldRule {
  return { selector: {}, path: parsePathPattern(path), ...more }
}

function expression(text: string): ValueExpression {
  const read = parseExpression(text)
  if (read.kind === 'invalid') throw new Error(read.reason)
  return read.expression
}

async function run(text: string, fields: FieldOptions): Promise<Transformed> {
  return transform(new TextEncoder().encode(text), {
    profile: { ...BUILTIN_PROFILES.get('prod')!, fields },
    resolver: fixedResolver({ 'a:1': 'a', 'ghcr.io/x/b:2': 'a' }),
    signal: new AbortController().signal,
  })
}

async function output(text: string, fields: FieldOptions): Promise<string> {
  const { output, report } = await run(text, fields)
  expect(report.diagnostics).toEqual([])
  const result = new TextDecoder().decode(output)
  const again = await run(result, fields)
  expect(new TextDecoder().decode(again.output)).toBe(result)
  return result
}

const thing = (spec: string): string => `apiVersion: example.com/v1\nkind: Thing\n${spec}`

describe('rules of the user', () => {
  test.each<[name: string, options: FieldOptions, text: string, expected: readonly string[]]>([
    [
      'a path',
      { rules: [rule('spec.engine')] },
      thing('spec: {engine: a:1, image: b}'),
      ['R6 spec.engine a:1'],
    ],
    [
      'items',
      { rules: [rule('spec.images[]')] },
      thing('spec: {images: [a:1, 2, b:1]}'),
      ['R6 spec.images[0] a:1', 'R6 spec.images[2] b:1'],
    ],
    [
      'any key',
      { rules: [rule('spec.*.img')] },
      thing('spec: {a: {img: one}, b: {img: two}, c: z}'),
      ['R6 spec.a.img one', 'R6 spec.b.img two'],
    ],
    [
      'a quoted key, in metadata',
      { rules: [rule('metadata.annotations["a.b/image"]')] },
      thing('metadata: {annotations: {a.b/image: a:1, image: b}}'),
      ['R6 metadata.annotations["a.b/image"] a:1'],
    ],
    [
      'another type',
      { rules: [rule('spec.engine', { selector: { kind: 'Other' } })] },
      thing('spec: {engine: a:1}'),
      [],
    ],
    [
      'a type by group, version and kind',
      { rules: [rule('spec.engine', { selector: { group: '*.com', version: 'v1', kind: 'Th*' } })] },
      thing('spec: {engine: a:1}'),
      ['R6 spec.engine a:1'],
    ],
    [
      'an object by name',
      { rules: [rule('spec.engine', { object: { name: 'one' } })] },
      `${thing('metadata: {name: one}\nspec: {engine: a:1}')}\n---\n${thing('metadata: {name: two}\nspec: {engine: b:1}')}`,
      ['R6 spec.engine a:1'],
    ],
    [
      'objects by the beginning of a name, and a namespace, or none',
      { rules: [rule('spec.engine', { object: { name: 'one-*', namespace: 'here' } })] },
      [
        thing('metadata: {name: one-a, namespace: here}\nspec: {engine: a:1}'),
        thing('metadata: {name: one-b, namespace: there}\nspec: {engine: b:1}'),
        thing('metadata: {name: one-c}\nspec: {engine: c:1}'),
        thing('metadata: {name: other, namespace: here}\nspec: {engine: d:1}'),
        thing('metadata: {namespace: here}\nspec: {engine: e:1}'),
      ].join('\n---\n'),
      ['R6 spec.engine a:1', 'R6 spec.engine c:1'],
    ],
    [
      'a value pattern',
      { rules: [rule('spec.args[]', { value: expression('^--image=(.+)$') })] },
      thing('spec: {args: [--image=a:1, --name=b]}'),
      ['R6 spec.args[0] a:1'],
    ],
    [
      'a type that is skipped otherwise',
      { rules: [rule('spec.values.image', { selector: { kind: 'HelmRelease' } })] },
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {image: a:1, containers: [{image: b}]}}',
      ['R6 spec.values.image a:1'],
    ],
    [
      'a field that a shape finds too is found once',
      { rules: [rule('spec.containers[].image')] },
      thing('spec: {containers: [{image: a:1}]}'),
      ['R6 spec.containers[0].image a:1'],
    ],
    ['not the never list', { rules: [rule('spec.rbd.image')] }, thing('spec: {rbd: {image: a}}'), []],
    [
      'an exclusion by path',
      { exclude: [{ selector: {}, path: parsePathPattern('spec.containers[].image') }] },
      thing('spec: {containers: [{image: a:1}], initContainers: [{image: b:1}]}'),
      ['R1 spec.initContainers[0].image b:1'],
    ],
    [
      'an exclusion by type',
      { exclude: [{ selector: { kind: 'Thing' } }] },
      thing('spec: {containers: [{image: a:1}]}'),
      [],
    ],
  ])('%s', (_name, options, text, expected) => {
    expect(found(text, options)).toEqual(expected)
  })

  test.each<[name: string, policyPath: string, before: string, after: string]>([
    [
      'beside the image',
      'pull',
      'spec:\n  x: {img: a:1}\n',
      `spec:\n  x: {img: "a:1@${digest}", pull: IfNotPresent}\n`.replaceAll('"', ''),
    ],
    [
      'further up',
      'spec.pull',
      'spec:\n  x:\n    img: a:1\n  y: 1\n',
      `spec:\n  x:\n    img: a:1@${digest}\n  pull: IfNotPresent\n  y: 1\n`,
    ],
    [
      'further up, where it stands',
      'spec.pull',
      'spec:\n  pull: Always\n  x:\n    img: a:1\n',
      `spec:\n  pull: IfNotPresent\n  x:\n    img: a:1@${digest}\n`,
    ],
    [
      'nowhere on the way',
      'other.pull',
      'spec:\n  x:\n    img: a:1\n',
      `spec:\n  x:\n    img: a:1@${digest}\n`,
    ],
  ])('the policy %s', async (_name, policyPath, before, after) => {
    expect(await output(thing(before), { rules: [rule('spec.x.img', { policyPath })] })).toBe(thing(after))
  })

  test('what stands around the reference stays', async () => {
    const rules = [rule('spec.args[]', { value: expression('^--image=(\\S+)(?: --x)?$') })]
    expect(await output(thing('spec:\n  args: ["--image=a:1 --x", --other]\n'), { rules })).toBe(
      thing(`spec:\n  args: ["--image=a:1@${digest} --x", --other]\n`),
    )
  })
})

describe('documents in strings', () => {
  const map = (data: string): string => `apiVersion: v1\nkind: ConfigMap\ndata:\n${data}`
  const json = [rule('data["x.json"]', { embedded: { format: 'json', path: parsePathPattern('image') } })]
  const yaml = [rule('data.x', { embedded: { format: 'yaml', path: parsePathPattern('jobs[].image') } })]
  const objects = [rule('data.*', { embedded: { format: 'yaml' } })]

  test.each<[name: string, rules: readonly UserFieldRule[], before: string, after: string]>([
    [
      'JSON in a literal block',
      json,
      '  x.json: |\n    { "image":  "a:1",   "n": 1 }\n  y: 1\n',
      `  x.json: |\n    { "image":  "a:1@${digest}",   "n": 1 }\n  y: 1\n`,
    ],
    [
      'JSON in single quotes',
      json,
      `  x.json: '{"image":"a:1"}'\n`,
      `  x.json: '{"image":"a:1@${digest}"}'\n`,
    ],
    [
      'two fields of one text',
      yaml,
      '  x: |\n    # jobs\n    jobs:\n    - image: a:1  # one\n    - image: ghcr.io/x/b:2\n',
      `  x: |\n    # jobs\n    jobs:\n    - image: a:1@${digest}  # one\n    - image: ghcr.io/x/b:2@${digest}\n`,
    ],
    [
      'whole objects, with their pull policies',
      objects,
      '  pod: |\n    ---\n    apiVersion: v1\n    kind: Pod\n    spec:\n      containers:\n        - image: a:1\n          name: c\n',
      `  pod: |\n    ---\n    apiVersion: v1\n    kind: Pod\n    spec:\n      containers:\n        - image: a:1@${digest}\n          imagePullPolicy: IfNotPresent\n          name: c\n`,
    ],
  ])('%s', async (_name, rules, before, after) => {
    expect(await output(map(before), { rules })).toBe(map(after))
  })

  test('a place in a text is where it is written', async () => {
    const { report } = await run(map('  x: |\n    # é\n    jobs:\n    - {name: é, image: gone:1}\n'), {
      rules: yaml,
    })
    expect(report.diagnostics[0]).toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      at: { line: 7, column: 24, path: 'data.x.jobs[0].image', resource: { kind: 'ConfigMap' } },
    })
  })

  test.each([
    [
      'folded',
      '  x: >\n    jobs: [{image: a:1}]\n',
      'it is folded, or escaped in a way that cannot be written back to the byte',
    ],
    ['a template', '  x: |\n    {{ if .x }}\n    jobs: []\n    {{ end }}\n', 'it is not YAML: '],
    ['an anchor', '  x: &x |\n    jobs: []\n  y: *x\n', 'it is shared through an anchor'],
  ])('%s is left, with a warning', async (_name, data, reason) => {
    const { report, output } = await run(map(data), { rules: yaml })
    expect(new TextDecoder().decode(output)).toBe(map(data))
    expect(report.diagnostics).toMatchObject([
      { code: 'EMBEDDED_TEXT_LEFT', severity: 'warning', at: { path: 'data.x', line: 4 } },
    ])
    expect(report.diagnostics[0]?.args['reason']).toContain(reason)
  })

  test('what is not JSON is left where JSON is asked for', async () => {
    const { report } = await run(map('  x.json: "image: a:1"\n'), { rules: json })
    expect(report.diagnostics).toMatchObject([
      { code: 'EMBEDDED_TEXT_LEFT', args: { reason: 'it is not JSON' } },
    ])
  })

  test('a text without a rule is left, with a warning', async () => {
    const text = map('  x: |\n    apiVersion: v1\n    kind: Pod\n    spec: {containers: [{image: a:1}]}\n')
    const { output, report } = await run(text, {})
    expect(new TextDecoder().decode(output)).toBe(text)
    expect(report.diagnostics.map(({ code }) => code)).toEqual(['EMBEDDED_TEXT_LEFT'])
  })
})

describe('references in parts', () => {
  const asked = { optional: [{}] }
  const vm = (image: string): string =>
    `apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMSingle\nspec:\n  image:\n${image}`
  const gateway = (image: string): string =>
    `apiVersion: gateway.kgateway.dev/v1alpha1\nkind: GatewayParameters\nspec:\n  kube:\n    sdsContainer:\n      image:\n${image}`

  test.each<[name: string, before: string, after: string]>([
    [
      'the digest goes behind the tag where the operator joins with a colon',
      vm('    repository: ghcr.io/x/b\n    tag: "2"\n'),
      vm(`    repository: ghcr.io/x/b\n    tag: "2@${digest}"\n    pullPolicy: IfNotPresent\n`),
    ],
    [
      'the digest has a key of its own',
      gateway(
        '        registry: ghcr.io\n        repository: x/b\n        tag: "2"\n        pullPolicy: Always\n',
      ),
      gateway(
        `        registry: ghcr.io\n        repository: x/b\n        tag: "2"\n        digest: "${digest}"\n        pullPolicy: IfNotPresent\n`,
      ),
    ],
    [
      'an empty digest is filled in',
      gateway(
        '        registry: ghcr.io\n        repository: x/b\n        tag: "2"\n        digest: ""\n        pullPolicy: IfNotPresent\n',
      ),
      gateway(
        `        registry: ghcr.io\n        repository: x/b\n        tag: "2"\n        digest: "${digest}"\n        pullPolicy: IfNotPresent\n`,
      ),
    ],
  ])('%s', async (_name, before, after) => {
    const result = await output(before, asked)
    expect(result.replaceAll('"', '')).toBe(after.replaceAll('"', ''))
  })

  test('what a Kustomization renames is pinned by its new name, else by its old one', async () => {
    const images = (digest: string): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
spec:
  images:
    - name: web
      newName: ghcr.io/x/b
      newTag: "2"
${digest}    - {name: a, newTag: "1"}
    - {name: c, newName: d}
`
    const result = await output(images(''), asked)
    expect(result.replaceAll('"', '')).toBe(
      images(`      digest: ${digest}\n`)
        .replace('newTag: "1"}', `newTag: "1", digest: ${digest}}`)
        .replaceAll('"', ''),
    )
  })

  test.each([
    ['no tag: the operator has its own', asked, vm('    repository: ghcr.io/x/b\n')],
    ['no repository', asked, vm('    tag: "2"\n')],
    [
      'no mapping',
      asked,
      'apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMSingle\nspec: {image: a:1}\n',
    ],
  ])('left: %s', async (_name, options, text) => {
    expect(await output(text, options)).toBe(text)
  })

  test('refused: a tag that is a number', async () => {
    const { output, report } = await run(vm('    repository: ghcr.io/x/b\n    tag: 2\n'), asked)
    expect(output).toBeUndefined()
    expect(report.diagnostics.map(({ code }) => code)).toEqual(['IMAGE_UNREADABLE'])
  })

  test('left, and said: not asked for', async () => {
    const text = vm('    repository: ghcr.io/x/b\n    tag: "2"\n').replace('VMSingle', 'VMAlertmanager')
    const { output, report } = await run(text, {})
    expect(new TextDecoder().decode(output)).toBe(text)
    expect(report.diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'info FIELD_OPTIONAL',
    ])
  })

  test.each<[name: string, policyPath: string, after: string]>([
    [
      'beside them',
      'pullPolicy',
      '{image: {repository: ghcr.io/x/b, tag: "2@DIGEST", pullPolicy: IfNotPresent}}',
    ],
    [
      'further out',
      'spec.pullPolicy',
      '{image: {repository: ghcr.io/x/b, tag: "2@DIGEST"}, pullPolicy: IfNotPresent}',
    ],
  ])('a rule of the user may name the parts, and a policy %s', async (_name, policyPath, after) => {
    const parts = { repository: 'repository', tag: 'tag' }
    const rules = [{ ...rule('spec.image', { parts, policyPath }), selector: { kind: 'Thing' } }]
    const result = await output(thing('spec: {image: {repository: ghcr.io/x/b, tag: "2"}}\n'), { rules })
    expect(result).toBe(thing(`spec: ${after}\n`).replace('DIGEST', digest))
  })
})

test('a digest alone is never written where the tag must stay', async () => {
  const text =
    'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nspec:\n  imageName: ghcr.io/x/b:2\n  imagePullPolicy: IfNotPresent\n'
  const profile = { ...BUILTIN_PROFILES.get('prod')!, output: 'digest' as const }
  const { output } = await transform(new TextEncoder().encode(text), {
    profile,
    resolver: fixedResolver({ 'ghcr.io/x/b:2': 'a' }),
    signal: new AbortController().signal,
  })
  expect(new TextDecoder().decode(output)).toBe(text.replace('b:2', `b:2@${digest}`))
})
