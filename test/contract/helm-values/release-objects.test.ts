import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../../support/program.ts'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { GO_TOOLS, goTool } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'

const needs = { helm: await goTool(GO_TOOLS.helm4) }

/** The name of the release and its namespace are in the image, so that a wrong one is seen. */
const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: "{{ .Release.Namespace }}/{{ .Release.Name }}-{{ .Values.image.repository }}:{{ .Values.image.tag }}"
`
const CHART = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'chart/values.yaml': 'image:\n  repository: web\n  tag: "1.2"\n',
  'chart/templates/web.yaml': POD,
}
const DIGEST = /sha256:[0-9a-f]{64}/g

const flux = (values: string, more = ''): string => `# Ours.
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: team}
spec:
  interval: 5m # often
  chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: acme}}}
${more}${values}`

const argo = (helm: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  destination: {namespace: team}
  source:
    repoURL: https://charts.example.com
    chart: web
    helm:
${helm}`

describeWith(needs, 'values of releases in objects', ({ helm }) => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true, mirror: true })
  })
  afterAll(() => registry.close())

  async function pin(text: string, ...args: readonly string[]) {
    const cwd = temporaryFolder()
    for (const [name, content] of Object.entries({ ...CHART, 'release.yaml': text, 'base.yaml': '{}\n' })) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true })
      writeFileSync(join(cwd, name), content)
    }
    const env = { PINPULL_CACHE_TTL: '0', PINPULL_MIRROR: `*=${registry.url}`, PATH: dirname(helm) }
    const options = { cwd, env }
    const ran = await runProgram(
      ['pin', '--write', '-o', 'json', '--chart', 'chart', 'release.yaml', ...args],
      options,
    )
    const images: { before: string; outcome: string }[] = JSON.parse(ran.stdout.toString()).images
    return {
      code: ran.code,
      text: readFileSync(join(cwd, 'release.yaml'), 'utf8').replace(DIGEST, 'DIGEST'),
      images: images.map(({ before, outcome }) => `${before} ${outcome}`),
      stdout: ran.stdout.toString(),
    }
  }

  test.each<[name: string, before: string, after: string, image: string]>([
    [
      'a HelmRelease',
      flux('  values:\n    # The image.\n    image:\n      tag: "1.3" # tested\n    replicas: 2\n'),
      flux('  values:\n    # The image.\n    image:\n      tag: "1.3@DIGEST" # tested\n    replicas: 2\n'),
      'team/shop-web:1.3',
    ],
    [
      'a HelmRelease with another namespace and name',
      flux('  values: {image: {tag: 1.30}}\n', '  targetNamespace: prod\n'),
      flux('  values: {image: {tag: 1.3@DIGEST}}\n', '  targetNamespace: prod\n'),
      'prod/prod-shop-web:1.3',
    ],
    [
      'valuesObject of an Application',
      argo('      valuesObject:\n        image: {tag: "1.3"}\n'),
      argo('      valuesObject:\n        image: {tag: "1.3@DIGEST"}\n'),
      'team/shop-web:1.3',
    ],
    [
      'values of an Application, which are a text',
      argo(
        '      releaseName: other\n      values: |\n        # The image.\n        image:\n          tag: "1.3"\n',
      ),
      argo(
        '      releaseName: other\n      values: |\n        # The image.\n        image:\n          tag: "1.3@DIGEST"\n',
      ),
      'team/other-web:1.3',
    ],
    [
      'a parameter of an Application, which wins over its values',
      argo(
        '      valuesObject: {image: {tag: "1.3"}}\n      parameters:\n        - name: image.tag\n          value: "1.4" # set here\n',
      ),
      argo(
        '      valuesObject: {image: {tag: "1.3"}}\n      parameters:\n        - name: image.tag\n          value: "1.4@DIGEST" # set here\n',
      ),
      'team/shop-web:1.4',
    ],
  ])('%s', async (_, before, after, image) => {
    const { code, text, images } = await pin(before)
    expect([code, text, images]).toEqual([0, after, [`${image} written`]])
  })

  test.each<[name: string, text: string, reason: string]>([
    [
      'values that are elsewhere',
      flux('  values: {image: {tag: "1.3"}}\n', '  valuesFrom: [{kind: ConfigMap, name: base}]\n'),
      'HelmRelease shop: its spec.valuesFrom cannot be read: pass these values with --values',
    ],
    ['no values', flux(''), 'HelmRelease shop: it has no values to edit'],
    [
      'another chart',
      flux('  values: {image: {tag: "1.3"}}\n').replace('chart: web', 'chart: other'),
      'HelmRelease shop: it is no release of the chart web',
    ],
  ])('%s: an error', async (_, text, reason) => {
    const ran = await pin(text)
    expect([ran.code, ran.text]).toEqual([1, text])
    expect(ran.stdout).toContain(reason)
  })

  test('values that are elsewhere are given with --values', async () => {
    const values = '  values: {image: {tag: "1.3"}}\n'
    const ran = await pin(
      flux(values, '  valuesFrom: [{kind: ConfigMap, name: base}]\n'),
      '--values',
      'base.yaml',
    )
    expect([ran.code, ran.images]).toEqual([0, ['team/shop-web:1.3 written']])
  })

  test('two releases of one chart in one file', async () => {
    const values = (tag: string): string => `  values: {image: {tag: "${tag}"}}\n`
    const both = (one: string, other: string): string =>
      `${flux(values(one))}---\n${flux(values(other)).replace('name: shop', 'name: blog')}`
    const { code, text } = await pin(both('1.3', '1.4'))
    expect([code, text]).toEqual([0, both('1.3@DIGEST', '1.4@DIGEST')])
  })
})
