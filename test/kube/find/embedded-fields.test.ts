import { describe, expect, test } from 'vitest'
import { parseFields } from '../../../src/config/field-settings.ts'
import type { FieldOptions } from '../../../src/kube/find/field-options.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'
import { found, inputOf } from './found.ts'

/** The paths of texts that are left with a warning. */
function left(text: string, options?: FieldOptions): string[] {
  const { documents, source } = inputOf(text)
  return findImages(documents, source, options).unreadableTexts.map(({ path }) => formatPath(path))
}

const indent = (text: string): string => text.trimEnd().replaceAll(/^/gm, '    ')
const configMap = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: addon}\ndata:\n  calico: |\n${indent(data)}\n`
const pod = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: a:1\n'
const digest = `sha256:${'a'.repeat(64)}`

describe('a text of a ConfigMap that holds Kubernetes objects', () => {
  test.each<[name: string, text: string]>([
    ['a Pod', configMap(pod)],
    ['several objects', configMap(`apiVersion: v1\nkind: Service\n---\n${pod}`)],
    ['JSON', configMap('{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"a:1"}]}}')],
    [
      'JSON in quotes',
      'apiVersion: v1\nkind: ConfigMap\ndata: {calico: "{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"Pod\\",\\"spec\\":{\\"containers\\":[{\\"image\\":\\"a:1\\"}]}}"}\n',
    ],
    ['a folded text', configMap(pod).replace('|', '>')],
    ['a template', configMap(`{{ if .x }}\n${pod}{{ end }}\n`)],
    ['a script that applies one', configMap(`kubectl apply -f - <<EOF\n${pod}EOF\n`)],
    ['an unknown field', configMap('apiVersion: a.example/v1\nkind: Thing\nspec: {image: "a/b:1"}\n')],
    [
      'an image that is null',
      configMap('apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: c, image: null}\n'),
    ],
  ])('is left with a warning: %s', (_name, text) => {
    expect(left(text)).toEqual(['data.calico'])
  })

  test.each<[name: string, text: string]>([
    ['images that have a digest', configMap(pod.replace('a:1', `a:1@${digest}`))],
    ['no image', configMap('apiVersion: v1\nkind: Service\nspec: {ports: []}\n')],
    ['a picture', configMap('apiVersion: a.example/v1\nkind: Thing\nspec: {image: logo}\n')],
    ['no object', configMap('kind: panel\nimage: a:1\n')],
    ['another type', configMap(pod).replace('ConfigMap', 'Secret')],
  ])('is passed over: %s', (_name, text) => {
    expect(left(text)).toEqual([])
  })

  test.each<[name: string, text: string]>([
    ['YAML', configMap('agent:\n  image: ghcr.io/acme/agent:1.4\n')],
    ['YAML with quotes', configMap('- sidecarImage: "registry.example.com:5000/agent:1.4"\n')],
    ['JSON', configMap('{"agent": {"image": "ghcr.io/acme/agent:1.4", "cpu": 1}}')],
  ])('a configuration that names an image is left with a warning: %s', (_name, text) => {
    expect(left(text)).toEqual(['data.calico'])
  })

  test.each<[name: string, setting: string]>([
    ['an image with a digest', `image: ghcr.io/acme/agent:1.4@${digest}`],
    ['an image without a host', 'image: acme/agent:1.4'],
    ['an image without a tag', 'image: ghcr.io/acme/agent'],
    ['a picture', 'image: https://example.com/a.png'],
    ['another key', 'imagePullSecret: ghcr.io/acme/agent:1.4'],
    ['a sentence', 'the image ghcr.io/acme/agent:1.4 is old'],
  ])('a configuration is passed over with %s', (_name, setting) => {
    expect(left(configMap(`agent:\n  ${setting}\n`))).toEqual([])
  })

  test('a configuration is passed over where a rule leads into it', () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: workflow-controller-configmap}\ndata:\n  executor: |\n    image: quay.io/argoproj/argoexec:v3\n'
    expect(left(text)).toEqual([])
  })

  test('is silenced by an exclusion', () => {
    expect(
      left(configMap(pod), parseFields({ exclude: [{ kind: 'ConfigMap', path: 'data.calico' }] })),
    ).toEqual([])
  })

  test('is found by the rule that the warning names', () => {
    const rule = {
      kind: 'ConfigMap',
      name: 'addon',
      path: 'data.calico',
      embedded: { format: 'yaml' },
    } as const
    const options = parseFields({ rules: [rule] })
    expect(left(configMap(pod), options)).toEqual([])
    expect(found(configMap(pod), options)).toHaveLength(1)
  })
})

describe('a text that a row of the table leaves', () => {
  test.each<[name: string, text: string, path: string]>([
    [
      'a policy of OCM',
      `apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\nspec:\n  object-templates-raw: |\n${indent(pod)}\n`,
      'spec.object-templates-raw',
    ],
    [
      'a bundle of Fleet',
      `apiVersion: fleet.cattle.io/v1alpha1\nkind: Bundle\nspec:\n  resources:\n  - content: |\n${indent(indent(pod))}\n`,
      'spec.resources[0].content',
    ],
  ])('%s', (_name, text, path) => {
    expect(left(text)).toEqual([path])
    expect(left(text, parseFields({ exclude: [{ kind: '*' }] }))).toEqual([])
    const rule = { path: path.replace('[0]', '[]'), embedded: { format: 'yaml' } } as const
    const options = parseFields({
      rules: [{ kind: text.includes('Bundle') ? 'Bundle' : 'ConfigurationPolicy', ...rule }],
    })
    expect(left(text, options)).toEqual([])
    expect(found(text, options)).toHaveLength(1)
  })
})
