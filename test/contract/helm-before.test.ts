import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'
import { GO_TOOLS, goTool } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'

const needs = {
  helm3: await goTool(GO_TOOLS.helm3),
  helm4: await goTool(GO_TOOLS.helm4),
  kustomize: await goTool(GO_TOOLS.kustomize),
}

/** The post-renderer of many charts: Helm's stream as the only resource of a kustomization. */
const KUSTOMIZE = `#!/bin/sh
set -e
cd "$(dirname "$0")"
cat > rendered.yaml
kustomize build .
`

const pod = (name: string, annotations = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}${annotations}\nspec:\n  containers:\n  - name: main\n    image: busybox:1.36\n`

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

describeWith(needs, 'an older post-renderer beside Pinpull', ({ helm3, helm4, kustomize }) => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    sandbox.addCommand('helm', helm4)
    sandbox.addCommand('legacy-helm', helm3)
    sandbox.addCommand('kustomize', kustomize)
    sandbox.write('web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n')
    sandbox.write('web/templates/pod.yaml', pod('web'))
    sandbox.write('web/templates/test.yaml', pod('test', '\n  annotations:\n    helm.sh/hook: test'))
    sandbox.write('empty/Chart.yaml', 'apiVersion: v2\nname: empty\nversion: 0.1.0\n')
    sandbox.write('empty/templates/pod.yaml', '{{- if .Values.on }}\na: 1\n{{- end }}\n')
    sandbox.write('my scripts/old.sh', KUSTOMIZE)
    sandbox.write(
      'my scripts/kustomization.yaml',
      'resources: [rendered.yaml]\nlabels: [{pairs: {team: shop}}]\n',
    )
    sandbox.write('fail.sh', '#!/bin/sh\necho "no such overlay: prod" >&2\nexit 5\n')
    await sandbox.bash('chmod +x "my scripts/old.sh" fail.sh')
  })
  afterAll(() => sandbox?.remove())

  const counts = (text: string): readonly number[] =>
    [/team: shop/g, /busybox:1\.36@sha256:/g, /busybox:1\.36$/gm].map((one) => text.match(one)?.length ?? 0)

  test('Helm 4 runs both in one plugin, hooks and an empty chart included', async () => {
    const installed = await sandbox.bash('pinpull helm install-plugin --before "./my scripts/old.sh"')
    expect(installed.code, installed.stderr).toBe(0)
    const run = await sandbox.bash('helm template rel ./web --post-renderer pinpull')
    expect([run.code, counts(run.stdout)], run.stderr).toEqual([0, [2, 2, 0]])
    const empty = await sandbox.bash('helm template rel ./empty --post-renderer pinpull')
    expect(empty.code, empty.stderr).toBe(0)

    // Updating it keeps the program, and uninstalling it removes both.
    await sandbox.bash('pinpull helm install-plugin')
    expect(counts((await sandbox.bash('helm template rel ./web --post-renderer pinpull')).stdout)).toEqual([
      2, 2, 0,
    ])
    expect((await sandbox.bash('helm plugin uninstall pinpull')).code).toBe(0)
    await sandbox.bash('pinpull helm install-plugin')
    expect(counts((await sandbox.bash('helm template rel ./web --post-renderer pinpull')).stdout)).toEqual([
      0, 2, 0,
    ])
  })

  test('in Helm 4, an argument does the same without another plugin; a failure fails the whole, and is told', async () => {
    await sandbox.bash('pinpull helm install-plugin')
    const line = 'helm template rel ./web --post-renderer pinpull --post-renderer-args'
    const run = await sandbox.bash(`${line} '--before=my scripts/old.sh'`)
    expect([run.code, counts(run.stdout)], run.stderr).toEqual([0, [2, 2, 0]])
    const failed = await sandbox.bash(`${line} --before=./fail.sh`)
    expect([failed.code, failed.stdout]).toEqual([1, ''])
    const last = await sandbox.bash('pinpull last')
    expect(last.stdout).toMatch(
      /\nno such overlay: prod\nerror BEFORE_FAILED: \.\/fail\.sh, which runs before Pinpull, ended with exit code 5\n/,
    )
  })

  test('Helm 3 likewise, less the hooks', async () => {
    const line = 'legacy-helm template rel ./web --post-renderer pinpull --post-renderer-args'
    const run = await sandbox.bash(`${line} '--before=my scripts/old.sh'`)
    expect([run.code, counts(run.stdout)], run.stderr).toEqual([0, [1, 1, 1]])
    const failed = await sandbox.bash(`${line} --before=./fail.sh`)
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain('no such overlay: prod')
  })
})
