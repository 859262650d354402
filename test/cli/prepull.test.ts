import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry({ anyName: true })
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
})

const STREAM = `apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
imagePullSecrets: [{name: of-account}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      serviceAccountName: web
      containers: [{name: web, image: "nginx:1.27"}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: train, namespace: lab}
spec:
  template:
    spec:
      imagePullSecrets: [{name: own}]
      nodeSelector: {gpu: "true"}
      tolerations:
        - {key: gpu, operator: Exists, effect: NoExecute, tolerationSeconds: 60}
      affinity:
        podAntiAffinity: {}
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{key: zone, operator: In, values: [a, b]}]
              - matchFields: [{key: metadata.name, operator: In, values: [n1]}]
      containers: [{name: train, image: "pytorch:2"}]
`

function prepull(args: readonly string[] = [], input = STREAM) {
  return runInProcess(['prepull', ...args, '--mirror', `*=${registry.url}`], { input, cwd: folder })
}

describe('pinpull prepull', () => {
  test('carries over namespace, pull secrets, node selectors, affinity and tolerations', async () => {
    const { code, stdout, stderr } = await prepull()
    expect([code, stderr]).toEqual([0, ''])
    const [, shop = '', lab = ''] = stdout.split('\n---\n')
    expect(shop).toContain('\n  namespace: shop\n')
    expect(shop).toContain('\n      imagePullSecrets:\n      - name: of-account\n')
    expect(lab).toContain('\n  namespace: lab\n')
    expect(lab).toContain(`
      nodeSelector:
        gpu: "true"
        kubernetes.io/os: linux
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions:
              - key: zone
                operator: In
                values:
                - a
                - b
              - key: kubernetes.io/arch
                operator: In
                values:
                - amd64
                - arm64
            - matchFields:
              - key: metadata.name
                operator: In
                values:
                - n1
              matchExpressions:
              - key: kubernetes.io/arch
                operator: In
                values:
                - amd64
                - arm64
      tolerations:
      - key: gpu
        operator: Exists
        effect: NoExecute
        tolerationSeconds: 60
      imagePullSecrets:
      - name: own
`)
  })

  test.each([['init'], ['volume']])(
    'by %s, what it writes is pinned: Pinpull changes no byte of it',
    async (method) => {
      const { stdout } = await prepull(['--method', method])
      const images = [...stdout.matchAll(/^ +(?:- )?(?:image|reference): (.+)$/gm)].map(([, image]) => image)
      expect(images.length).toBeGreaterThan(2)
      expect(images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image ?? ''))).toEqual([])
      const again = await runInProcess(['--profile', 'prod'], { input: stdout, cwd: folder })
      expect([again.code, again.stdout]).toEqual([0, stdout])
      const checked = await runInProcess(['check', '--require-pinned'], { input: stdout, cwd: folder })
      expect(checked.code).toBe(0)
    },
  )

  test('--name and --helper-image', async () => {
    const input = STREAM.split('---\n')[1] ?? ''
    const { stdout } = await prepull(['--name', 'warm', '--helper-image', 'quay.io/tools/busybox:2'], input)
    expect(stdout).toContain('\n  name: warm\n')
    expect(stdout).toMatch(/image: quay\.io\/tools\/busybox:2@sha256:/)
    expect(stdout).not.toContain('docker.io/library/busybox')
  })

  test('an image without a Linux platform is skipped, with a warning', async () => {
    registry.push('windows/nanoserver:1', { platforms: ['windows/amd64'] })
    const input = (STREAM.split('---\n')[1] ?? '').replace('nginx:1.27', 'windows/nanoserver:1')
    const { code, stdout, stderr } = await prepull([], input)
    expect([code, stdout.includes('nanoserver')]).toEqual([0, false])
    expect(stderr).toMatch(
      /^(?:\S+: )?warning PREPULL_LEFT_OUT: "windows\/nanoserver:1@sha256:\w+" runs on no Linux node, so it is not pre-pulled\n/,
    )
  })

  test('contacts no registry if there is no image to pull', async () => {
    const before = registry.requests.length
    const run = await prepull([], '# nothing\n')
    expect(run).toEqual({ code: 0, stdout: '', stderr: 'pinpull: prepull: there is no image to pull\n' })
    expect(registry.requests.length).toBe(before)
  })

  test('from the lock alone, the helper has to be in it', async () => {
    await runInProcess(['lock', '--mirror', `*=${registry.url}`], { input: STREAM, cwd: folder })
    const locked = () => runInProcess(['prepull', '--locked'], { input: STREAM, cwd: folder })
    const without = await locked()
    expect([without.code, without.stdout]).toEqual([1, ''])
    expect(without.stderr).toContain('LOCK_MISSING_ENTRY: docker.io/library/busybox:1.37.0-musl')
    const image = ['--image', 'docker.io/library/busybox:1.37.0-musl']
    await runInProcess(['lock', ...image, '--mirror', `*=${registry.url}`], { cwd: folder })
    expect((await locked()).stdout).toBe((await prepull()).stdout)
  })

  test.each<[string, string[], string, number, string]>([
    ['a name that is none', ['--name', 'Ahead!'], STREAM, 2, 'error USAGE: '],
    ['a method that is none', ['--method', 'magic'], STREAM, 2, 'error USAGE: '],
    ['a helper that is no image', ['--helper-image', 'NO'], STREAM, 2, 'error USAGE: '],
    ['a value that is no image', [], STREAM.replace('nginx', 'NGINX'), 1, 'error REFERENCE_INVALID: '],
  ])('%s gives no manifest', async (_, args, input, code, message) => {
    const run = await prepull(args, input)
    expect([run.code, run.stdout]).toEqual([code, ''])
    expect(run.stderr.split('\n')[0]).toContain(message)
  })
})
