import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { createSandbox, type Ran, type Sandbox } from '../../support/sandbox.ts'
import { GO_TOOLS, goTool, HELMFILE_VERSION, helmfile, versionOf } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { CLUSTER_FACTS, copyFixture } from './fixture.ts'
import { reported, sameRender } from './same-render.ts'

const needs = { helm3: await goTool(GO_TOOLS.helm3), helm4: await goTool(GO_TOOLS.helm4) }

const IN_CLUSTER = [
  ...['--namespace', 'shop', '--kube-version', CLUSTER_FACTS.kubeVersion],
  ...['--api-versions', CLUSTER_FACTS.apiVersions.join(',')],
]
const VALUES = ['--values', 'chart/values-stage.yaml', '--values', 'values-prod.yaml']

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

describeWith(needs, 'Helm renders the same', (programs) => {
  describe.each([
    ['Helm 3', 3, programs.helm3, `Helm ${versionOf(GO_TOOLS.helm3)}`],
    ['Helm 4', 4, programs.helm4, `Helm ${versionOf(GO_TOOLS.helm4)}`],
  ] as const)('%s', (_, major, binary, name) => {
    let sandbox: Sandbox
    beforeAll(async () => {
      sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
      sandbox.addCommand('helm', binary)
      copyFixture(sandbox.folder)
      expect((await sandbox.run('pinpull', ['helm', 'install-plugin'])).code).toBe(0)
      if (major === 4) {
        sandbox.write(
          '.local/share/helm/plugins/cat/plugin.yaml',
          'apiVersion: v1\ntype: postrenderer/v1\nname: cat\nversion: 0.1.0\nruntime: subprocess\nruntimeConfig:\n  platformCommand:\n    - command: cat\n',
        )
      }
      expect((await sandbox.run('helm', ['dependency', 'build', 'chart'])).code).toBe(0)
    })
    afterAll(() => sandbox.remove())

    const rendered = async (run: Promise<Ran>): Promise<string> => {
      const { code, stdout, stderr } = await run
      expect(code, stderr).toBe(0)
      return stdout
    }
    const template = (chart: string, ...more: readonly string[]): Promise<string> =>
      rendered(sandbox.run('helm', ['template', 'shop', chart, ...IN_CLUSTER, ...more]))

    test('a post-renderer: the chart with its subchart, definitions and values files', async () => {
      const more = [...VALUES, '--include-crds']
      const before = await template('chart', ...more)
      const after = await template('chart', ...more, '--post-renderer', 'pinpull')
      // For a post-renderer Helm 4 takes lists apart, and sorts their items among the other objects.
      const order = { anyOrder: major === 4 }
      expect(reported(sameRender(`${name} --post-renderer`, before, after, order))).toMatchObject({
        objects: 14,
        // Helm 3 shows neither the hook nor the test to a post-renderer.
        images: major === 3 ? 7 : 9,
        policies: major === 3 ? 7 : 9,
        others: [],
      })
    })

    test('a post-renderer: beside one that changes nothing, not a byte', async () => {
      const before = await template('chart', ...VALUES, '--post-renderer', 'cat')
      const after = await template('chart', ...VALUES, '--post-renderer', 'pinpull')
      const line = `${name} --post-renderer, beside cat, by bytes`
      expect(reported(sameRender(line, before, after, { bytes: true })).others).toEqual([])
    })

    test('a pipe: not a byte, hooks pinned too', async () => {
      const before = await template('chart', ...VALUES, '--include-crds')
      const input = { input: before }
      const after = await rendered(sandbox.run('pinpull', ['--profile', 'prod'], input))
      expect(before).toContain('\r\n')
      expect(
        reported(sameRender(`${name} | pinpull, by bytes`, before, after, { bytes: true })),
      ).toMatchObject({
        objects: 14,
        images: 9,
        policies: 9,
        others: [],
      })
    })

    test('an empty chart', async () => {
      const before = await template('empty')
      const after = await template('empty', '--post-renderer', 'pinpull')
      expect(reported(sameRender(`${name} --post-renderer, empty chart`, before, after))).toMatchObject({
        objects: 0,
        others: [],
      })
    })
  })
})

describeWith({ ...needs, helmfile: await helmfile() }, 'helmfile renders the same', (programs) => {
  const releases = (defaults: string): string => `${defaults}kubeVersion: ${CLUSTER_FACTS.kubeVersion}
apiVersions: [${CLUSTER_FACTS.apiVersions.join(', ')}]
releases:
  - name: shop
    namespace: shop
    chart: ./chart
    values: [chart/values-stage.yaml, values-prod.yaml]
  - name: empty
    namespace: shop
    chart: ./empty
`
  const DEFAULTS = 'helmDefaults:\n  postRenderer: pinpull\n  postRendererArgs: [--profile=prod]\n'

  test.each([
    ['Helm 3', 3, programs.helm3, GO_TOOLS.helm3],
    ['Helm 4', 4, programs.helm4, GO_TOOLS.helm4],
  ] as const)('with %s', async (_, major, binary, tool) => {
    const sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    try {
      sandbox.addCommand('helm', binary)
      sandbox.addCommand('helmfile', programs.helmfile)
      copyFixture(sandbox.folder)
      await sandbox.run('pinpull', ['helm', 'install-plugin'])
      sandbox.write('plain.yaml', releases(''))
      sandbox.write('pinned.yaml', releases(DEFAULTS))
      const [before, after] = [
        await sandbox.run('helmfile', ['-f', 'plain.yaml', 'template', '--include-crds']),
        await sandbox.run('helmfile', ['-f', 'pinned.yaml', 'template', '--include-crds']),
      ]
      expect([before.code, after.code], after.stderr).toEqual([0, 0])
      const name = `helmfile ${HELMFILE_VERSION} with Helm ${versionOf(tool)}`
      const order = { anyOrder: major === 4 }
      expect(reported(sameRender(name, before.stdout, after.stdout, order))).toMatchObject({
        objects: 14,
        images: major === 3 ? 7 : 9,
        policies: major === 3 ? 7 : 9,
        others: [],
      })
    } finally {
      sandbox.remove()
    }
  })
})
