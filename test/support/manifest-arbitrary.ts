import fc from 'fast-check'
import { Document, isMap, isPair, isScalar, isSeq, visit } from 'yaml'
import { type MatchSpec, parseMatcher } from '../../src/config/matcher.ts'
import type { Profile } from '../../src/config/profile.ts'
import { parseRule, type RuleSpec } from '../../src/config/rule.ts'
import type { ImagePullPolicy } from '../../src/kube/image-field.ts'
import type { TagKind } from '../../src/reference/tag-kind.ts'

/** Images with all properties that the tests need: the kind of tag, Kubernetes' default policy, and the digest. */
export const IMAGES: Readonly<
  Record<string, { kind: TagKind | 'none'; default: ImagePullPolicy; answer?: string }>
> = {
  nginx: { kind: 'untagged', default: 'Always', answer: '1' },
  'nginx:latest': { kind: 'latest', default: 'Always', answer: '1' },
  'nginx:1.27': { kind: 'floating', default: 'IfNotPresent', answer: '2' },
  'ghcr.io/acme/web:1.4.2': { kind: 'fixed', default: 'IfNotPresent', answer: '3' },
  'localhost:5000/a/b:main': { kind: 'floating', default: 'IfNotPresent', answer: '4' },
  [`redis:7@sha256:${'5'.repeat(64)}`]: { kind: 'digest', default: 'IfNotPresent' },
  'gone.example.com/app:1': { kind: 'floating', default: 'IfNotPresent' },
  'Not An Image': { kind: 'none', default: 'IfNotPresent' },
}

export interface Manifest {
  /** The objects, as plain data. */
  readonly objects: readonly Readonly<Record<string, unknown>>[]
  /** The objects as text, in a random style. */
  readonly text: string
}

const policy = fc.constantFrom<ImagePullPolicy>('Always', 'IfNotPresent', 'Never')

const container = fc.record(
  {
    name: fc.constantFrom('web', 'proxy', 'é'),
    image: fc.constantFrom(...Object.keys(IMAGES)),
    imagePullPolicy: fc.oneof(policy, fc.constant(null)),
    args: fc.array(fc.constantFrom('nginx:1.27', '- image: nginx', '# no comment'), { maxLength: 2 }),
    env: fc.constant([{ name: 'IMAGE', value: 'nginx:1.27' }]),
  },
  { requiredKeys: ['image'] },
)

const imageVolume = fc
  .record(
    { reference: fc.constantFrom(...Object.keys(IMAGES)), pullPolicy: policy },
    { requiredKeys: ['reference'] },
  )
  .map((image) => ({ name: 'data', image }))

const podSpec = fc.record(
  {
    initContainers: fc.array(container, { maxLength: 2 }),
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
    volumes: fc.array(
      fc.oneof(imageVolume, fc.constant({ name: 'disk', rbd: { image: 'nginx:1.27', monitors: ['m'] } })),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['containers'] },
)

const metadata = fc.record({ name: fc.constantFrom('a', 'b') })

const object: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record({ apiVersion: fc.constant('v1'), kind: fc.constant('Pod'), metadata, spec: podSpec }),
  fc.record({
    apiVersion: fc.constant('apps/v1'),
    kind: fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet'),
    metadata,
    spec: fc.record({ replicas: fc.nat(3), template: fc.record({ spec: podSpec }) }),
  }),
  fc.record({
    apiVersion: fc.constant('batch/v1'),
    kind: fc.constant('CronJob'),
    spec: podSpec.map((spec) => ({ jobTemplate: { spec: { template: { spec } } } })),
  }),
  fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('ConfigMap'),
    metadata,
    data: fc.constant({ image: 'nginx:1.27', text: 'containers:\n- image: nginx:1.27\n' }),
  }),
)

const list = fc
  .array(object, { minLength: 1, maxLength: 2 })
  .map((items) => ({ apiVersion: 'v1', kind: 'List', items }))

const style = fc.record({
  json: fc.boolean(),
  crlf: fc.boolean(),
  bom: fc.boolean(),
  finalBreak: fc.boolean(),
  indent: fc.constantFrom(2, 4, 8),
  indentSeq: fc.boolean(),
  /** The choices for each node in turn: flow style, quotes, comment. */
  whims: fc.array(fc.nat(11), { minLength: 1, maxLength: 40 }),
})

