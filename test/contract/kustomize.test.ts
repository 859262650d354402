import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failWith } from '../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'
import { RUN_CONTAINER } from './support/docker.ts'
import { GO_TOOLS, goTool, kubectl } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'

const needs = { kustomize: await goTool(GO_TOOLS.kustomize), kubectl: await kubectl() }

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

/** A function's configuration; how it is run stands in an annotation. */
const pin = (run: string, spec = ''): string => `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata:
  name: pin
  annotations:
    config.kubernetes.io/function: |
${run.trimEnd().replace(/^/gm, '      ')}
${spec}`

const EXEC = 'exec:\n  path: pinpull\n  args: [--krm]\n'
const DEV = 'spec:\n  defaultProfile: dev\n'

/** A base with a generated ConfigMap, and an overlay that changes names and puts all in a namespace. */
const FILES = {
  'base/kustomization.yaml': `resources: [web.yaml]
configMapGenerator:
  - name: settings
    literals: [colour=blue]
`,
  'base/web.yaml': `# The shop's front.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: nginx:1.27
          envFrom:
            - configMapRef: {name: settings}
      initContainers:
        - {name: wait, image: busybox}
`,
  'overlay/kustomization.yaml': `resources: [../base]
namePrefix: prod-
namespace: shop
transformers: [pin.yaml]
`,
  'overlay/pin.yaml': pin(EXEC),
}

const PINNED = `apiVersion: v1
data:
  colour: blue
kind: ConfigMap
metadata:
  name: prod-settings-HASH
  namespace: shop
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: prod-web
  namespace: shop
spec:
  template:
    spec:
      containers:
      - envFrom:
        - configMapRef:
            name: prod-settings-HASH
        image: nginx:1.27@DIGEST
        imagePullPolicy: IfNotPresent
        name: web
      initContainers:
      - image: busybox@DIGEST
        imagePullPolicy: IfNotPresent
        name: wait
`
const UNPINNED = PINNED.replaceAll('@DIGEST', '').replaceAll(/\n +imagePullPolicy: IfNotPresent/g, '')

const normal = (text: string): string =>
  text.replace(/sha256:[a-f0-9]{64}/g, 'DIGEST').replace(/settings-[a-z0-9]{10}$/gm, 'settings-HASH')

