import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { failWith } from '../../support/registry/misbehaviour.ts'
import { hydrate, type Rendered, type Source } from '../support/argo-cd.ts'
import { describeWith, findProgram } from '../support/need.ts'
import { type ArgoCd, argoCdNeeds, objectsOf, startArgoCd } from './argo-cd-stand.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/rendered-manifests/', import.meta.url))
const { sourceHydrator } = parse(readFileSync(join(EXAMPLE, 'application.yaml'), 'utf8')).spec
const { drySource, syncSource, hydrateTo } = sourceHydrator as {
  drySource: Source
  syncSource: { targetBranch: string; path: string }
  hydrateTo: { targetBranch: string }
}

const needs = { ...(await argoCdNeeds()), git: findProgram('git', 'install git') }

describeWith(needs, "Argo CD's source hydrator", (programs) => {
  let argo: ArgoCd
  /** The repository of git that holds the dry source and the rendered branches. */
  let remote: string
  /** A checkout of its main branch, and one of the rendered branches. */
  let dry: string
  let rendered: string
  beforeAll(async () => {
    argo = await startArgoCd(programs)
    remote = join(argo.sandbox.folder, 'remote.git')
    dry = join(argo.sandbox.folder, 'dry')
    rendered = join(argo.sandbox.folder, 'rendered')
    cpSync(EXAMPLE, dry, { recursive: true })
    mkdirSync(remote)
    git(remote, 'init', '-q', '--bare', '-b', 'main')
    git(dry, 'init', '-q', '-b', 'main')
    git(dry, 'remote', 'add', 'origin', remote)
    await lock()
    commit('the chart, and its lock file')
    await argo.start('helm-pinned')
  })
  afterAll(() => argo?.close())

  const git = (folder: string, ...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...GIT },
    })
    expect(status, `git ${args.join(' ')}: ${stderr}`).toBe(0)
    return stdout.trim()
  }

  /** Commits everything to main, and pushes it, as a person does. */
  const commit = (message: string): void => {
    git(dry, 'add', '-A')
    git(dry, 'commit', '-q', '-m', message)
    git(dry, 'push', '-q', 'origin', 'main')
  }

  const lock = async (...args: readonly string[]): Promise<void> => {
    const [unpinned] = await argo.renderWithoutPlugins({
      repository: dry,
      source: { path: drySource.path, helm: { valueFiles: ['values-prod.yaml'] } },
    })
    const { code, stderr } = await argo.sandbox.run('pinpull', ['lock', ...args], {
      input: objectsOf(unpinned)
        .map((object) => JSON.stringify(object))
        .join('\n'),
      cwd: join(dry, drySource.path),
      env: { PINPULL_MIRROR: `*=${argo.registry.url}` },
    })
    expect(code, stderr).toBe(0)
  }

  const render = async (): Promise<Rendered> => {
    const [one] = await argo.render({ repository: dry, source: drySource })
    return one as Rendered
  }

  /** Hydrates main, as Argo CD does when it has a new commit. */
  const hydrateMain = async (): Promise<string> =>
    hydrate(argo.program, argo.env, {
      repository: `file://${remote}`,
      drySha: git(dry, 'rev-parse', 'HEAD'),
      syncBranch: syncSource.targetBranch,
      targetBranch: hydrateTo.targetBranch,
      path: syncSource.path,
      objects: objectsOf(await render()),
    })

  /** What the rendered branch holds. */
  const imageIn = (commit: string): string => {
    const [deployment] = parseAllDocuments(git(remote, 'show', `${commit}:${syncSource.path}/manifest.yaml`))
    return deployment?.toJS().spec.template.spec.containers[0].image
  }

  /** The tag of the example names another image from now on. */
  const moveTag = (version: string): void => {
    argo.registry.push('docker.io/library/nginx:1.27', { seed: version })
  }

  let first: string
  test('a commit is rendered with pins, from the lock file alone', async () => {
    argo.registry.clearRequests()
    first = await hydrateMain()
    expect([imageIn(first), argo.registry.count()]).toEqual([
      expect.stringMatching(/^nginx:1\.27@sha256:[0-9a-f]{64}$/),
      0,
    ])
    expect(parse(git(remote, 'show', `${first}:${syncSource.path}/hydrator.metadata`))).toMatchObject({
      drySha: git(dry, 'rev-parse', 'HEAD'),
    })
  })

  test('the same commit again: would commit: false', async () => {
    expect(await hydrateMain()).toBe(first)
  })

  test('a moved tag, or a registry that refuses, and a commit that changes something else: would commit: false', async () => {
    moveTag('2')
    argo.write(join(dry, 'notes.md'), 'one')
    commit('notes')
    expect(await hydrateMain()).toBe(first)
    argo.registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
    argo.write(join(dry, 'notes.md'), 'two')
    commit('more notes')
    expect(await hydrateMain()).toBe(first)
    argo.registry.clearScript()
  })

  test('an image that is not locked fails, and says which', async () => {
    argo.write(join(dry, 'chart/templates/two.yaml'), TWO)
    const { objects, error } = await render()
    expect([objects, error]).toEqual([[], expect.stringContaining('busybox:1.37')])
    git(dry, 'clean', '-fdq')
  })

  test('the lock file is updated: a commit, whose pull request is checked as the page says', async () => {
    // The pull request before was merged.
    git(remote, 'branch', '-f', syncSource.targetBranch, first)
    await lock('--update')
    commit('the new nginx')
    const second = await hydrateMain()
    expect([second === first, imageIn(second) === imageIn(first)]).toEqual([false, false])
    git(argo.sandbox.folder, 'clone', '-q', '-b', hydrateTo.targetBranch, `file://${remote}`, rendered)

    const { jobs } = parse(readFileSync(join(EXAMPLE, 'check.yaml'), 'utf8'))
    const { run } = jobs.check.steps.at(-1)
    const page = readFileSync(new URL('../../../docs/hosts/rendered-manifests.md', import.meta.url), 'utf8')
    const line = /^ {4}(pinpull check .*)$/m.exec(page)?.[1] ?? 'false'
    const check = async (script: string) => {
      const env = { ...GIT, GITHUB_BASE_REF: syncSource.targetBranch }
      const { code, stdout, stderr } = await argo.sandbox.bash(script, { cwd: 'rendered', env })
      return [code, stdout + stderr]
    }
    // In the format of GitHub nothing is printed if there is nothing to say.
    expect(await check(run)).toEqual([0, ''])
    expect(await check(line)).toEqual([0, expect.stringContaining('1 image: no errors')])
    // Someone pushes to the branch by hand.
    const manifest = join(rendered, syncSource.path, 'manifest.yaml')
    argo.write(manifest, readFileSync(manifest, 'utf8').replace(/@sha256:[0-9a-f]{64}/, ''))
    git(rendered, 'commit', '-qam', 'by hand')
    for (const script of [run, line])
      expect(await check(script)).toEqual([1, expect.stringContaining('IMAGE_UNPINNED')])
    // What was there before is not the pull request's.
    git(rendered, 'push', '-q', 'origin', `HEAD:${syncSource.targetBranch}`)
    for (const script of [run, line]) expect((await check(script))[0]).toBe(0)
  })

  test('without the lock file a moved tag comes with a commit that changes something else', async () => {
    const unlocked = await argo.start('helm-pinned', {
      PINPULL_LOCKED: '',
      PINPULL_LOCK_FILE: '',
      PINPULL_MIRROR: `*=${argo.registry.url}`,
      PINPULL_CACHE_TTL: '0',
    })
    git(dry, 'rm', '-q', 'chart/pinpull.lock.yaml')
    commit('without a lock file')
    const before = await hydrateMain()
    expect(await hydrateMain()).toBe(before)
    moveTag('3')
    argo.write(join(dry, 'notes.md'), 'three')
    commit('notes')
    const after = await hydrateMain()
    expect([after === before, imageIn(after) === imageIn(before)]).toEqual([false, false])
    argo.registry.script({ answer: failWith(403, 'DENIED', 'no entry') })
    expect((await render()).error).toContain('REGISTRY_DENIED')
    argo.registry.clearScript()
    await unlocked.close()
  })
})

/** What tells git who commits, and nothing of this machine's configuration. */
const GIT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
}

const TWO = `apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  containers:
    - {name: two, image: busybox:1.37}
`
