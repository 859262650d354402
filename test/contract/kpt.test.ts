import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failWith } from '../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'
import { RUN_CONTAINER } from './support/docker.ts'
import { kpt } from './support/kpt.ts'
import { describeWith } from './support/need.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

const KPTFILE = `apiVersion: kpt.dev/v1
kind: Kptfile
metadata:
  name: shop
# The pipeline names images too: those of kpt.
pipeline:
  mutators:
    - exec: pinpull --krm
      configMap:
        profile: prod
`
const WEB = `# The shop's front.
apiVersion: apps/v1
kind: Deployment
metadata: {name: web} # in one line
spec:
  template:
    spec:
      containers:
        - name: web
          image: "nginx:1.27" # stable
`
const LOCAL = `apiVersion: v1
kind: Pod
metadata:
  name: sample
  annotations:
    config.kubernetes.io/local-config: "true"
spec:
  containers:
    - name: sample
      image: busybox
`

const normal = (text: string): string => text.replace(/sha256:[a-f0-9]{64}/g, 'DIGEST')

describeWith({ kpt }, 'kpt', ({ kpt }) => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    sandbox.addCommand('kpt', kpt)
    sandbox.write('shop/Kptfile', KPTFILE)
    sandbox.write('shop/web.yaml', WEB)
    sandbox.write('shop/local.yaml', LOCAL)
    return () => sandbox.remove()
  })

  test('render: the package is pinned in place, comments and all, and nothing else in it changes', async () => {
    const run = await sandbox.run('kpt', ['fn', 'render', '--allow-exec', 'shop'])
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('[PASS] "pinpull --krm"')])
    expect(normal(sandbox.read('shop/web.yaml'))).toBe(
      WEB.replace(
        'image: "nginx:1.27" # stable\n',
        'image: "nginx:1.27@DIGEST" # stable\n          imagePullPolicy: IfNotPresent\n',
      ),
    )
    expect(sandbox.read('shop/Kptfile')).toBe(KPTFILE)
    expect(sandbox.read('shop/local.yaml')).toBe(LOCAL)
  })

  test('render twice: the second changes nothing', async () => {
    await sandbox.run('kpt', ['fn', 'render', '--allow-exec', 'shop'])
    const before = sandbox.read('shop/web.yaml')
    expect((await sandbox.run('kpt', ['fn', 'render', '--allow-exec', 'shop'])).code).toBe(0)
    expect(sandbox.read('shop/web.yaml')).toBe(before)
  })

  test('eval: the profile is an argument of the function', async () => {
    const run = await sandbox.run('kpt', [
      'fn',
      'eval',
      'shop',
      '--exec',
      'pinpull --krm',
      '--',
      'profile=dev',
    ])
    expect(run.code).toBe(0)
    expect(sandbox.read('shop/web.yaml')).toBe(
      WEB.replace(
        'image: "nginx:1.27" # stable\n',
        'image: "nginx:1.27" # stable\n          imagePullPolicy: Always\n',
      ),
    )
  })

  test('eval: a configuration from a file', async () => {
    sandbox.write(
      'pin.yaml',
      'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nmetadata: {name: pin}\nspec: {defaultProfile: dev}\n',
    )
    const args = ['fn', 'eval', 'shop', '--exec', 'pinpull --krm', '--fn-config', 'pin.yaml']
    const run = await sandbox.run('kpt', args)
    expect([run.code, sandbox.read('shop/web.yaml').match(/imagePullPolicy: \w+/g)]).toEqual([
      0,
      ['imagePullPolicy: Always'],
    ])
  })

  test('eval: in a container, which is given the network and no privileges', async () => {
    // Stands in for docker: notes how it was called, and runs the program itself, as the image for functions does.
    const shim = `echo "$@" >> docker.args\ncase "$1" in version) echo 28.0.0; exit ;; esac\nexport PINPULL_KRM=1\n${RUN_CONTAINER}`
    sandbox.write('docker.sh', shim)
    sandbox.addCommand('docker', 'sh', `${sandbox.folder}/docker.sh`)
    const image = 'registry.example.com/pinpull:0.1.0-krm'
    const args = ['fn', 'eval', 'shop', '--image', image, '--network', '--env', 'PINPULL_MIRROR']
    const run = await sandbox.run('kpt', args, { env: { KRM_FN_RUNTIME: 'docker' } })
    expect([run.code, sandbox.read('shop/web.yaml').match(/nginx:1\.27@sha256:/g)?.length]).toEqual([0, 1])
    expect(sandbox.read('docker.args')).toMatch(
      /^run .*--network host --user nobody --security-opt=no-new-privileges .*registry\.example\.com\/pinpull:0\.1\.0-krm$/m,
    )
  })

  test('eval: from a stream to a stream', async () => {
    const input = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- ${WEB.trimEnd().replaceAll('\n', '\n  ')}\n`
    const run = await sandbox.run('kpt', ['fn', 'eval', '-', '--exec', 'pinpull --krm'], { input })
    expect([run.code, run.stdout.match(/nginx:1\.27@sha256:/g)]).toEqual([0, ['nginx:1.27@sha256:']])
  })

  describe('a registry that fails', () => {
    beforeEach(() => {
      registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
      return () => registry.clearScript()
    })

    test('render: the package stays as it was, and kpt prints which field of which object', async () => {
      const run = await sandbox.run('kpt', ['fn', 'render', '--allow-exec', 'shop'])
      expect(run.code).toBe(1)
      expect(run.stderr).toContain('[FAIL] "pinpull --krm"')
      expect(run.stderr).toMatch(
        /\[error\] apps\/v1\/Deployment\/web spec\.template\.spec\.containers\[0\]\.image: nginx:1\.27: .*no entry/,
      )
      expect(sandbox.read('shop/web.yaml')).toBe(WEB)
    })

    test('a results folder has it in the words of the specification', async () => {
      await sandbox.run('kpt', ['fn', 'eval', 'shop', '--exec', 'pinpull --krm', '--results-dir', 'results'])
      const results = sandbox.read('results/results.yaml')
      expect(results).toContain('code: REGISTRY_DENIED')
      expect(results).toContain('currentValue: nginx:1.27')
      expect(results).toContain('path: web.yaml')
      expect(results).toContain('exitCode: 1')
    })
  })

  test('render without --allow-exec is refused aloud', async () => {
    const run = await sandbox.run('kpt', ['fn', 'render', 'shop'])
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('--allow-exec')
  })
})
