import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../../support/sandbox.ts'
import { RUN_CONTAINER } from '../support/docker.ts'
import { GO_TOOLS, goTool, KUBECTL_VERSION, kubectl, versionOf } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { copyFixture } from './fixture.ts'
import { reported, sameRender } from './same-render.ts'

const needs = { kustomize: await goTool(GO_TOOLS.kustomize), kubectl: await kubectl() }
const KUSTOMIZE = `kustomize ${versionOf(GO_TOOLS.kustomize)}`
const KUBECTL = `kubectl ${KUBECTL_VERSION}`

/** An overlay of the fixture's own, to which the function is added, as docs/hosts/kustomize.md says. */
const pinned = (annotations: string): Record<string, string> => ({
  'pinned/kustomization.yaml': 'resources: [../kustomize/overlay]\ntransformers: [pin.yaml]\n',
  'pinned/pin.yaml': `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nmetadata:\n  name: pin\n${annotations}spec:\n  defaultProfile: prod\n`,
})
const FUNCTION = `  annotations:
    config.kubernetes.io/function: |
      exec:
        path: pinpull
        args: [--krm]
`
const CONTAINER = `  annotations:
    config.kubernetes.io/function: |
      container:
        image: registry.example.com/pinpull:0.1.0-krm
        network: true
        envs: [PINPULL_MIRROR]
`

describeWith(needs, 'kustomize renders the same', (programs) => {
  let registry: TestRegistry
  let sandbox: Sandbox
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true, mirror: true })
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    sandbox.addCommand('kustomize', programs.kustomize)
    sandbox.addCommand('kubectl', programs.kubectl)
    sandbox.addCommand('docker', 'sh', '-c', RUN_CONTAINER, 'docker')
    copyFixture(sandbox.folder)
    await sandbox.bash(`plugin=~/.config/kustomize/plugin/pinpull.dev/v1alpha1/pinpull
mkdir -p "$plugin" && ln -sf "$(command -v pinpull)" "$plugin/Pinpull"`)
  })
  afterAll(async () => {
    sandbox?.remove()
    await registry?.close()
  })

  test.each<[host: string, words: string, files: Record<string, string>, pipe: string]>([
    [
      `${KUSTOMIZE}, exec function`,
      'kustomize build --enable-alpha-plugins --enable-exec',
      pinned(FUNCTION),
      '',
    ],
    [
      `${KUSTOMIZE}, function in a container (a script for docker)`,
      'kustomize build --enable-alpha-plugins --network',
      pinned(CONTAINER),
      '',
    ],
    [`${KUSTOMIZE}, exec plugin`, 'kustomize build --enable-alpha-plugins', pinned(''), ''],
    [`${KUBECTL} kustomize, exec plugin`, 'kubectl kustomize --enable-alpha-plugins', pinned(''), ''],
    [`${KUSTOMIZE} | pinpull`, 'kustomize build', {}, '| pinpull --profile prod'],
    [`${KUBECTL} kustomize | pinpull`, 'kubectl kustomize', {}, '| pinpull --profile prod'],
  ])('%s', async (host, words, files, pipe) => {
    for (const [path, text] of Object.entries(files)) sandbox.write(path, text)
    const folder = pipe === '' ? 'pinned' : 'kustomize/overlay'
    const [before, after] = [
      await sandbox.bash(`${words.split(' --')[0]} kustomize/overlay`),
      await sandbox.bash(`${words} ${folder} ${pipe}`),
    ]
    expect([before.code, after.code], after.stderr).toEqual([0, 0])
    expect(
      reported(sameRender(`${host}, by bytes`, before.stdout, after.stdout, { bytes: true })),
    ).toMatchObject({
      objects: 15,
      images: 9,
      policies: 9,
      others: [],
    })
  })
})