describeWith(needs, 'kustomize', ({ kustomize, kubectl }) => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    sandbox.addCommand('kustomize', kustomize)
    sandbox.addCommand('kubectl', kubectl)
    for (const [file, text] of Object.entries(FILES)) sandbox.write(file, text)
    return () => sandbox.remove()
  })

  const build = (...flags: readonly string[]) => sandbox.run('kustomize', ['build', ...flags, 'overlay'])
  const withExec = () => build('--enable-alpha-plugins', '--enable-exec')

  describe('as an exec function', () => {
    test('images are pinned, and name prefix, namespace and hash suffix survive', async () => {
      const run = await withExec()
      expect([run.code, normal(run.stdout)]).toEqual([0, PINNED])
      expect(run.stderr).toContain('pinpull: prod: 2 images: 2 pinned')
    })

    test('its configuration is the functionConfig', async () => {
      sandbox.write('overlay/pin.yaml', pin(EXEC, DEV))
      const run = await withExec()
      expect([run.code, run.stdout.match(/imagePullPolicy: \w+/g)]).toEqual([
        0,
        ['imagePullPolicy: Always', 'imagePullPolicy: Always'],
      ])
    })

    test.each([['[--krm, prod]'], ['[--krm, -f, prod]'], ['[prod]']])(
      'a folder among the arguments %s never replaces the resources',
      async (args) => {
        sandbox.write('prod/intruder.yaml', sandbox.read('base/web.yaml'))
        sandbox.write('overlay/prod/intruder.yaml', sandbox.read('base/web.yaml'))
        sandbox.write('overlay/pin.yaml', pin(EXEC.replace('[--krm]', args)))
        const run = await withExec()
        expect([run.code, run.stdout]).toEqual([1, ''])
        expect(run.stderr).toContain('error FILES_BESIDE_STREAM: ')
      },
    )

    test('wrong configuration names its place and fails the build', async () => {
      sandbox.write('overlay/pin.yaml', pin(EXEC, 'spec:\n  defaultProfil: dev\n'))
      const run = await withExec()
      expect([run.code, run.stdout]).toEqual([1, ''])
      expect(run.stderr).toContain('defaultProfil')
      expect(run.stderr).toContain("couldn't execute function: exit status")
    })

    test('the configuration may stand in the list itself', async () => {
      const inline = pin(EXEC).trimEnd().replace(/^/gm, '    ')
      sandbox.write(
        'overlay/kustomization.yaml',
        `resources: [../base]\nnamePrefix: prod-\nnamespace: shop\ntransformers:\n  - |-\n${inline}\n`,
      )
      const run = await withExec()
      expect([run.code, normal(run.stdout)]).toEqual([0, PINNED])
    })

    test('a registry that fails: the build fails, and says which image of which object', async () => {
      registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
      const run = await withExec()
      registry.clearScript()
      expect([run.code, run.stdout]).toEqual([1, ''])
      expect(run.stderr).toContain('error REGISTRY_DENIED: ')
      expect(run.stderr).toContain('<stdin>:32:18: nginx:1.27 (Deployment shop/prod-web)')
    })

    test('nothing to build: neither its configuration nor nothing at all is an image', async () => {
      sandbox.write('overlay/kustomization.yaml', 'transformers: [pin.yaml]\n')
      const run = await withExec()
      expect([run.code, run.stdout]).toEqual([0, ''])
    })

    test('an item that is for local use only is left alone', async () => {
      sandbox.write(
        'base/web.yaml',
        FILES['base/web.yaml'].replace(
          '  name: web\n',
          '  name: web\n  annotations: {config.kubernetes.io/local-config: "true"}\n',
        ),
      )
      registry.clearRequests()
      expect([(await withExec()).code, registry.count()]).toEqual([0, 0])
    })

    test('under validators: kustomize refuses even a function that changes nothing', async () => {
      sandbox.write('overlay/pin.yaml', pin('exec:\n  path: cat\n'))
      sandbox.write('overlay/kustomization.yaml', 'resources: [../base]\nvalidators: [pin.yaml]\n')
      const run = await withExec()
      expect([run.code, run.stdout]).toEqual([1, ''])
      expect(run.stderr).toContain("validator shouldn't modify the resource map")
    })

    test('without --enable-exec kustomize skips it and says nothing; pinpull check finds out', async () => {
      const run = await build('--enable-alpha-plugins')
      expect([run.code, normal(run.stdout), run.stderr]).toEqual([0, UNPINNED, ''])
      const check = async (input: string) =>
        (await sandbox.run('pinpull', ['check', '--require-pinned'], { input })).code
      expect([await check(run.stdout), await check((await withExec()).stdout)]).toEqual([1, 0])
    })
  })

  describe('as a containerised function', () => {
    const container = 'container:\n  image: registry.example.com/pinpull:0.1.0\n  network: true\n'
    beforeEach(() => {
      sandbox.write('overlay/pin.yaml', pin(container))
      // Stands in for docker: notes how it was called, and runs the program itself.
      sandbox.write('shim.sh', `echo "$@" > '${sandbox.folder}/docker.args'\n${RUN_CONTAINER}`)
      sandbox.addCommand('docker', 'sh', `${sandbox.folder}/shim.sh`)
    })

    test('it is given the network, no privileges, and pins', async () => {
      const run = await build('--enable-alpha-plugins', '--network')
      expect([run.code, normal(run.stdout)]).toEqual([0, PINNED])
      const args = sandbox.read('docker.args')
      expect(args).toContain('--network host --user nobody --security-opt=no-new-privileges')
      expect(args.trimEnd()).toMatch(/ registry\.example\.com\/pinpull:0\.1\.0$/)
    })

    test('without --network kustomize refuses', async () => {
      const run = await build('--enable-alpha-plugins')
      expect([run.code, run.stdout]).toEqual([1, ''])
      expect(run.stderr).toContain('network')
    })
  })

  describe.each([
    ['kustomize', ['build']],
    ['kubectl', ['kustomize']],
  ])('as a legacy exec plugin of %s', (program, words) => {
    beforeEach(async () => {
      sandbox.write('overlay/pin.yaml', pin('').replace(/\n {2}annotations:[\s\S]*$/, '\n'))
      await sandbox.bash(`plugin="$HOME/.config/kustomize/plugin/pinpull.dev/v1alpha1/pinpull"
mkdir -p "$plugin"
ln -s "$(command -v pinpull)" "$plugin/Pinpull"`)
    })
    const run = (...flags: readonly string[]) => sandbox.run(program, [...words, ...flags, 'overlay'])

    test('images are pinned, and everything survives', async () => {
      const ran = await run('--enable-alpha-plugins')
      expect([ran.code, normal(ran.stdout)]).toEqual([0, PINNED])
    })

    test.each([['prod'], ['-f prod']])('argsOneLiner: %s is refused', async (args) => {
      sandbox.write('prod/intruder.yaml', sandbox.read('base/web.yaml'))
      sandbox.write('overlay/pin.yaml', `${sandbox.read('overlay/pin.yaml')}argsOneLiner: ${args}\n`)
      const ran = await run('--enable-alpha-plugins')
      expect([ran.code, ran.stdout]).toEqual([1, ''])
      expect(ran.stderr).toMatch(/error (?:USAGE: a plugin takes no argument|CONFIG_UNTRUSTED: .*filename)/)
    })

    test('its configuration is the file that it is given', async () => {
      sandbox.write('overlay/pin.yaml', `${sandbox.read('overlay/pin.yaml')}${DEV}`)
      const ran = await run('--enable-alpha-plugins')
      expect([ran.code, ran.stdout.match(/imagePullPolicy: \w+/g)]).toEqual([
        0,
        ['imagePullPolicy: Always', 'imagePullPolicy: Always'],
      ])
    })

    test('its lock file is the one in the kustomization, never one beside the temporary file', async () => {
      await sandbox.bash('cd overlay && pinpull lock ../base/web.yaml 2> ../lock.log')
      const lock = sandbox.read('overlay/pinpull.lock.yaml')
      sandbox.write('tmp/pinpull.lock.yaml', lock.replace(/sha256:[a-f0-9]{64}/g, `sha256:${'0'.repeat(64)}`))
      registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
      const ran = await sandbox.run(program, [...words, '--enable-alpha-plugins', 'overlay'], {
        env: { TMPDIR: `${sandbox.folder}/tmp` },
      })
      registry.clearScript()
      const [, digest = 'none'] = /(sha256:[a-f0-9]{64})/.exec(lock) ?? []
      expect([ran.code, ran.stdout.includes(digest), ran.stdout.includes('0'.repeat(64))]).toEqual([
        0,
        true,
        false,
      ])
    })

    test('a failure is shown, with what was said', async () => {
      registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
      const ran = await run('--enable-alpha-plugins')
      registry.clearScript()
      expect([ran.code, ran.stdout]).toEqual([1, ''])
      expect(ran.stderr).toContain('error REGISTRY_DENIED: ')
      expect(ran.stderr).toContain('<stdin>:24:16: nginx:1.27 (Deployment shop/prod-web)')
    })

    test('without --enable-alpha-plugins it is refused aloud', async () => {
      const ran = await run()
      expect([ran.code, ran.stdout]).toEqual([1, ''])
      expect(ran.stderr).toContain('plugins disabled')
    })
  })

  test('in a pipe after kubectl kustomize', async () => {
    sandbox.write('overlay/kustomization.yaml', 'resources: [../base]\nnamePrefix: prod-\nnamespace: shop\n')
    const run = await sandbox.bash('kubectl kustomize overlay | pinpull --profile prod')
    expect([run.code, run.stdout.match(/@sha256:/g)?.length]).toEqual([0, 2])
  })

  test('kubectl has no --enable-exec', async () => {
    const run = await sandbox.run('kubectl', [
      'kustomize',
      '--enable-alpha-plugins',
      '--enable-exec',
      'overlay',
    ])
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('unknown flag: --enable-exec')
  })
})