/** Streams of manifests in random styles. */
export function manifests(): fc.Arbitrary<Manifest> {
  return fc
    .tuple(
      fc.array(fc.oneof({ weight: 4, arbitrary: object }, { weight: 1, arbitrary: list }), { maxLength: 3 }),
      style,
    )
    .map(([objects, how]) => ({ objects, text: write(objects, how) }))
}

/** Profiles of every kind, without rules: simple enough that a test can predict the result. */
export function profiles(): fc.Arbitrary<Profile> {
  return fc.record({
    name: fc.constant('random'),
    pin: fc.constantFrom('always', 'never'),
    output: fc.constantFrom('tag-digest', 'digest'),
    annotations: fc.constantFrom('obey' as const, 'ignore' as const),
    policyMode: fc.constantFrom('override', 'default', 'preserve'),
    pullPolicy: fc.record({
      digest: policy,
      fixed: policy,
      floating: policy,
      latest: policy,
      untagged: policy,
    }),
    unresolved: fc.constant('warn'),
    mutableTags: fc.record({ untagged: handling, latest: handling, floating: handling }),
    invalid: fc.constant('warn'),
    placeholders: fc.constant('warn'),
    allowedRegistries: fc.constant([]),
    include: fc.constant([]),
    exclude: fc.constant([]),
    rules: fc.constant([]),
    rewrite: fc.constant([]),
    verify: fc.constant([]),
    fields: fc.constant({}),
    findings: fc.constant({}),
  })
}

/** Profiles with rules, exclusions and rewrites. */
export function ruledProfiles(): fc.Arbitrary<Profile> {
  return fc
    .record({
      output: fc.constantFrom('tag-digest', 'digest', 'as-written'),
      exclude: fc.array(match.map(parseMatcher), { maxLength: 1 }),
      rules: fc.array(
        rule.map((spec) => parseRule(spec, 'random rule')),
        { maxLength: 3 },
      ),
      rewrite: fc.constantFrom(
        [],
        [{ from: 'docker.io', to: 'registry.example.com/hub' }],
        [
          { from: 'docker.io/library', to: 'registry.example.com/official' },
          { from: '*', to: 'registry.example.com/all' },
        ],
      ),
    } satisfies { [K in keyof Profile]?: fc.Arbitrary<Profile[K]> })
    .chain((ruled) => profiles().map((profile) => ({ ...profile, ...ruled })))
}

const handling = fc.constantFrom('allow', 'warn')

const match: fc.Arbitrary<MatchSpec> = fc.record(
  {
    reference: fc.subarray(['digest', 'latest', 'untagged', 'floating', 'fixed'], { minLength: 1 }),
    image: fc.constantFrom('nginx', 'nginx:latest', '**:1*', 'docker.io/**', '**'),
    kind: fc.constantFrom('Deployment', '*Job', 'Pod'),
    containerType: fc.constantFrom('container', 'initContainer', 'imageVolume'),
  },
  { requiredKeys: [] },
)

const rule: fc.Arbitrary<RuleSpec> = fc.record(
  {
    match,
    pin: fc.constantFrom('always', 'never'),
    policyMode: fc.constantFrom('override', 'default', 'preserve'),
    pullPolicy: policy,
  },
  { requiredKeys: ['match'] },
)

type Style = typeof style extends fc.Arbitrary<infer T> ? T : never

function write(objects: readonly unknown[], how: Style): string {
  const texts = objects.map((one) =>
    how.json ? `${JSON.stringify(one, null, how.indent)}\n` : writeYaml(one, how),
  )
  const joined = texts.join('---\n')
  const ended = how.finalBreak ? joined : joined.replace(/\n$/, '')
  return `${how.bom ? '\ufeff' : ''}${how.crlf ? ended.replaceAll('\n', '\r\n') : ended}`
}

const QUOTES = ['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN'] as const

function writeYaml(object: unknown, { indent, indentSeq, whims }: Style): string {
  const document = new Document(object, { aliasDuplicateObjects: false })
  let turn = 0
  const whim = (): number => whims[turn++ % whims.length] ?? 0
  visit(document, (key, node) => {
    if (isPair(node)) return
    const mood = whim()
    if (isScalar(node) && typeof node.value === 'string' && !node.value.includes('\n')) {
      if (key !== 'key') node.type = QUOTES[mood % 4] ?? 'PLAIN'
      if (mood === 11 && key === 'value') node.comment = ' image: nginx:1.27'
    }
    if ((isMap(node) || isSeq(node)) && mood === 10) node.flow = true
    if (isMap(node) && mood === 9) node.commentBefore = ' a comment'
  })
  return document.toString({ indent, indentSeq, lineWidth: 0 })
}
