import { describe, expect, test } from 'vitest'
import {
  documentDiagnostics,
  holdsNoKubernetes,
  holdsObject,
  inputWithoutObjectsDiagnostics,
  nonKubernetesDiagnostic,
  objectFactsOf,
} from '../../../src/kube/diagnostics/non-kubernetes.ts'
import { readInput } from '../../../src/transform.ts'

const streamOf = (text: string, file?: string) => readInput(new TextEncoder().encode(text), file)

const UNREAD = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n${'  - a\n'.repeat(1000)}`

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'

describe('a stream in which there is something, and no Kubernetes object', () => {
  test.each<[name: string, text: string, found: string]>([
    ['a page of HTML', '<html><body>404</body></html>\n', `it is text ("<html><body>404</body></html>")`],
    [
      'an error message',
      'Error: chart not found\n',
      'it has no apiVersion and no kind; its top-level keys: Error',
    ],
    [
      "Helm's notes",
      'NOTES:\n  thank you for installing shop\n',
      'it has no apiVersion and no kind; its top-level keys: NOTES',
    ],
    [
      'JSON of another API',
      '{"error":"not found","code":404}',
      'it has no apiVersion and no kind; its top-level keys: error, code',
    ],
    [
      'values',
      'image: {tag: "1"}\nreplicas: 1\nports: []\nrest: 1\n',
      'it has no apiVersion and no kind; its top-level keys: image, replicas, ports, …',
    ],
    ['an empty mapping', '{}\n', 'it has no apiVersion and no kind'],
    ['a list', '- nginx:1.27\n- redis:7\n', 'it is a list'],
    [
      'a Kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages: [{name: nginx}]\n',
      'a Kustomization is read by a tool, not by a cluster',
    ],
    [
      'our own configuration, too large to be read for its type',
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {}\n${'# more\n'.repeat(1000)}`,
      'a Pinpull is read by a tool, not by a cluster',
    ],
    [
      'the answer of an API server',
      '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods is forbidden"}',
      'an API server answered: pods is forbidden',
    ],
  ])('%s', (_, text, found) => {
    const stream = streamOf(text)
    expect(holdsObject(stream)).toBe(false)
    expect(inputWithoutObjectsDiagnostics([objectFactsOf(stream)])).toEqual([
      {
        code: 'INPUT_WITHOUT_OBJECTS',
        severity: 'warning',
        args: { found, advice: expect.any(String) },
        at: { document: 1, line: 1, column: 1 },
      },
    ])
  })

  test.each([
    ['the message of a program', 'Error: INSTALLATION FAILED: chart not found\n'],
    ['of another', 'curl: (6) Could not resolve host: example.com\n'],
    ['a page', '<html>\n<style>p {color: red}</style>\n<p style="a: b">: c: d\n'],
  ])('%s that is no YAML', (_, text) => {
    expect(inputWithoutObjectsDiagnostics([objectFactsOf(streamOf(text))])).toEqual([
      expect.objectContaining({
        args: expect.objectContaining({ found: 'it is not valid YAML either' }),
        at: expect.objectContaining({ document: 1 }),
      }),
    ])
  })

  test('is named by the first document that is none', () => {
    const streams = [streamOf('# nothing\n', 'a.yaml'), streamOf('---\n# c\n---\n- b\n', 'b.yaml')]
    expect(inputWithoutObjectsDiagnostics(streams.map(objectFactsOf)).map(({ at }) => at)).toEqual([
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
    expect(inputWithoutObjectsDiagnostics(texts.map((text) => objectFactsOf(streamOf(text))))).toEqual([])
  })
})

describe('a document that is no object', () => {
  const LAX = { isStrict: false, requirePinned: false }
  const say = (text: string, demands = LAX): string[] =>
    documentDiagnostics(streamOf(text), demands).map(
      ({ severity, args, at }) => `${severity} ${at?.document}:${at?.line} ${args['found']}`,
    )

  test.each<[name: string, text: string, found: string[]]>([
    [
      'a log line',
      `Templating release=x\n---\n${OBJECT}`,
      ['warning 1:1 it is text ("Templating release=x")'],
    ],
    ['a long one', `${'x'.repeat(70)} y\n---\n${OBJECT}`, [`warning 1:1 it is text ("${'x'.repeat(60)}…")`]],
    ['a list', `${OBJECT}---\n- a\n`, ['warning 2:5 it is a list']],
    [
      'a mapping',
      `${OBJECT}---\na: 1\n`,
      ['warning 2:5 it has no apiVersion and no kind; its top-level keys: a'],
    ],
    ['nothing', `---\n# c\n---\n${OBJECT}---\nnull\n`, []],
    [
      'what is for a tool',
      `${OBJECT}---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n`,
      [],
    ],
  ])('beside one that is: %s', (_, text, found) => {
    expect(say(text)).toEqual(found)
    expect(say(text, { isStrict: true, requirePinned: false })).toEqual(found)
    expect(say(text, { isStrict: true, requirePinned: true })).toEqual(
      found.map((one) => one.replace('warning', 'error')),
    )
  })

  test.each([
    ['kind: Pod\nspec: {}\n', 'it has kind Pod but no apiVersion, so its images are not checked'],
    ['apiVersion: v1\nbinaryData:\n', 'it has apiVersion v1 but no kind, so its images are not checked'],
    ['{"kind": "Pod"}', 'it has kind Pod but no apiVersion, so its images are not checked'],
    ['apiVersion: v1\nkind: 5\n', 'it has apiVersion v1 but no kind, so its images are not checked'],
  ])('half of one: %s', (text, found) => {
    expect(say(text)).toEqual([`warning 1:1 ${found}`])
    expect(say(text, { isStrict: true, requirePinned: false })).toEqual([`error 1:1 ${found}`])
    expect(say(`${OBJECT}---\n${text}`, { isStrict: true, requirePinned: false })).toHaveLength(1)
    expect(inputWithoutObjectsDiagnostics([objectFactsOf(streamOf(text))])).toEqual([])
    expect(holdsNoKubernetes(streamOf(text))).toBe(false)
  })

  test.each([
    ['apiVersion: v2\nname: web\nversion: 1.0.0\n', 'Chart.yaml'],
    ['kind: pipeline\ntype: docker\nname: default\n', '.drone.yml'],
  ])('but not what has such a key for its own ends: %s', (text, file) => {
    expect(documentDiagnostics(streamOf(text, file), { isStrict: true, requirePinned: true })).toEqual([])
  })
})

