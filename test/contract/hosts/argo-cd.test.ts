import { appendFileSync, chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ARGO_CD_VERSION,
  type Rendered,
  type Rendering,
  renderApplications,
  type Source,
} from '../support/argo-cd.ts'
import { GO_TOOLS } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { type ArgoCd, argoCdNeeds, objectsOf, startArgoCd } from './argo-cd-stand.ts'
import { CLUSTER_FACTS } from './fixture.ts'
import { sameRender } from './same-render.ts'

const HELM = `Argo CD ${ARGO_CD_VERSION}, Helm ${GO_TOOLS.helm4.folder.replace('helm-v', '')}`
const KUSTOMIZE = `Argo CD ${ARGO_CD_VERSION}, kustomize ${GO_TOOLS.kustomize.folder.replace('kustomize-v', '')}`

/** A configuration with which an application would pin nothing. */
const WEAK = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - {name: prod, pin: never}
`

describeWith(await argoCdNeeds(), 'Argo CD', (programs) => {
  let argo: ArgoCd
  beforeAll(async () => {
    argo = await startArgoCd(programs)
    await argo.start('helm-pinned', { PLANTED: 'planted' })
    await argo.start('kustomize-pinned')
  })
  afterAll(() => argo?.close())

  /** Compares what the plugin renders, from the lock file, with what Argo CD's own source does. */
  const compare = async (
    host: string,
    own: Omit<Rendering, 'repository'>,
    pinned: Omit<Rendering, 'repository'>,
    prepare?: (folder: string) => void,
  ): Promise<string> => {
    const [before] = await argo.renderWithoutPlugins({ ...own, repository: argo.checkout(prepare) })
    const objects = objectsOf(before)
    const repository = argo.checkout(prepare)
    if (objects.length > 0) await argo.lock(objects, join(repository, own.source.path))
    argo.registry.clearRequests()
    const [after] = await argo.render({ ...pinned, repository })
    const { line, others } = sameRender(host, objects, objectsOf(after))
    console.log(line)
    expect(others).toEqual([])
    expect(argo.registry.count()).toBe(0)
    return line.slice(host.length + 2)
  }

  const chart = (source: Partial<Source> = {}): Rendering => ({
    repository: '',
    source: { path: 'chart', ...source },
  })
  const plugin = (
    parameters: NonNullable<Source['plugin']>['parameters'] = [],
    path = 'chart',
  ): Rendering => ({
    repository: '',
    source: { path, plugin: { name: 'helm-pinned', parameters } },
  })

  const PROD = { name: 'values-files', array: ['values-stage.yaml', '../values-prod.yaml'] }
  const ALL = '14 objects, 9 images and 9 pull policies differ, nothing else'

  describe('a chart is rendered as by its own Helm source', () => {
    test.each<[what: string, own: Rendering, pinned: Rendering, line: string]>([
      ['by itself', chart(), plugin(), ALL],
      [
        'with values files, one in another folder of the repository',
        chart({ helm: { valueFiles: ['values-stage.yaml', '../values-prod.yaml'] } }),
        plugin([PROD]),
        ALL,
      ],
      [
        "with a values file by its path from the repository's root",
        chart({ helm: { valueFiles: ['/values-prod.yaml'] } }),
        plugin([{ name: 'values-files', array: ['/values-prod.yaml'] }]),
        ALL,
      ],
      [
        'with values, files of values, and single values with commas',
        chart({
          helm: {
            valueFiles: ['values-stage.yaml'],
            values: 'web: {replicas: 5}\ntier: "a: b"\n',
            parameters: [
              { name: 'tier', value: 'one,two' },
              { name: 'web.replicas', value: '07', forceString: true },
            ],
          },
        }),
        plugin([
          { name: 'values-files', array: ['values-stage.yaml'] },
          { name: 'values', string: 'web: {replicas: 5}\ntier: "a: b"\n' },
          { name: 'set', array: ['tier=one\\,two'] },
          { name: 'set-string', array: ['web.replicas=07'] },
        ]),
        ALL,
      ],
      [
        'under another release name',
        chart({ helm: { releaseName: 'other' } }),
        plugin([{ name: 'release-name', string: 'other' }]),
        ALL,
      ],
      [
        "in an application outside of Argo CD's namespace",
        { ...chart(), appName: 'team-a_shop' },
        { ...plugin(), appName: 'team-a_shop' },
        ALL,
      ],
      [
        'for a cluster whose version has a suffix',
        { ...chart(), kubeVersion: 'v1.37.2+k3s1' },
        { ...plugin(), kubeVersion: 'v1.37.2+k3s1' },
        ALL,
      ],
      [
        'that is empty',
        chart({ path: 'empty' }),
        plugin([], 'empty'),
        '0 objects, 0 images and 0 pull policies differ, nothing else',
      ],
    ])('%s', async (_, own, pinned, line) => {
      expect(await compare(HELM, own, pinned)).toBe(line)
    })

    test('with a dependency from a chart repository, and a Chart.lock', async () => {
      const [before] = await argo.renderWithoutPlugins({ ...chart(), repository: argo.checkout() })
      const repository = argo.checkout()
      const site = join(argo.sandbox.folder, 'site')
      const server = createServer(({ url = '' }, response) =>
        response.end(readFileSync(join(site, basename(url)))),
      )
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      try {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        const file = join(repository, 'chart/Chart.yaml')
        argo.write(file, readFileSync(file, 'utf8').replace('file://../sidecar', url))
        const script = `helm package sidecar -d '${site}'
