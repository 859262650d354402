import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type FieldRuleSpec, parseFields } from '../../../src/config/field-settings.ts'
import type { FieldOptions } from '../../../src/kube/find/field-options.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import type { UnknownField } from '../../../src/kube/find/unknown-fields.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'
import { found, inputOf } from './found.ts'

function unknownIn(text: string, options?: FieldOptions): readonly UnknownField[] {
  const { documents, source } = inputOf(text)
  return findImages(documents, source, options).unknown
}

/** `path image`, and `optional` where a rule is to be asked for. */
function unknown(text: string, options?: FieldOptions): string[] {
  return unknownIn(text, options).map(
    ({ path, image, isOptional }) => `${formatPath(path)} ${image}${isOptional ? ' optional' : ''}`,
  )
}

const thing = (spec: string): string =>
  `apiVersion: a.example/v1\nkind: Thing\nmetadata: {name: t}\nspec: ${spec}\n`
const pod = (container: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [${container}]}\n`
const digest = `sha256:${'a'.repeat(64)}`

/** What looks like an image, with the entry of `spec.fields.rules` that is proposed for it. */
const SIGNS: readonly (readonly [name: string, text: string, found: string, entry: string])[] = [
  [
    'a key image with a tag',
    thing('{image: "quay.io/a/b:1"}'),
    'spec.image quay.io/a/b:1',
    '{group: a.example, kind: Thing, path: spec.image}',
  ],
  [
    'a name without a slash',
    thing('{image: "redis:7"}'),
    'spec.image redis:7',
    '{group: a.example, kind: Thing, path: spec.image}',
  ],
  [
    'a digest',
    thing(`{image: "a/b@${digest}"}`),
    `spec.image a/b@${digest}`,
    '{group: a.example, kind: Thing, path: spec.image}',
  ],
  [
    'the host of a registry, without a tag',
    thing('{image: ghcr.io/a/b}'),
    'spec.image ghcr.io/a/b',
    '{group: a.example, kind: Thing, path: spec.image}',
  ],
  [
    'the end of a key',
    thing('{db: {sidecarImage: "a/b:1"}}'),
    'spec.db.sidecarImage a/b:1',
    '{group: a.example, kind: Thing, path: spec.db.sidecarImage}',
  ],
  [
    'a key with a dash',
    thing('{proxy-image: "a/b:1"}'),
    'spec.proxy-image a/b:1',
    '{group: a.example, kind: Thing, path: spec.proxy-image}',
  ],
  [
    'a key that ends in imageRef',
    thing('{imageRef: "a/b:1"}'),
    'spec.imageRef a/b:1',
    '{group: a.example, kind: Thing, path: spec.imageRef}',
  ],
  [
    'an item of images',
    thing('{images: ["a/b:1"]}'),
    'spec.images[0] a/b:1',
    "{group: a.example, kind: Thing, path: 'spec.images[]'}",
  ],
  [
    'a value of images',
    thing('{images: {proxy: "a/b:1"}}'),
    'spec.images.proxy a/b:1',
    '{group: a.example, kind: Thing, path: spec.images.proxy}',
  ],
  [
    'an image in an item of images',
    thing('{images: [{name: x, image: "a/b:1"}]}'),
    'spec.images[0].image a/b:1',
    "{group: a.example, kind: Thing, path: 'spec.images[].image'}",
  ],
  [
    'the name in a mapping image',
    thing('{image: {name: "gcr.io/a/b:1"}}'),
    'spec.image.name gcr.io/a/b:1',
    '{group: a.example, kind: Thing, path: spec.image.name}',
  ],
  [
    'a repository and its tag',
    thing('{image: {repository: quay.io/a/b, tag: v1}}'),
    'spec.image.repository quay.io/a/b:v1',
    "{group: a.example, kind: Thing, path: spec.image, parts: '{repository}:{tag}'}",
  ],
  [
    'a registry, a repository and a tag in quotes',
    thing('{proxy: {registry: quay.io, repository: a/b, tag: "1.2"}}'),
    'spec.proxy.repository quay.io/a/b:1.2',
    "{group: a.example, kind: Thing, path: spec.proxy, parts: '{registry}/{repository}:{tag}'}",
  ],
  [
    'a name and a tag under names that go together',
    thing('{proxyImage: acme/x, proxyTag: v1, imageTag: v2}'),
    'spec.proxyImage acme/x:v1',
    "{group: a.example, kind: Thing, path: spec, parts: '{proxyImage}:{proxyTag}'}",
  ],
  [
    'imageName and imageTag',
    thing('{imageName: acme/x, imageTag: v2}'),
    'spec.imageName acme/x:v2',
    "{group: a.example, kind: Thing, path: spec, parts: '{imageName}:{imageTag}'}",
  ],
  [
    'a key that ends in imageURL',
    thing('{imageURL: "a/b:1"}'),
    'spec.imageURL a/b:1',
    '{group: a.example, kind: Thing, path: spec.imageURL}',
  ],
  [
    'a key that begins with a capital',
    thing('{Image: "a/b:1"}'),
    'spec.Image a/b:1',
    '{group: a.example, kind: Thing, path: spec.Image}',
  ],
  [
    'an annotation by which something changes a Pod',
    'apiVersion: v1\nkind: Pod\nmetadata: {annotations: {sidecar.istio.io/proxyImage: "docker.io/istio/proxyv2:1.20"}}\nspec: {containers: [{image: "x:1"}]}\n',
    'metadata.annotations["sidecar.istio.io/proxyImage"] docker.io/istio/proxyv2:1.20',
    `{kind: Pod, path: 'metadata.annotations["sidecar.istio.io/proxyImage"]'}`,
  ],
  [
    'a variable of OLM without a tag',
    pod('{image: "x:1", env: [{name: RELATED_IMAGE_proxy, value: quay.io/a/b}]}'),
    'spec.containers[0].env[0].value quay.io/a/b',
    "{kind: Pod, path: 'spec.containers[].env[name=RELATED_IMAGE_proxy].value'}",
  ],
  [
    'a flag for several',
    pod('{image: "x:1", args: ["--images=a/b:1"]}'),
    'spec.containers[0].args[0] a/b:1',
    "{kind: Pod, path: 'spec.containers[].args[]', value: '^--images=(\\S+)'}",
  ],
  [
    'a variable',
    pod('{image: "x:1", env: [{name: A, value: b}, {name: PROXY_IMAGE, value: "busybox:1.36"}]}'),
    'spec.containers[0].env[1].value busybox:1.36',
    "{kind: Pod, path: 'spec.containers[].env[name=PROXY_IMAGE].value'}",
  ],
  [
    'a variable of OLM',
    pod('{image: "x:1", env: [{name: RELATED_IMAGE_proxy, value: "a/b:1"}]}'),
    'spec.containers[0].env[0].value a/b:1',
    "{kind: Pod, path: 'spec.containers[].env[name=RELATED_IMAGE_proxy].value'}",
  ],
  [
    'a flag',
    pod('{image: "x:1", args: [run, "--proxy-image=a/b:1"]}'),
    'spec.containers[0].args[1] a/b:1',
    "{kind: Pod, path: 'spec.containers[].args[]', value: '^--proxy-image=(\\S+)'}",
  ],
  [
    'a flag of two arguments',
    pod('{image: "x:1", command: [run, -shell-image, "cgr.dev/b:1"]}'),
    'spec.containers[0].command[2] cgr.dev/b:1',
    "{kind: Pod, path: 'spec.containers[].command[]', value: '^(cgr\\.dev/b[:@].+)$'}",
  ],
  [
    'a value of a ConfigMap',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {queue-image: "a/b:1"}\n',
    'data.queue-image a/b:1',
    '{kind: ConfigMap, name: settings, path: data.queue-image}',
  ],
  [
    'in an object in another, by its own type and path',
    `apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nspec: {manifests: [{apiVersion: a.example/v1, kind: Thing, spec: {image: "a/b:1"}}]}\n`,
    'spec.manifests[0].spec.image a/b:1',
    '{group: a.example, kind: Thing, path: spec.image}',
  ],
]

describe('what looks like an image in a field that no rule knows', () => {
  test.each(SIGNS)('%s', (_name, text, expected, entry) => {
    const fields = unknownIn(text)
    expect(fields.map(({ path, image }) => `${formatPath(path)} ${image}`)).toEqual([expected])
    expect(fields.map((field) => field.entry)).toEqual([entry])
  })

  test.each(SIGNS)('%s: the proposed rule finds it', (_name, text, expected, entry) => {
    const options = parseFields({ rules: [parse(entry) as FieldRuleSpec] })
    const image = expected.slice(expected.lastIndexOf(' ') + 1)
    expect(found(text, options).filter((line) => line.startsWith('R6 '))).toEqual([
      expect.stringMatching(new RegExp(` ${image.replace(/[.[\]]/g, '\\$&')}$`)),
    ])
    expect(unknown(text, options)).toEqual([])
  })

  test('a text with a list of images has one sign for each', () => {
    const text = pod(
      '{image: "x:1", env: [{name: KAFKA_IMAGES, value: "4.1=quay.io/a/k:1\\n4.2=quay.io/a/k:2\\n"}]}',
    )
    expect(unknown(text)).toEqual([
      'spec.containers[0].env[0].value quay.io/a/k:1',
      'spec.containers[0].env[0].value quay.io/a/k:2',
    ])
  })

  test('a rule that finds one of them does not cover the others', () => {
    const text = pod(
      '{image: "x:1", env: [{name: KAFKA_IMAGES, value: "4.1=quay.io/a/k:1,4.2=quay.io/a/k:2"}]}',
    )
    const path = 'spec.containers[].env[name=KAFKA_IMAGES].value'
    const options = parseFields({ rules: [{ kind: 'Pod', path, value: '4\\.1=([^,]+)' }] })
    expect(unknown(text, options)).toEqual(['spec.containers[0].env[0].value quay.io/a/k:2'])
  })

  test('so has an argument', () => {
    expect(unknown(pod('{image: "x:1", args: ["--images=quay.io/a/k:1,quay.io/a/k:2"]}'))).toEqual([
      'spec.containers[0].args[0] quay.io/a/k:1',
      'spec.containers[0].args[0] quay.io/a/k:2',
    ])
  })

  test('a tag that is a number is one', () => {
    expect(unknown(thing('{image: acme/x, tag: 1.25}'))).toEqual(['spec.image acme/x:1.25'])
    expect(unknown(thing('{image: {repository: acme/x, tag: 1.25}}'))).toEqual([
      'spec.image.repository acme/x:1.25',
    ])
  })

  test('an aliased value is one', () => {
    expect(unknown(thing('{a: {image: &i "a/b:1"}, b: {image: *i }}'))).toEqual(['spec.a.image a/b:1'])
  })
})

describe('what is no sign', () => {
  test.each<[name: string, text: string]>([
    ['a name alone', thing('{image: nginx}')],
    ['a name with a slash', thing('{image: pool/volume}')],
    ['a number', thing('{image: 5}')],
    ['a URL', thing('{image: "https://example.com/logo.png"}')],
    ['a template', thing('{image: "{{ .Values.image }}"}')],
    ['a path', thing('{image: /dev/sda}')],
    [
      'a Ceph device',
      pod('{image: "x:1"}').replace('spec: {', 'spec: {volumes: [{rbd: {image: "a/b:1"}}], '),
    ],
    ['a policy', pod('{image: "x:1", imagePullPolicy: "a/b:1"}')],
    ['another key', thing('{damage: "a/b:1", imageScan: "a/b:1", imagery: "a/b:1"}')],
    ['a repository without a tag', thing('{image: {repository: quay.io/a/b}}')],
    ['a repository of git', thing('{repository: "https://github.com/a/b", tag: v1}')],
    ['a variable of another name', pod('{image: "x:1", env: [{name: IMAGE_SIZE, value: "a/b:1"}]}')],
    ['a variable that is no image', pod('{image: "x:1", env: [{name: DISK_IMAGE, value: "4096"}]}')],
    [
      'a flag that is no image',
      pod('{image: "x:1", args: ["--max-workers-for-pull-image=2", "--images-json=/a:b"]}'),
    ],
    ['a picture', thing('{imageURL: "https://a.example/b:1.png", tag: x}')],
    ['an annotation of another object', thing('{}').replace('name: t', 'annotations: {image: "a/b:1"}')],
    ['a flag with a name alone', pod('{image: "x:1", args: ["--base-image=quay.io/a/b"]}')],
    ['an image that the stream has', pod('{image: "a/b:1", env: [{name: SELF_IMAGE, value: "a/b:1"}]}')],
    ['a Secret', 'apiVersion: v1\nkind: Secret\nstringData: {image: "a/b:1"}\n'],
    ['a skipped type', 'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {image: "a/b:1"}\n'],
    ['a status', 'apiVersion: a.example/v1\nkind: Thing\nstatus: {image: "a/b:1"}\n'],
    [
      'a field of the never list',
      'apiVersion: kpack.io/v1\nkind: Build\nspec: {tags: ["a/b:1"], image: x}\n',
    ],
    ['a field of the table', 'apiVersion: tekton.dev/v1\nkind: StepAction\nspec: {image: "a/b:1"}\n'],
  ])('%s', (_name, text) => {
    expect(unknown(text)).toEqual([])
  })

  test.each<[name: string, options: Parameters<typeof parseFields>[0]]>([
    ['an excluded field', { exclude: [{ kind: 'Thing', path: 'spec.image' }] }],
    ['an excluded type', { exclude: [{ group: 'a.example' }] }],
    [
      'a field to which a rule leads that takes another part',
      { rules: [{ path: 'spec.image', value: '^x:(.+)' }] },
    ],
  ])('%s', (_name, options) => {
    expect(unknown(thing('{image: "a/b:1"}'), parseFields(options))).toEqual([])
  })
})

describe('an optional field', () => {
  const catalogue = 'apiVersion: operators.coreos.com/v1\nkind: CatalogSource\nspec: {image: "a/b:1"}\n'

  test('has the type that is to be asked for', () => {
    expect(unknownIn(catalogue).map(({ isOptional, entry }) => [isOptional, entry])).toEqual([
      [true, '{group: operators.coreos.com, kind: CatalogSource}'],
    ])
  })

  test('is no sign where it is asked for', () => {
    expect(unknown(catalogue, { optional: [{ kind: 'CatalogSource' }] })).toEqual([])
  })

  test('may be one in parts', () => {
    const agent =
      'apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMAlertmanager\nspec: {image: {repository: a/b, tag: v1}}\n'
    expect(unknown(agent)).toEqual(['spec.image.repository a/b:v1 optional'])
    expect(unknown(agent, { optional: [{}] })).toEqual([])
  })
})

test('both readers see the same', () => {
  for (const [, text] of SIGNS) {
    // A flow collection with an anchor is left to the reference reader.
    const anchored = text.replace(/\n$/, '\nx-anchored: {a: &a {b: c}, d: *a }\n')
    expect(unknown(anchored)).toEqual(unknown(text))
  }
})
