import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../../src/config/builtin-profiles.ts'
import type { Profile } from '../../../src/config/profile.ts'
import type { FieldOptions } from '../../../src/kube/find/field-options.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { transform } from '../../../src/transform.ts'
import { readDocuments } from '../../../src/yaml/documents.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'
import { fixedResolver } from '../../support/fixed-resolver.ts'
import { sourceOf } from '../../support/source.ts'
import { found } from './found.ts'

const digest = `sha256:${'a'.repeat(64)}`

const stream = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: operator
  annotations: {sidecar: "${image}", other: ghcr.io/x/b:3}
spec:
  template:
    metadata: {annotations: {sidecar: '${image}'}}
    spec:
      containers:
        - name: c
          image: ${image}
          imagePullPolicy: IfNotPresent
          env:
            - {name: SELF, value: "${image}"}
            - {name: OTHER, value: ghcr.io/x/b:3}
            - {name: TEXT, value: "run ${image}"}
            - {name: NUMBER, value: 2}
          args: [--image=${image}, --image, ${image}, -x]
          command: [/run, ${image}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: m}
data:
  image: ${image}
  text: |
    from ${image}
---
apiVersion: v1
kind: Secret
stringData: {image: "${image}"}
`

async function run(fields: FieldOptions, settings: Partial<Profile> = {}) {
  const { output, report } = await transform(new TextEncoder().encode(stream('ghcr.io/x/b:2')), {
    profile: { ...BUILTIN_PROFILES.get('prod')!, ...settings, fields },
    resolver: fixedResolver({ 'ghcr.io/x/b:2': 'a' }),
    signal: new AbortController().signal,
  })
  return { text: new TextDecoder().decode(output), report }
}

describe('strings that equal an image of the stream', () => {
  test('are not reported where the images are only looked up', async () => {
    const { text, report } = await run({}, { output: 'as-written' })
    expect(text).toBe(stream('ghcr.io/x/b:2'))
    expect(report.diagnostics).toEqual([])
  })

  test('are reported', async () => {
    const { text, report } = await run({})
    expect(text).toBe(
      stream('ghcr.io/x/b:2').replace('image: ghcr.io/x/b:2', `image: ghcr.io/x/b:2@${digest}`),
    )
    expect(
      report.diagnostics.map(
        ({ code, severity, at }) => `${severity} ${code} ${at?.resource?.kind} ${at?.path}`,
      ),
    ).toEqual([
      'warning IMAGE_COPY_LEFT Deployment metadata.annotations.sidecar',
      'warning IMAGE_COPY_LEFT Deployment spec.template.metadata.annotations.sidecar',
      'warning IMAGE_COPY_LEFT Deployment spec.template.spec.containers[0].env[0].value',
      'warning IMAGE_COPY_LEFT Deployment spec.template.spec.containers[0].args[0]',
      'warning IMAGE_COPY_LEFT Deployment spec.template.spec.containers[0].args[2]',
      'warning IMAGE_COPY_LEFT Deployment spec.template.spec.containers[0].command[1]',
      'warning IMAGE_COPY_LEFT ConfigMap data.image',
    ])
  })

  test('are pinned alike where that is asked for, and nothing else is', async () => {
    const { text, report } = await run({ copies: 'pin' })
    expect(report.diagnostics).toEqual([])
    const left = ['run ghcr.io/x/b:2', '|\n    from ghcr.io/x/b:2', 'stringData: {image: "ghcr.io/x/b:2']
    const pinned = stream(`ghcr.io/x/b:2@${digest}`)
    expect(text).toBe(left.reduce((all, one) => all.replace(`${one}@${digest}`, one), pinned))
    expect(report.images.map(({ rule }) => rule).sort()).toEqual([
      'R1',
      'R7',
      'R7',
      'R7',
      'R7',
      'R7',
      'R7',
      'R7',
    ])
  })

  test('of an image that is not pinned itself are not pinned instead', async () => {
    const text = stream('ghcr.io/x/b:2').replace(
      '  annotations: {',
      '  annotations: {pinpull.dev/skip: "true", ',
    )
    const { output, report } = await transform(new TextEncoder().encode(text), {
      profile: { ...BUILTIN_PROFILES.get('prod')!, fields: { copies: 'pin' } },
      resolver: fixedResolver({ 'ghcr.io/x/b:2': 'a' }),
      signal: new AbortController().signal,
    })
    expect(new TextDecoder().decode(output)).toBe(text)
    expect(report.images.map(({ rule, outcome }) => [rule, outcome])).toEqual([['R1', 'kept']])
  })

  test.each([
    [
      'an image that is no field',
      'apiVersion: v1\nkind: Pod\nspec: {containers: [{env: [{name: X, value: a/b:1}]}]}',
    ],
    [
      'a name without tag and path',
      'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx, args: [nginx]}]}',
    ],
    ['a status', 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\nstatus: {args: [a:1]}'],
    [
      'a value that is no variable',
      'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}], other: [{value: a:1}]}',
    ],
  ])('%s is no copy', (_name, text) => {
    expect(found(text, { copies: 'pin' }).filter((line) => line.startsWith('R7'))).toEqual([])
  })
})

/** A container with `more` in it. A document after it that has nothing to do with its image is not looked into. */
const pod = (more: string): string => `apiVersion: v1
kind: Pod
metadata: {name: p}
x: {list: &list [ghcr.io/x/b:2], text: &text ghcr.io/x/b:2}
spec:
  containers:
    - name: c
      image: ghcr.io/x/b:2