describe('a file that was named and holds no object is told by what it looks like', () => {
  test.each<[file: string, text: string, found: string, advice: RegExp]>([
    ['values-prod.yaml', 'a: 1\n', 'it looks like the values of a chart', /helm template/],
    [
      'x.yaml',
      'replicaCount: 2\nimage: {repository: a/b, tag: "1"}\n',
      'it looks like the values of a chart',
      /helm template/,
    ],
    [
      'Chart.yaml',
      'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'it is the Chart.yaml of a chart',
      /helm template/,
    ],
    ['kustomization.yaml', 'namespace: a\n', 'it looks like a kustomization', /kustomize build/],
    [
      'x.yaml',
      'resources: [a.yaml]\nimages: [{name: b}]\n',
      'it looks like a kustomization',
      /kustomize build/,
    ],
    [
      'k.yaml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      'a Kustomization is read by a tool, not by a cluster',
      /kustomize build/,
    ],
    ['log', 'Error: no\n', 'it has no apiVersion and no kind; its top-level keys: Error', /previous step/],
    ['log', 'exit 1\n', 'it is text ("exit 1")', /2>&1/],
    ['empty.yaml', '# nothing\n', 'it is empty', /what wrote it/],
  ])('%s: %j', (file, text, found, advice) => {
    const stream = streamOf(text, file)
    expect(holdsNoKubernetes(stream)).toBe(true)
    const finding = nonKubernetesDiagnostic(stream, 'warning')
    expect([finding.code, finding.args['found'], finding.at?.file]).toEqual([
      'DOCUMENT_WITHOUT_OBJECT',
      found,
      file,
    ])
    expect(finding.args['advice']).toMatch(advice)
  })

  test.each<[file: string, text: string, advice: string]>([
    [
      'values.yaml',
      'a: 1\n',
      'render the chart first: helm template NAME CHART -f values.yaml | pinpull; or write the digests into it: pinpull pin --chart CHART values.yaml',
    ],
    [
      'a/values.yaml',
      'a: 1\n',
      'render the chart first: helm template NAME CHART -f a/values.yaml | pinpull; or write the digests into it: pinpull pin --chart CHART a/values.yaml',
    ],
    [
      'a b/values.yaml',
      'a: 1\n',
      'render the chart first: helm template NAME CHART -f FILE | pinpull; or write the digests into it: pinpull pin --chart CHART FILE',
    ],
    [
      '$(x)/values.yaml',
      'a: 1\n',
      'render the chart first: helm template NAME CHART -f FILE | pinpull; or write the digests into it: pinpull pin --chart CHART FILE',
    ],
    [
      '-x/values.yaml',
      'a: 1\n',
      'render the chart first: helm template NAME CHART -f FILE | pinpull; or write the digests into it: pinpull pin --chart CHART FILE',
    ],
    ['c/Chart.yaml', 'apiVersion: v2\nname: c\n', 'render the chart first: helm template NAME c | pinpull'],
    ['Chart.yaml', 'apiVersion: v2\nname: c\n', 'render the chart first: helm template NAME . | pinpull'],
    [
      '/kustomization.yaml',
      'images: []\n',
      'build it first: kustomize build / | pinpull; or write the digests into it: pinpull pin /',
    ],
    [
      'k/kustomization.yaml',
      'images: []\n',
      'build it first: kustomize build k | pinpull; or write the digests into it: pinpull pin k',
    ],
    [
      'over/lay/kustomization.yaml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      'build it first: kustomize build over/lay | pinpull; or write the digests into it: pinpull pin over/lay',
    ],
    [
      "it's/kustomization.yaml",
      'images: []\n',
      'build it first: kustomize build FOLDER | pinpull; or write the digests into it: pinpull pin FOLDER',
    ],
  ])('%s: the command names it, unless its name needs quotes', (file, text, advice) => {
    expect(nonKubernetesDiagnostic(streamOf(text, file), 'warning').args['advice']).toBe(advice)
  })

  test.each([
    ['an object', OBJECT],
    ['a list of nothing', 'apiVersion: v1\nkind: List\nitems: []\n'],
    ['what may be one', 'kind: Pod\nspec: [\n'],
  ])('but not %s', (_, text) => {
    expect(holdsNoKubernetes(streamOf(text))).toBe(false)
  })
})
