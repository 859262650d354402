import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'
import { GO_TOOLS, goTool } from './support/go-tool.ts'
import { kpt } from './support/kpt.ts'
import { describeWith } from './support/need.ts'

/** Who may configure a run, on the hosts that hand configurations on: docs/trust.md. */

let registry: TestRegistry
let sandbox: Sandbox
beforeAll(async () => {
  registry = await startRegistry({
    anyName: true,
    auth: { kind: 'basic', users: { AKIA: 'PLANTED' } },
  })
})
afterAll(() => registry.close())
beforeEach(() => {
  registry.clearRequests()
  sandbox = createSandbox({ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'PLANTED' })
  return () => sandbox.remove()
})

/** How often the planted variables were sent. */
const logins = () => registry.requests.filter(({ headers }) => headers['authorization'] !== undefined).length

const SPEC = () => `spec:
  defaultProfile: prod
  registries:
  - host: '${registry.host}'
    credentials: {source: environment, usernameVariable: AWS_ACCESS_KEY_ID, passwordVariable: AWS_SECRET_ACCESS_KEY}
`
const POD = () => `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: ${registry.host}/acme/web:1
`
const FUNCTION = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata:
  name: pin
  annotations:
    config.kubernetes.io/function: |
      exec:
        path: pinpull
        args: [--krm]
`
const PLAIN = 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nmetadata: {name: pin}\n'

describeWith(
  { helm3: await goTool(GO_TOOLS.helm3), helm4: await goTool(GO_TOOLS.helm4) },
  'Helm',
  (helms) => {
    test.each(['helm3', 'helm4'] as const)('%s: a chart configures nothing', async (helm) => {
      sandbox.addCommand('helm', helms[helm])
      const hostile = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
metadata: {name: x}
functionConfig:
${`${PLAIN}${SPEC()}`.replace(/^(?=.)/gm, '  ')}items:
- ${POD().trimEnd().replaceAll('\n', '\n  ')}
`
      sandbox.write('chart/Chart.yaml', 'apiVersion: v2\nname: chart\nversion: 0.1.0\n')
      sandbox.write('chart/templates/list.yaml', hostile)
      const install = helm === 'helm4' ? 'pinpull helm install-plugin > log 2>&1\n' : ''
      const run = await sandbox.bash(`${install}helm template shop chart --post-renderer pinpull`)
      expect(run.code, run.stdout).not.toBe(0)
      // Helm 4 itself takes the list apart, so that its items come as any other manifests.
      expect([run.stdout, logins()]).toEqual(['', 0])
      registry.clearRequests()
      const piped = await sandbox.bash('helm template shop chart | pinpull')
      expect([piped.code, piped.stdout, registry.count()]).toEqual([1, '', 0])
      expect(piped.stderr).toContain('error RESOURCE_LIST_UNEXPECTED')
    })
  },
)

