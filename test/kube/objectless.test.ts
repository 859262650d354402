import { describe, expect, test } from 'vitest'
import { holdsObject, objectlessFindings } from '../../src/kube/objectless.ts'
import { readInput } from '../../src/transform.ts'

const streamOf = (text: string, file?: string) => readInput(new TextEncoder().encode(text), file)

const UNREAD = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n${'  - a\n'.repeat(1000)}`

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'

describe('a stream in which there is something, and no Kubernetes object', () => {
  test.each<[name: string, text: string, found: string]>([
    ['a page of HTML', '<html><body>404</body></html>\n', 'it is text'],
    ['an error message', 'Error: chart not found\n', 'it has no apiVersion and no kind, but Error'],
    [
      "Helm's notes",
      'NOTES:\n  thank you for installing shop\n',
      'it has no apiVersion and no kind, but NOTES',
    ],
    [
      'JSON of another API',
      '{"error":"not found","code":404}',
      'it has no apiVersion and no kind, but error, code',
    ],
    [
      'values',
      'image: {tag: "1"}\nreplicas: 1\nports: []\nrest: 1\n',
      'it has no apiVersion and no kind, but image, replicas, ports, …',
    ],
    ['a kind without an apiVersion', 'kind: Pod\n', 'it has no apiVersion, but kind'],
    ['an empty mapping', '{}\n', 'it has no apiVersion and no kind, but nothing'],
    ['a list', '- nginx:1.27\n- redis:7\n', 'it is a list'],
    [
      'a Kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages: [{name: nginx}]\n',
      'a Kustomization is for a tool to read, and not for a cluster',
    ],
    [
      'our own configuration, too large to be read for its type',
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {}\n${'# more\n'.repeat(1000)}`,
      'a Pinpull is for a tool to read, and not for a cluster',
    ],
    [
      'the answer of an API server',
      '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods is forbidden"}',
      'an API server answered: pods is forbidden',
    ],
  ])('%s', (_, text, found) => {
    const stream = streamOf(text)
    expect(holdsObject(stream)).toBe(false)
    expect(objectlessFindings([stream])).toEqual([
      {
        code: 'INPUT_WITHOUT_OBJECTS',
        severity: 'warning',
        args: { found },
        at: { document: 1, line: 1, column: 1 },
      },
    ])
  })

  test.each([
    ['the message of a program', 'Error: INSTALLATION FAILED: chart not found\n'],
    ['of another', 'curl: (6) Could not resolve host: example.com\n'],
    ['a page', '<html>\n<style>p {color: red}</style>\n<p style="a: b">: c: d\n'],
  ])('%s that is no YAML', (_, text) => {
    expect(objectlessFindings([streamOf(text)])).toEqual([
      expect.objectContaining({
        args: { found: 'it is no YAML either' },
        at: expect.objectContaining({ document: 1 }),
      }),
    ])
  })

  test('is named by the first document that is none', () => {
    const streams = [streamOf('# nothing\n', 'a.yaml'), streamOf('---\n# c\n---\n- b\n', 'b.yaml')]
    expect(objectlessFindings(streams).map(({ at }) => at)).toEqual([
      { file: 'b.yaml', document: 2, line: 4, column: 1 },
    ])
  })
})

describe('nothing is said', () => {
  test.each<[name: string, texts: readonly string[]]>([
    ['of nothing', ['']],
    ['of comments', ['# Source: shop/templates/web.yaml\n---\n']],
    ['of null', ['null\n---\n~\n']],
    ['of a list of nothing', ['apiVersion: v1\nkind: List\nitems: []\n']],
    ['of an object', [OBJECT]],
    [
      'of a ResourceList of nothing',
      ['apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n'],
    ],
    ['of what is not read for its type', [UNREAD]],
    ['where one document is an object', [`a: 1\n---\n${OBJECT}`]],
    ['where one stream holds an object', ['replicas: 1\n', OBJECT]],
    ['of a manifest that cannot be read', ['kind: Pod\nspec: [\n']],
    ['of one in JSON', ['{"metadata": {}, "kind" : "Pod", ]']],
    ['of a template', ['{{- if .Values.on }}\na: 1\n{{- end }}\n']],
    ['where one stream may be a manifest', ['replicas: 1\n', 'kind: [']],
    ["of Flux's Kustomization", ['apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n']],
  ])('%s', (_, texts) => {
    expect(objectlessFindings(texts.map((text) => streamOf(text)))).toEqual([])
  })
})