helm repo index '${site}' --url '${url}'
helm dependency update chart
rm -r chart/charts sidecar`
        const run = await argo.sandbox.bash(script, { cwd: repository })
        expect(run.code, run.stderr).toBe(0)
        await argo.lock(objectsOf(before), join(repository, 'chart'))
        const [after] = await argo.render({ ...plugin(), repository })
        const { line, others } = sameRender(HELM, objectsOf(before), objectsOf(after))
        expect([others, line]).toEqual([[], `${HELM}: ${ALL}`])
      } finally {
        server.close()
      }
    })
  })

  describe('a kustomization is built as by its own kustomize source', () => {
    const overlay = 'kustomize/overlay'
    const FUNCTION = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata:
  name: pin
  annotations:
    config.kubernetes.io/function: |
      exec: {path: pinpull, args: [--krm]}
`
    const withFunction = (folder: string) => {
      argo.write(join(folder, overlay, 'pin.yaml'), FUNCTION)
      appendFileSync(join(folder, overlay, 'kustomization.yaml'), 'transformers: [pin.yaml]\n')
    }

    test('by the plugin', async () => {
      const source = { path: overlay, plugin: { name: 'kustomize-pinned' } }
      const line = await compare(KUSTOMIZE, { source: { path: overlay } }, { source })
      expect(line).toMatch(/^\d+ objects, [1-9]\d* images and [1-9]\d* pull policies differ, nothing else$/)
    })

    test('by the plugin that discovery finds', async () => {
      const line = await compare(KUSTOMIZE, { source: { path: overlay } }, { source: { path: overlay } })
      expect(line).toMatch(/^\d+ objects, [1-9]\d* images and [1-9]\d* pull policies differ, nothing else$/)
    })

    test('by its own kustomize with an exec function, and without --enable-exec nothing is pinned', async () => {
      const [before] = await argo.renderWithoutPlugins({
        repository: argo.checkout(),
        source: { path: overlay },
      })
      const build = async (BuildOptions: string) => {
        const repository = argo.checkout(withFunction)
        await argo.lock(objectsOf(before), repository)
        const env = {
          ...argo.env,
          ARGOCD_PLUGINSOCKFILEPATH: join(argo.sandbox.folder, 'no-plugins'),
          PINPULL_LOCKED: 'true',
          PINPULL_LOCK_FILE: join(repository, 'pinpull.lock.yaml'),
        }
        const [after] = await renderApplications(argo.program, env, CLUSTER_FACTS, [
          { repository, source: { path: overlay }, kustomizeOptions: { BuildOptions } },
        ])
        return sameRender(KUSTOMIZE, objectsOf(before), objectsOf(after))
      }
      const pinned = await build('--enable-alpha-plugins --enable-exec')
      console.log(`${pinned.line} (its own source, exec function)`)
      expect([pinned.others, pinned.images > 0]).toEqual([[], true])
      expect(await build('--enable-alpha-plugins')).toMatchObject({ others: [], images: 0, policies: 0 })
    })
  })

  describe('what an application says', () => {
    let repository: string
    let planted: string
    let program: string
    beforeAll(async () => {
      planted = join(argo.sandbox.folder, 'planted.yaml')
      argo.sandbox.write('planted.yaml', 'tier: planted\n')
      program = join(argo.sandbox.folder, 'planted')
      argo.sandbox.write('planted', `#!/bin/sh\ntouch '${argo.sandbox.folder}/trace'\nexit 1\n`)
      chmodSync(program, 0o755)
      // Anyone may leave a trace.
      chmodSync(argo.sandbox.folder, 0o777)
      repository = argo.checkout((folder) => {
        // A path that helm, without quotes, would take for two.
        argo.write(`${folder}/chart/values.yaml,${planted}`, 'tier: from the repository\n')
        symlinkSync('../values-prod.yaml', join(folder, 'chart/linked.yaml'))
      })
      const [own] = await argo.renderWithoutPlugins({
        repository: argo.checkout(),
        source: { path: 'chart' },
      })
      await argo.lock(objectsOf(own), join(repository, 'chart'))
      argo.write(join(repository, 'chart/pinpull.yaml'), WEAK)
    })

    const rendered = async (plugin: NonNullable<Source['plugin']>, at = repository): Promise<Rendered> => {
      const [one] = await argo.render({
        repository: at,
        source: { path: 'chart', plugin: { name: 'helm-pinned', ...plugin } },
      })
      return one as Rendered
    }
    const trace = () => existsSync(join(argo.sandbox.folder, 'trace'))

    test.each([
      ['/etc/hostname'],
      ['../../../../../../../../etc/hostname'],
      ['/../../../../../../../etc/hostname'],
      ['missing.yaml'],
      ['..'],
      ['-'],
      [''],
      ['https://git.example.com/values.yaml'],
      ['--post-renderer=/bin/id'],
    ])('no values file is read outside of the repository: %j', async (file) => {
      const { objects, error } = await rendered({ parameters: [{ name: 'values-files', array: [file] }] })
      expect([objects, error]).toEqual([[], expect.stringContaining(`no file of the repository: ${file}`)])
    })

    test('a path with a comma is one path', async () => {
      const { objects, error } = await rendered({
        parameters: [{ name: 'values-files', array: [`values.yaml,${planted}`] }],
      })
      expect(error).toBeUndefined()
      expect(JSON.stringify(objects)).toContain('"tier":"from the repository"')
      expect(JSON.stringify(objects)).not.toContain('planted')
    })

    test('a link within the repository is followed, and one out of it is refused by the repo server', async () => {
      const file = [{ name: 'values-files', array: ['linked.yaml'] }]
      expect((await rendered({ parameters: file })).error).toMatch(
        /ghcr\.io\/acme\/web:1\.4\.2.*not in the lock file|LOCK_/s,
      )
      const out = argo.checkout((folder) => symlinkSync('/etc/hostname', join(folder, 'chart/linked.yaml')))
      const { objects, error } = await rendered({ parameters: file }, out)
      expect([objects, error]).toEqual([[], expect.stringContaining('symlink')])
    })

    test.each(['{{ env "PLANTED" }}', '--post-renderer=id', '-f/etc/hostname', '$(id)', '../../x', 'a b'])(
      'a release is not named %s',
      async (name) => {
        const { objects, error } = await rendered({ parameters: [{ name: 'release-name', string: name }] })
        expect([objects, error]).toEqual([[], expect.stringContaining('invalid release name')])
        expect(error).not.toContain('"planted')
      },
    )

    test.each<[parameter: string, array: readonly string[]]>([
      ['set', ['--post-renderer=PLANTED']],
      ['set', ['-f', 'PLANTED']],
      ['set', ['tier=$(PLANTED)']],
      ['set', ['tier=`PLANTED`', 'x=;PLANTED']],
      ['set-string', ['--post-renderer=PLANTED']],
      ['set-string', ['a\n--post-renderer=PLANTED']],
    ])('%s: %j runs nothing', async (name, array) => {
      await rendered({ parameters: [{ name, array: array.map((item) => item.replace('PLANTED', program)) }] })
      expect(trace()).toBe(false)
    })

    test('nor does a variable or parameter of any name', async () => {
      const names = ['BASH_ENV', 'PATH', 'HELM_BIN', 'x=BASH_ENV', '0', 'SET[$(touch trace)]']
      await rendered({
        env: names.map((name) => ({ name, value: program })),
        parameters: names.flatMap((name) => [
          { name, string: program },
          { name, map: { '0': program } },
        ]),
      })
      expect(trace()).toBe(false)
    })

    test('neither its environment nor a pinpull.yaml of its folder loosens the profile', async () => {
      const strict = objectsOf(await rendered({}))
      const loose = await rendered({
        env: [
          { name: 'PROFILE', value: 'dev' },
          { name: 'PINPULL_PROFILE', value: 'dev' },
          { name: 'PINPULL_LOCKED', value: 'false' },
        ],
        parameters: [{ name: 'profile', string: 'dev' }],
      })
      expect(objectsOf(loose)).toEqual(strict)
      expect(JSON.stringify(strict)).toMatch(/nginx:1\.27@sha256:/)
    })

    test('an image that is not locked fails the render, and the error says which and what to do', async () => {
      const { objects, error } = await rendered({
        parameters: [{ name: 'set', array: ['web.image=nginx:1.28'] }],
      })
      expect(objects).toEqual([])
      expect(error).toContain('nginx:1.28')
      expect(error).toContain('pinpull lock')
    })
  })

  describe('which applications the plugin takes', () => {
    const image = ({ objects }: Rendered): string | undefined =>
      /"image":"(nginx:[^"]*)"/.exec(JSON.stringify(objects))?.[1]?.replace(/@sha256:.*/, '@DIGEST')
    let repository: string
    beforeAll(async () => {
      const [own] = await argo.renderWithoutPlugins({
        repository: argo.checkout(),
        source: { path: 'chart' },
      })
      repository = argo.checkout()
      await argo.lock(objectsOf(own), join(repository, 'chart'))
    })

    test.each<[what: string, source: Partial<Source>, type: string, image: string]>([
      ['one that names it', { plugin: { name: 'helm-pinned' } }, 'Plugin', 'nginx:1.27@DIGEST'],
      ['one that says nothing, by discovery', {}, 'Plugin', 'nginx:1.27@DIGEST'],
      ['not one with a section source.helm', { helm: { releaseName: 'shop' } }, 'Helm', 'nginx:1.27'],
    ])('%s', async (_, source, sourceType, expected) => {
      const [one] = await argo.render({ repository, source: { path: 'chart', ...source } })
      expect([one?.error, one?.sourceType, image(one as Rendered)]).toEqual([undefined, sourceType, expected])
    })

    test('without its sidecar an application that names it fails, and one that is discovered is not pinned', async () => {
      const [named, discovered] = await argo.renderWithoutPlugins(
        { repository, source: { path: 'chart', plugin: { name: 'helm-pinned' } } },
        { repository, source: { path: 'chart' } },
      )
      expect(named?.error).toContain('could not find cmp-server plugin with name "helm-pinned"')
      expect([discovered?.sourceType, image(discovered as Rendered)]).toEqual(['Helm', 'nginx:1.27'])
    })

    test('.argocd-source.yaml in the folder takes an application away from it that does not name it', async () => {
      const away = argo.checkout((folder) =>
        argo.write(join(folder, 'chart/.argocd-source.yaml'), 'plugin: null\nhelm: {releaseName: shop}\n'),
      )
      const [discovered, named] = await argo.render(
        { repository: away, source: { path: 'chart' } },
        { repository: away, source: { path: 'chart', plugin: { name: 'helm-pinned' } } },
      )
      expect([discovered?.sourceType, image(discovered as Rendered)]).toEqual(['Helm', 'nginx:1.27'])
      expect([named?.objects, named?.error]).toEqual([
        [],
        expect.stringContaining('multiple application sources defined: Helm,Plugin'),
      ])
    })

    test('with helm.enable: false in argocd-cm a section source.helm is taken for a folder of manifests', async () => {
      const [one] = await argo.render({
        repository,
        source: { path: 'chart', helm: { releaseName: 'shop' } },
        enabledSourceTypes: { Helm: false },
      })
      expect([one?.error, one?.sourceType, image(one as Rendered)]).toEqual([
        undefined,
        'Directory',
        undefined,
      ])
    })
  })
})
