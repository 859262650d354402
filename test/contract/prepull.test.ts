import { execFile, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type EmptyCluster, startEmptyCluster } from './support/api-server.ts'
import { kubectl, strictDecode } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'

const needs = { kubectl: await kubectl(), strictDecode: await strictDecode() }

const STREAM = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets: [{name: registry}]
      nodeSelector: {disk: ssd}
      tolerations: [{key: shop, operator: Exists, effect: NoExecute, tolerationSeconds: 60}]
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: NotIn, values: [c]}]}]
      containers: [{name: web, image: "nginx:1.27"}]
      volumes: [{name: model, image: {reference: "ghcr.io/acme/model:1"}}]
---
apiVersion: v1
kind: Pod
metadata: {name: tool}
spec:
  containers: [{name: tool, image: "ghcr.io/acme/tool_box:v2"}]
`

describeWith(needs, 'pinpull prepull', (paths) => {
  let registry: TestRegistry
  let cluster: EmptyCluster
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true })
    cluster = await startEmptyCluster()
  })
  afterAll(async () => {
    await Promise.all([registry.close(), cluster.close()])
  })

  test.each(['init', 'volume'])(
    'by %s is accepted by kubectl, pinned, and strictly of its kind',
    async (method) => {
      const cwd = temporaryFolder()
      const args = ['--mirror', `*=${registry.url}`]
      const { code, stdout } = await runProgram(['prepull', '--method', method, ...args], {
        input: STREAM,
        cwd,
      })
      expect(code).toBe(0)

      // Validation by the server's schema is what our empty cluster cannot do; strict decoding is the better half of it.
      const create = [
        'create',
        '--dry-run=client',
        '--validate=false',
        '--filename=-',
        `--server=${cluster.url}`,
      ]
      const said = await runKubectl(paths.kubectl, create, stdout, cwd)
      expect(said.replaceAll(/-[0-9a-f]{8}/g, '-HASH').split('\n')).toEqual([
        'daemonset.apps/pinpull-prepull-HASH created (dry run)',
        'daemonset.apps/pinpull-prepull created (dry run)',
        '',
      ])

      const decoded = spawnSync(paths.strictDecode, { input: stdout, encoding: 'utf8' })
      expect([decoded.status, decoded.stderr]).toEqual([0, ''])
      expect(decoded.stdout).toMatch(/^DaemonSet pinpull-prepull-[0-9a-f]{8}\nDaemonSet pinpull-prepull\n$/)

      const again = await runProgram(['--profile', 'prod'], { input: stdout, cwd })
      expect([again.code, again.stdout.toString()]).toEqual([0, stdout.toString()])
    },
  )

  test('strict decoding would find a field that is none', () => {
    const wrong = 'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\nspec: {templates: {}}\n'
    const { status, stderr } = spawnSync(paths.strictDecode, { input: wrong, encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('unknown field "spec.templates"')])
  })
})

/** Not synchronously: the cluster that it asks is in this very process. */
function runKubectl(kubectl: string, args: readonly string[], input: Buffer, home: string): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: '/dev/null' }
  return new Promise((resolve, reject) => {
    const child = execFile(kubectl, args, { env }, (error, stdout, stderr) =>
      error === null && stderr === '' ? resolve(stdout) : reject(error ?? new Error(stderr)),
    )
    child.stdin?.end(input)
  })
}