describeWith({ kustomize: await goTool(GO_TOOLS.kustomize) }, 'kustomize', ({ kustomize }) => {
  const build = (...flags: readonly string[]) =>
    sandbox.run('kustomize', ['build', '--enable-alpha-plugins', ...flags, 'app'])
  beforeEach(() => {
    sandbox.addCommand('kustomize', kustomize)
    sandbox.write('app/kustomization.yaml', 'resources: [web.yaml]\ntransformers: [pin.yaml]\n')
    sandbox.write('app/web.yaml', POD())
  })
  const installPlugin = () =>
    sandbox.bash(`plugin="$HOME/.config/kustomize/plugin/pinpull.dev/v1alpha1/pinpull"
mkdir -p "$plugin" && ln -s "$(command -v pinpull)" "$plugin/Pinpull"`)

  test('the object of an exec function names no variable', async () => {
    sandbox.write('app/pin.yaml', FUNCTION + SPEC())
    const run = await build('--enable-exec')
    expect([run.code, run.stdout, registry.count()]).toEqual([1, '', 0])
    expect(run.stderr).toContain('error CONFIG_UNTRUSTED: spec.registries may not be set by a functionConfig')
  })

  test('a file that the caller names does, and the object then chooses the profile', async () => {
    sandbox.write('app/pin.yaml', `${FUNCTION}spec: {defaultProfile: prod}\n`)
    sandbox.write('ci.yaml', `${PLAIN}${SPEC()}`.replace('  defaultProfile: prod\n', ''))
    const run = await sandbox.run('kustomize', ['build', '--enable-alpha-plugins', '--enable-exec', 'app'], {
      env: { PINPULL_CONFIG: `${sandbox.folder}/ci.yaml` },
    })
    expect([run.code, run.stdout.match(/acme\/web:1@sha256:/g)], run.stderr).toEqual([
      0,
      ['acme/web:1@sha256:'],
    ])
  })

  test('beside a pinpull.yaml of its folder the object may only choose the profile', async () => {
    sandbox.write('app/pinpull.yaml', `${PLAIN}spec: {profiles: [{name: dev, pullPolicy: Never}]}\n`)
    sandbox.write('app/pin.yaml', `${FUNCTION}spec: {defaultProfile: dev}\n`)
    const chosen = await build('--enable-exec')
    expect([chosen.code, chosen.stdout.match(/imagePullPolicy: \w+/g)]).toEqual([
      0,
      ['imagePullPolicy: Never'],
    ])
    sandbox.write('app/pin.yaml', `${FUNCTION}spec: {profiles: [{name: dev, pullPolicy: Always}]}\n`)
    const both = await build('--enable-exec')
    expect([both.code, both.stdout]).toEqual([1, ''])
    expect(both.stderr).toMatch(
      /error CONFIG_CONFLICT: spec\.profiles stands in the functionConfig, but pinpull\.yaml/,
    )
  })

  test('without the word an exec function is told which one is missing', async () => {
    sandbox.write('app/pin.yaml', FUNCTION.replace('        args: [--krm]\n', ''))
    const run = await build('--enable-exec')
    expect([run.code, run.stdout, registry.count()]).toEqual([1, '', 0])
    expect(run.stderr).toContain('add the argument --krm')
  })

  test.each([
    ['its object', '', SPEC, 'spec.registries may not be set'],
    [
      'its arguments',
      'argsOneLiner: --mirror docker.io=http://evil.example\n',
      () => '',
      '--mirror may not be set',
    ],
    [
      'a configuration in its arguments',
      'argsOneLiner: --config evil.yaml\n',
      () => '',
      '--config may not be set',
    ],
  ])('a legacy plugin: %s may not say it', async (_, args, spec, message) => {
    await installPlugin()
    sandbox.write('app/evil.yaml', `${PLAIN}${SPEC()}`)
    sandbox.write('app/pin.yaml', PLAIN + args + spec())
    const run = await build()
    expect([run.code, run.stdout, registry.count()]).toEqual([1, '', 0])
    expect(run.stderr).toContain(`error CONFIG_UNTRUSTED: ${message}`)
  })
})

describeWith({ kpt }, 'kpt', ({ kpt }) => {
  test('the settings of a pipeline name no variable and no lock file', async () => {
    sandbox.addCommand('kpt', kpt)
    sandbox.write('pin.yaml', `${PLAIN}${SPEC()}`)
    sandbox.write('shop/Kptfile', 'apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: shop}\n')
    sandbox.write('shop/web.yaml', POD())
    for (const config of [
      ['--fn-config', 'pin.yaml'],
      ['--', 'lockFile=../lock.yaml'],
    ]) {
      const run = await sandbox.run('kpt', ['fn', 'eval', 'shop', '--exec', 'pinpull --krm', ...config])
      expect([run.code, registry.count(), sandbox.read('shop/web.yaml')]).toEqual([1, 0, POD()])
      expect(run.stderr).toContain('CONFIG_UNTRUSTED')
    }
  })
})
