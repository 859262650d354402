import { describe, expect, test } from 'vitest'
import { secretFactsOf, secretsByImage } from '../../../src/kube/find/secrets-by-image.ts'
import { definedSecrets, findPullSecrets, podSecretsOf } from '../../../src/kube/pod/pull-secrets.ts'
import { documentsOf, fieldsOf, inputOf } from '../find/found.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const secret = (name: string, more = ''): string => `---
apiVersion: v1
kind: Secret
metadata: {name: ${name}}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: ${base64(`{"auths":{"${name}":{}}}`)}}
${more}`

const pod = (spec: string, metadata = '{name: p}'): string => `---
apiVersion: v1
kind: Pod
metadata: ${metadata}
spec: {containers: [{name: c, image: r.io/app:1}], ${spec}}
`

/** The names that the first image's Pod gets, and the Secrets of the input that they lead to. */
function secretsOf(text: string): { names: readonly string[]; secrets: readonly string[] } {
  const user = podSecretsOf(fieldsOf(text)[0]!)
  const found = findPullSecrets([definedSecrets(documentsOf(text))])
  return { names: found.namesFor(user), secrets: found.secretsFor(user).map(({ name }) => name) }
}

describe('the names that a Pod gets', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['none', pod(''), [], []],
    ['its own', pod('imagePullSecrets: [{name: one}, {name: two}]'), ['one', 'two'], []],
    [
      'its own, some in the input',
      pod('imagePullSecrets: [{name: one}, {name: two}]') + secret('two'),
      ['one', 'two'],
      ['Secret two'],
    ],
    [
      "its ServiceAccount's where it names none",
      `${pod('serviceAccountName: sa')}---
apiVersion: v1
kind: ServiceAccount
metadata: {name: sa}
imagePullSecrets: [{name: one}]
${secret('one')}`,
      ['one'],
      ['Secret one'],
    ],
    [
      "not its ServiceAccount's where it names some itself",
      `${pod('serviceAccountName: sa, imagePullSecrets: [{name: own}]')}---
apiVersion: v1
kind: ServiceAccount
metadata: {name: sa}
imagePullSecrets: [{name: one}]
`,
      ['own'],
      [],
    ],
    [
      "the default ServiceAccount's",
      `${pod('')}---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}, imagePullSecrets: [{name: one}]}
`,
      ['one'],
      [],
    ],
    [
      "the ServiceAccount's under its former key",
      `${pod('serviceAccount: sa')}---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa}, imagePullSecrets: [{name: one}]}
`,
      ['one'],
      [],
    ],
    [
      "not another namespace's",
      `${pod('serviceAccountName: sa', '{name: p, namespace: a}')}---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa, namespace: b}, imagePullSecrets: [{name: one}]}
`,
      [],
      [],
    ],
    [
      'those without a namespace are in that of whoever names them',
      pod('imagePullSecrets: [{name: one}]', '{name: p, namespace: a}') + secret('one'),
      ['one'],
      ['Secret one'],
    ],
    ['odd entries are passed over', pod('imagePullSecrets: [one, {}, {name: }, {name: two}]'), ['two'], []],
  ])('%s', (_, text, names, secrets) => {
    expect(secretsOf(text)).toEqual({ names, secrets })
  })

  test('in a template, too, and the account of the same list', () => {
    const text = `apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: d}
    spec: {template: {spec: {serviceAccountName: sa, containers: [{name: c, image: a}]}}}
  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: sa}, imagePullSecrets: [{name: one}]}
`
    expect(secretsOf(text).names).toEqual(['one'])
  })
})

describe('what is in a Secret', () => {
  const read = (text: string) =>
    findPullSecrets([definedSecrets(documentsOf(pod('imagePullSecrets: [{name: s}]') + text))]).secretsFor(
      podSecretsOf(fieldsOf(pod('imagePullSecrets: [{name: s}]'))[0]!),
    )
  const head = '---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ns}\n'

  test.each([
    [
      'data',
      `type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: ${base64('{"auths":{}}')}}`,
      'kubernetes.io/dockerconfigjson',
      '{"auths":{}}',
    ],
    [
      'stringData before data',
      `type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: eA==}\nstringData: {.dockerconfigjson: '{}'}`,
      'kubernetes.io/dockerconfigjson',
      '{}',
    ],
    [
      'the older type',
      `type: kubernetes.io/dockercfg\ndata: {.dockercfg: ${base64('{}')}}`,
      'kubernetes.io/dockercfg',
      '{}',
    ],
  ])('%s', (_, body, type, text) => {
    expect(read(`${head}${body}\n`)).toEqual([{ name: 'Secret ns/s', type, text }])
  })

  test.each([
    ['another type', `type: Opaque\ndata: {.dockerconfigjson: ${base64('{}')}}`],
    ['no type', `data: {.dockerconfigjson: ${base64('{}')}}`],
    [
      'the key of the other type',
      `type: kubernetes.io/dockercfg\ndata: {.dockerconfigjson: ${base64('{}')}}`,
    ],
  ])('%s is none', (_, body) => {
    expect(read(`${head}${body}\n`)).toEqual([])
  })
})

test('secretsByImage: those of every workload that uses an image, each once', () => {
  const text = [
    pod('imagePullSecrets: [{name: one}]'),
    pod('imagePullSecrets: [{name: two}, {name: one}]').replace('app:1', 'app:2'),
    pod('imagePullSecrets: [{name: one}]').replace('r.io/app:1', 'nginx'),
    pod('imagePullSecrets: [{name: one}]').replace('r.io/app:1', 'NOT A REFERENCE'),
    secret('one'),
    secret('two'),
  ].join('')
  const found = [...secretsByImage([secretFactsOf(inputOf(text))])].map(([image, secrets]) => [
    image,
    secrets.map(({ name }) => name),
  ])
  expect(found).toEqual([
    ['r.io/app', ['Secret one', 'Secret two']],
    ['docker.io/library/nginx', ['Secret one']],
  ])
})
