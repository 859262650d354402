import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedLines } from '../support/line-diff.ts'
import { failWith } from '../support/registry/misbehaviour.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Ran, type Sandbox } from '../support/sandbox.ts'
import { describeShared } from '../support/shared.ts'
import { startEmptyCluster } from './support/api-server.ts'
import { dockerRegistry, startDockerRegistry } from './support/docker-registry.ts'
import { GO_TOOLS, goTool } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'

const needs = { helm3: await goTool(GO_TOOLS.helm3), helm4: await goTool(GO_TOOLS.helm4) }

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

const DIGEST = /@sha256:[a-f0-9]{64}/g

const job = (name: string, image: string, annotations = ''): string =>
  `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}${annotations && `\n  annotations:\n    ${annotations}`}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: ${image}
`

describeWith({ ...needs, dockerRegistry }, 'a chart in a registry', ({ helm3, helm4, dockerRegistry }) => {
  test.each([
    ['Helm 3', helm3, '0.1.0', false],
    ['Helm 4, which prints what it pulled before the manifests', helm4, '0.1.0', true],
    ['Helm 4, which says more of a plus sign', helm4, '0.1.0+build.7', true],
  ])('%s', async (_, helm, version, preamble) => {
    const charts = await startDockerRegistry(dockerRegistry)
    const sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    try {
      sandbox.addCommand('helm', helm)
      sandbox.write('one/Chart.yaml', `apiVersion: v2\nname: one\nversion: ${version}\n`)
      sandbox.write('one/templates/job.yaml', job('job', 'busybox:1.36'))
      const run = await sandbox.bash(`helm package one > log
helm push one-${version}.tgz oci://${charts.host}/charts --plain-http &> log
helm template rel oci://${charts.host}/charts/one --version ${version} --plain-http 2> log | tee plain | pinpull`)
      expect([run.code, /^Pulled: .*\nDigest: sha256:/.test(sandbox.read('plain'))]).toEqual([0, preamble])
      expect(run.stdout).toMatch(/^---\n# Source: one\/templates\/job\.yaml\n/)
      expect(run.stdout.match(DIGEST)).toHaveLength(1)
      expect(run.stderr.includes('HELM_PREAMBLE_REMOVED')).toBe(preamble)
    } finally {
      sandbox.remove()
      await charts.close()
    }
  })
})

describeWith(needs, 'Helm', ({ helm3, helm4 }) => {
  /** Both majors, each with the chart that `helm create` makes, and one of our own that is empty at first. */
  const majors = [
    ['Helm 3', 3, helm3],
    ['Helm 4', 4, helm4],
  ] as const

  describe.each(majors)('%s', (_, major, binary) => {
    let sandbox: Sandbox
    /** Runs Helm with a post-renderer, which is a command for Helm 3 and a plugin for Helm 4. */
    const helm = (args: readonly string[], renderer = 'pinpull', env = {}): Promise<Ran> =>
      sandbox.run('helm', [...args, '--post-renderer', renderer], { env })

    const addRenderer = (name: string, command: string): void => {
      if (major === 3) return
      sandbox.write(
        `.local/share/helm/plugins/${name}/plugin.yaml`,
        `apiVersion: v1\ntype: postrenderer/v1\nname: ${name}\nversion: 0.1.0\nruntime: subprocess\nruntimeConfig:\n  platformCommand:\n    - command: ${command}\n`,
      )
    }

    /** A chart of one's own: file names of its templates with their text. */
    const chart = (name: string, templates: Readonly<Record<string, string>>): string => {
      sandbox.write(`${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`)
      for (const [file, text] of Object.entries(templates)) sandbox.write(`${name}/templates/${file}`, text)
      return `./${name}`
    }

    beforeAll(async () => {
      sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
      sandbox.addCommand('helm', binary)
      addRenderer('cat', 'cat')
      const installed = await sandbox.run('pinpull', ['helm', 'install-plugin'])
      expect(installed.code).toBe(0)
      expect((await sandbox.run('helm', ['create', 'web'])).code).toBe(0)
    })
    afterAll(() => sandbox.remove())

    test('template: images are pinned, and no other line differs from what cat would have left', async () => {
      const [before, after] = [
        await helm(['template', 'rel', 'web'], 'cat'),
        await helm(['template', 'rel', 'web']),
      ]
      expect([before.code, after.code]).toEqual([0, 0])
      const changes = changedLines(before.stdout, after.stdout)
      // The hook of the chart's test is in Helm 4's stream, and not in Helm 3's.
      expect(changes.map(({ after: line }) => line.trim().replace(DIGEST, '@DIGEST'))).toEqual(
        major === 3
          ? ['image: "nginx:1.16.0@DIGEST"']
          : ['image: "nginx:1.16.0@DIGEST"', 'image: busybox@DIGEST', 'imagePullPolicy: IfNotPresent'],
      )
    })

    /** Helm wants a cluster even where it is told to change nothing. */
    const onCluster = async (args: readonly string[], renderer?: string): Promise<Ran> => {
      const cluster = await startEmptyCluster()
      const server = ['--kube-apiserver', cluster.url, '--disable-openapi-validation']
      return helm([...args, '--dry-run=client', ...server], renderer).finally(cluster.close)
    }

    test.each([
      ['install', ['install', 'rel', 'web']],
      ['upgrade --install', ['upgrade', '--install', 'rel', 'web']],
    ])('%s: what would be stored is pinned', async (_, args) => {
      const run = await onCluster(args)
      expect([run.code, run.stderr.includes('Error')]).toEqual([0, false])
      expect(run.stdout).toMatch(/image: "nginx:1\.16\.0@sha256:[a-f0-9]{64}"/)
      expect(run.stdout).toContain('1. Get the application URL by running these commands:')
    })

    test('arguments choose the profile', async () => {
      const run = await helm(['template', 'rel', 'web', '--post-renderer-args=--profile=dev'])
      expect([run.code, run.stdout.match(DIGEST)]).toEqual([0, null])
    })

    test.each([
      ['a word that names a folder', 'web', ['prod']],
      ['the same from a chart that renders nothing, so that the stream is empty', 'bare', ['prod']],
      ['a file', 'web', ['-f', 'prod/intruder.yaml']],
    ])('%s never replaces the stream', async (_, name, args) => {
      sandbox.write('prod/intruder.yaml', job('intruder', 'busybox:1.36'))
      chart('bare', { 'none.yaml': '{{- if false }}\n{{- end }}\n' })
      const passed = args.map((one) => `--post-renderer-args=${one}`)
      const run = await helm(['template', 'rel', `./${name}`, ...passed])
      expect([run.code, run.stdout]).toEqual([1, ''])
      const said = (await sandbox.run('pinpull', ['last'])).stdout
      expect(said).toContain('error FILES_BESIDE_STREAM: ')
      expect(said).toContain(' would replace the manifests that Helm passes on standard input\n')
    })

    test('the environment names no files', async () => {
      const run = await helm(['template', 'rel', 'web'], 'pinpull', { PINPULL_FILENAME: 'prod' })
      expect([run.code, run.stdout.match(DIGEST)?.length]).toEqual([0, major === 3 ? 1 : 2])
    })

    test('the environment chooses the profile', async () => {
      const run = await helm(['template', 'rel', 'web'], 'pinpull', { PINPULL_PROFILE: 'dev' })
      expect([run.code, run.stdout.match(DIGEST)]).toEqual([0, null])
    })

    test('hooks: pinned by Helm 4, never seen by a post-renderer of Helm 3', async () => {
      const path = chart('hooked', { 'hook.yaml': job('hook', 'busybox:1.36', 'helm.sh/hook: pre-install') })
      const run = await helm(['template', 'rel', path])
      expect([run.code, run.stdout.match(DIGEST)?.length ?? 0]).toEqual([0, major === 3 ? 0 : 1])
    })

    test('--show-only finds its template, since Source comments and annotations stay', async () => {
      const run = await helm(['template', 'rel', 'web', '--show-only', 'templates/deployment.yaml'])
      expect(run.code).toBe(0)
      expect(run.stdout).toMatch(/^---\n# Source: web\/templates\/deployment\.yaml\napiVersion: apps\/v1\n/)
      expect(run.stdout.match(DIGEST)).toHaveLength(1)
    })

    test('--output-dir: Helm 4 writes what was pinned, Helm 3 writes what was not', async () => {
      const run = await helm(['template', 'rel', 'web', '--output-dir', 'out'])
      expect(run.code).toBe(0)
      const written = sandbox.read('out/web/templates/deployment.yaml')
      expect(written.match(DIGEST)?.length ?? 0).toBe(major === 3 ? 0 : 1)
    })

    test('a chart that renders nothing is no error', async () => {
      const run = await helm([
        'template',
        'rel',
        chart('empty', { 'x.yaml': '{{ if false }}a: b{{ end }}\n' }),
      ])
      expect([run.code, run.stdout.replace('# pinpull: no manifests', '').trim(), run.stderr]).toEqual([
        0,
        '',
        '',
      ])
    })

    test('a registry that fails: nothing is rendered, and pinpull last tells why', async () => {
      registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
      const run = await helm(['template', 'rel', 'web'])
      registry.clearScript()
      expect([run.code, run.stdout.trim()]).toEqual([1, ''])
      // Helm 4 shows nothing of what a plugin says: the reason for pinpull last.
      expect(run.stderr.includes('no entry')).toBe(major === 3)
      if (major === 4) {
        expect(run.stderr).toContain('plugin "pinpull" exited with error')
      }
      const last = await sandbox.run('pinpull', ['last'])
      expect(last.stdout).toMatch(/^(?:\S+: )?error REGISTRY_DENIED: .*no entry/m)
    })

    test('a report file tells it too', async () => {
      registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
      await helm(['template', 'rel', 'web'], 'pinpull', { PINPULL_REPORT: 'report.json' })
      registry.clearScript()
      const report = JSON.parse(sandbox.read('report.json'))
      expect(report.diagnostics[0]).toMatchObject({ code: 'REGISTRY_DENIED', severity: 'error' })
    })

    test('two objects with one identity both go through', async () => {
      const path = chart('twice', {
        'a.yaml': job('same', 'busybox:1.36'),
        'b.yaml': job('same', 'busybox:1.37'),
      })
      const run = await helm(['template', 'rel', path])
      expect([run.code, run.stdout.match(/^kind: Job$/gm)?.length, run.stdout.match(DIGEST)?.length]).toEqual(
        [0, 2, 2],
      )
    })

    test('a template that is JSON goes through', async () => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'json' } }
      const spec = { containers: [{ name: 'main', image: 'busybox:1.36' }] }
      const path = chart('json', { 'pod.yaml': JSON.stringify({ ...pod, spec }) })
      const run = await helm(['template', 'rel', path])
      expect(run.code).toBe(0)
      expect(run.stdout).toMatch(/busybox:1\.36@sha256:[a-f0-9]{64}/)
    })

    test('anchors in a List: pinned by way of Helm 3; Helm 4 breaks them first, and is told so', async () => {
      const path = chart('anchors', {
        'list.yaml': `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: {name: one}
    spec: {containers: [{name: main, image: &image busybox:1.36}]}
  - apiVersion: v1
    kind: Pod
    metadata: {name: two}
    spec: {containers: [{name: main, image: *image}]}
`,
      })
      const run = await helm(['template', 'rel', path])
      expect(run.code).toBe(major === 3 ? 0 : 1)
      if (major === 3) {
        expect(run.stdout).toMatch(/image: &image busybox:1\.36@sha256:/)
        expect(run.stdout).toContain('image: *image')
      } else {
        const last = await sandbox.run('pinpull', ['last'])
        expect(last.stdout).toContain('the alias *image stands for no anchor before it')
      }
    })

    describeShared('charts', 'real charts', (charts) => {
      // The first is pinned by its authors, which is taken away here.
      const untouched = ['controller.image.digest=', 'controller.admissionWebhooks.patch.image.digest=']
      test.each([
        ['ingress-nginx', untouched],
        ['metrics-server', []],
        ['prometheus-node-exporter', []],
      ])('%s', async (name, values) => {
        const sets = values.flatMap((value) => ['--set', value])
        const chart = `${charts}/${name}`
        const args = ['template', 'rel', chart, '--kube-version', 'v1.36.2', ...sets]
        const [before, after] = [await helm(args, 'cat'), await helm(args)]
        expect([before.code, after.code]).toEqual([0, 0])
        const changes = changedLines(before.stdout, after.stdout)
        expect(changes.length).toBeGreaterThan(0)
        expect(
          changes.filter(({ after: line }) => !/^\s*(?:- )?(?:image|imagePullPolicy):/.test(line)),
        ).toEqual([])
        // Helm 3 adds hooks after its post-renderer.
        expect(unpinnedImages(after)).toEqual(
          major === 3 ? unpinnedImages(before).filter(inHook(before)) : [],
        )

        // The same when it is installed. Helm 4 without a cluster takes it for an old one, which ingress-nginx refuses.
        if (major === 4 && name === 'ingress-nginx') return
        const installed = await onCluster(['install', 'rel', chart, ...sets])
        expect([installed.code, installed.stdout.match(DIGEST)?.length]).toEqual([
          0,
          after.stdout.match(DIGEST)?.length,
        ])
      })
    })
  })

  test('Helm 4 at a terminal: what it swallows is told all the same', async () => {
    const sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    try {
      sandbox.addCommand('helm', helm4)
      sandbox.write('one/Chart.yaml', 'apiVersion: v2\nname: one\nversion: 0.1.0\n')
      sandbox.write('one/templates/job.yaml', job('job', 'NGINX'))
      const line = 'helm template rel ./one --post-renderer pinpull > out 2> err'
      await sandbox.run('pinpull', ['helm', 'install-plugin'])
      const run = await sandbox.run('script', ['-qec', line, '/dev/null'])
      expect(run.stdout.replaceAll('\r\n', '\n')).toMatch(
        /^(?:\S+: )?error REFERENCE_INVALID: "NGINX" .*\n {2}Job job, container main.*\n {2}→ .*\npinpull: prod: /,
      )
      expect([run.code, sandbox.read('out').trim()]).toEqual([1, ''])
      expect(sandbox.read('err')).not.toContain('NGINX')
    } finally {
      sandbox.remove()
    }
  })

  describe('the plugin of Helm 4', () => {
    let sandbox: Sandbox
    const folder = new URL('../../helm/pinpull', import.meta.url).pathname
    beforeAll(() => {
      sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
      sandbox.addCommand('helm', helm4)
      sandbox.addCommand('helm3', helm3)
      sandbox.write('one/Chart.yaml', 'apiVersion: v2\nname: one\nversion: 0.1.0\n')
      sandbox.write('one/templates/job.yaml', job('job', 'busybox:1.36'))
    })
    afterAll(() => sandbox.remove())

    // What installs a plugin looks at HELM_DATA_HOME alone, what runs one at HELM_PLUGINS first (Helm 4.2.4).
    const works = async (env: Record<string, string>) => {
      const run = await sandbox.run('helm', ['template', 'rel', './one', '--post-renderer', 'pinpull'], {
        env,
      })
      expect([run.code, run.stdout.match(DIGEST)?.length]).toEqual([0, 1])
    }

    test('installs from a folder', async () => {
      const env = { HELM_DATA_HOME: `${sandbox.folder}/from-folder` }
      expect((await sandbox.run('helm', ['plugin', 'install', folder], { env })).code).toBe(0)
      await works(env)
    })

    test('is nothing for Helm 3, which says so and needs no plugin', async () => {
      const env = { HELM_DATA_HOME: `${sandbox.folder}/for-helm-3` }
      const installed = await sandbox.run('helm3', ['plugin', 'install', folder], { env })
      expect([installed.code, installed.stderr]).toEqual([
        1,
        expect.stringContaining('unknown field "apiVersion"'),
      ])
      // What docs/hosts/helm-3.md says about it, and the way out.
      expect((await sandbox.run('helm3', ['plugin', 'list'], { env })).code).toBe(1)
      const removed = await sandbox.bash('rm "$(helm3 env HELM_PLUGINS)/pinpull" && helm3 plugin list', {
        env,
      })
      expect(removed.code, removed.stderr).toBe(0)
      const args = ['template', 'rel', './one', '--post-renderer', 'pinpull']
      const run = await sandbox.run('helm3', args)
      expect([run.code, run.stdout.match(DIGEST)?.length]).toEqual([0, 1])
    })

    test('installs from a tarball, in which there is no link', async () => {
      const env = { HELM_DATA_HOME: `${sandbox.folder}/from-tarball` }
      await sandbox.run('helm', ['plugin', 'package', folder, '--sign=false', '-d', sandbox.folder])
      const list = await sandbox.run('tar', ['tvf', 'pinpull-0.1.0.tgz'])
      expect(list.stdout).not.toMatch(/^l/m)
      const args = ['plugin', 'install', './pinpull-0.1.0.tgz', '--verify=false']
      expect((await sandbox.run('helm', args, { env })).code).toBe(0)
      await works(env)
    })

    test('installs from a signed tarball, verified', async () => {
      const env = { HELM_DATA_HOME: `${sandbox.folder}/from-signed`, GNUPGHOME: `${sandbox.folder}/gpg` }
      // Helm reads keyrings of the old format only, and wants the key's whole name.
      const made = await sandbox.bash(
        `mkdir -m 700 gpg signed
gpg --batch --quiet --passphrase '' --quick-gen-key 'Pinpull Test <test@example.com>' rsa3072 sign never
gpg --batch --export-secret-keys > secret.gpg
gpg --batch --export > public.gpg
helm plugin package '${folder}' --key 'Pinpull Test' --keyring secret.gpg -d signed
gpgconf --kill all`,
        { env },
      )
      expect(made.stderr.replace(/^gpg: .*\n/gm, '')).toBe('')
      const args = ['plugin', 'install', './signed/pinpull-0.1.0.tgz', '--keyring', 'public.gpg']
      const installed = await sandbox.run('helm', args, { env })
      expect([installed.code, installed.stdout + installed.stderr]).toEqual([
        0,
        expect.stringContaining('Installed plugin: pinpull'),
      ])
      await works(env)
    })

    test('beside Helm 3 it is installed apart, and Helm 3 keeps its own plugins', async () => {
      sandbox.write(
        '.local/share/helm/plugins/hello/plugin.yaml',
        'name: hello\nversion: 0.1.0\nusage: hello\ndescription: hello\ncommand: echo hello from a plugin\n',
      )
      const installed = await sandbox.run('pinpull', ['helm', 'install-plugin'])
      const [, HELM_PLUGINS = ''] = /HELM_PLUGINS=(\S+),/.exec(installed.stderr) ?? []
      expect([installed.code, HELM_PLUGINS.split(':').length]).toEqual([0, 2])
      const hello = await sandbox.run('helm3', ['hello'])
      expect([hello.code, hello.stdout]).toEqual([0, 'hello from a plugin\n'])
      await works({ HELM_PLUGINS })
    })
  })
})

function unpinnedImages({ stdout }: Ran): readonly string[] {
  return stdout.match(/^\s*(?:- )?image:(?!.*@sha256:).*$/gm) ?? []
}

/** Whether an image line is in a document that is a hook. */
function inHook({ stdout }: Ran): (line: string) => boolean {
  const hooks = stdout.split(/^---$/m).filter((document) => document.includes('helm.sh/hook'))
  return (line) => hooks.some((document) => document.includes(line))
}