${more}`

test.each<[name: string, more: string, copies: readonly string[]]>([
  ['none', '', []],
  ['another text that ends alike', '      args: [ghcr.io/x/c:2, xghcr.io/x/b:2]\n', []],
  [
    'in a container that only has arguments',
    '    - name: d\n      args: [--image=ghcr.io/x/b:2]\n',
    ['spec.containers[1].args[0]'],
  ],
  ['an alias', '      args: [*text]\n', ['spec.containers[0].args[0]']],
  ['an item of a list behind an alias', '      args: *list\n', ['spec.containers[0].args[0]']],
  ['over two lines', '      args: ["ghcr.io/x\\\n        /b:2"]\n', ['spec.containers[0].args[0]']],
  ['with an escape', '      args: ["ghcr.io\\u002fx/b:2"]\n', ['spec.containers[0].args[0]']],
  ['in a block', '      args:\n        - >-\n          ghcr.io/x/b:2\n', ['spec.containers[0].args[0]']],
])('is found however it is written: %s', (_, more, copies) => {
  const source = sourceOf(pod(more))
  const { documents } = readDocuments(source)
  expect(findImages(documents, source).copies.map(({ path }) => formatPath(path))).toEqual(copies)
})

describe("the annotation that names an operator's image for people", () => {
  const bundle = (annotation: string): string => `apiVersion: operators.coreos.com/v1alpha1
kind: ClusterServiceVersion
metadata:
  name: operator.v1
  annotations:
    containerImage: ${annotation}
    alm-examples: '[]'
spec:
  relatedImages:
  - {name: operator, image: "ghcr.io/x/b:2"}
`

  const pin = async (text: string) => {
    const { output, report } = await transform(new TextEncoder().encode(text), {
      profile: BUILTIN_PROFILES.get('prod')!,
      resolver: fixedResolver({ 'ghcr.io/x/b:2': 'a' }),
      signal: new AbortController().signal,
    })
    return [new TextDecoder().decode(output), report.diagnostics.map(({ code }) => code)]
  }

  test('is pinned with the image that it equals', async () => {
    const pinned = bundle(`ghcr.io/x/b:2@${digest}`).replace('"ghcr.io/x/b:2"', `"ghcr.io/x/b:2@${digest}"`)
    expect(await pin(bundle('ghcr.io/x/b:2'))).toEqual([pinned, []])
  })

  test('is left without a word where it equals none', async () => {
    const pinned = bundle('ghcr.io/x/b:1').replace('"ghcr.io/x/b:2"', `"ghcr.io/x/b:2@${digest}"`)
    expect(await pin(bundle('ghcr.io/x/b:1'))).toEqual([pinned, []])
  })
})
