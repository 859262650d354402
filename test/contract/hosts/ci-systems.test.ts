import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { createSandbox, type Ran, type Sandbox } from '../../support/sandbox.ts'
import { GO_TOOLS, goTool } from '../support/go-tool.ts'
import { describeWith, findProgram } from '../support/need.ts'
import { gitlabCiLocal } from '../support/npm-tool.ts'

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url))
const read = (path: string): string => readFileSync(join(EXAMPLES, path), 'utf8')

/** The little of rsync that gitlab-ci-local uses: a copy of a folder, or of the files that a list names. */
const RSYNC = `src=\${*: -2:1} dest=\${*: -1} list=.
for word; do case $word in --files-from=*) list="-T \${word#*=}" ;; esac; done
mkdir -p "$dest"
tar -C "$src" --exclude=.gitlab-ci-local -cf - $list | tar -C "$dest" -xf -`

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

/** A copy of an example, in which `kubectl apply` prints what it is given. */
function exampleSandbox(name: string, helm: string): Sandbox {
  const sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}`, CI: 'true' })
  cpSync(join(EXAMPLES, name), join(sandbox.folder, 'shop'), { recursive: true })
  sandbox.addCommand('helm', helm)
  sandbox.addCommand('kubectl', 'sh', '-c', 'cat "$3"', 'kubectl')
  return sandbox
}

const needs = { helm4: await goTool(GO_TOOLS.helm4) }

describeWith(
  { ...needs, gitlab: await gitlabCiLocal(), git: findProgram('git', 'install git') },
  'GitLab CI',
  (programs) => {
    let sandbox: Sandbox
    beforeAll(async () => {
      sandbox = exampleSandbox('gitlab-ci', programs.helm4)
      sandbox.addCommand('rsync', 'bash', '-c', RSYNC, 'rsync')
      sandbox.addCommand('gitlab-ci-local', process.execPath, programs.gitlab)
      const made = await sandbox.bash(
        `git init -q -b main . && git add -A && git -c user.email=a@example.com -c user.name=a commit -q -m x
git remote add origin https://gitlab.example.com/acme/shop.git
git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main`,
        { cwd: 'shop' },
      )
      expect(made.code, made.stderr).toBe(0)
      // GitLab's Docker executor leaves a checkout that everybody may write to.
      chmodSync(join(sandbox.folder, 'shop'), 0o777)
    })
    afterAll(() => sandbox?.remove())

    const pipeline = async (source: string, more = '--no-json-schema-validation'): Promise<Ran> => {
      registry.clearRequests()
      return sandbox.bash(
        `gitlab-ci-local ${more} --force-shell-executor --shell-isolation --no-color \
--ignore-predefined-vars CI_PIPELINE_SOURCE --variable CI_PIPELINE_SOURCE=${source} 2>&1`,
        { cwd: 'shop' },
      )
    }
    const jobs = ({ stdout }: Ran): string[] => stdout.match(/^ (?:PASS|FAIL) .*\w/gm) ?? []
    const printedBy = ({ stdout }: Ran, job: string): string =>
      [...stdout.matchAll(new RegExp(`^${job} *> (.*)\\n`, 'gm'))].map(([, line]) => `${line}\n`).join('')

    test('a push: pins by the lock file without a request, and applies what was checked', async () => {
      const run = await pipeline('push', '')
      expect([run.code, jobs(run)], run.stdout).toEqual([0, [' PASS  images', ' PASS  deploy']])
      expect(run.stdout).toContain('json schema validated')
      expect(printedBy(run, 'deploy')).toBe(read('gitlab-ci/expected.yaml'))
      expect(registry.count()).toBe(0)
      for (const report of ['lock.xml', 'images.xml'])
        expect(sandbox.read(`shop/.gitlab-ci-local/builds/images/${report}`)).toContain('<testsuites')
    })

    test('a schedule: a tag that has moved fails', async () => {
      registry.push('docker.io/library/nginx:1.27', { seed: 'another' })
      const run = await pipeline('schedule')
      registry.untag('docker.io/library/nginx:1.27')
      expect([run.code, jobs(run)], run.stdout).toEqual([1, [' FAIL  moved']])
      expect(run.stdout).toContain('LOCK_MOVED')
    })

    test('a merge request whose lock file lacks an image fails, and applies nothing', async () => {
      const lock = sandbox.read('shop/pinpull.lock.yaml')
      sandbox.write('shop/pinpull.lock.yaml', lock.replace('nginx:1.27', 'nginx:1.26'))
      const run = await pipeline('merge_request_event')
      sandbox.write('shop/pinpull.lock.yaml', lock)
      expect([run.code, jobs(run)], run.stdout).toEqual([1, [' FAIL  images']])
      expect(run.stdout).toContain('LOCK_MISSING_ENTRY')
    })

    test('without a lock file: the second pipeline takes the answers of the first', async () => {
      const requests: number[] = []
      rmSync(join(sandbox.folder, 'shop/pinpull.lock.yaml'))
      for (let round = 0; round < 2; round++) {
        const run = await pipeline('push', '--file without-a-lock.gitlab-ci.yml')
        expect([run.code, jobs(run)], run.stdout).toEqual([0, [' PASS  images']])
        expect(sandbox.read('shop/.gitlab-ci-local/artifacts/images/manifests.yaml')).toContain('@sha256:')
        requests.push(registry.count())
        await sandbox.bash('rm -r ~/.cache/pinpull')
      }
      expect(requests).toEqual([1, 0])
    })
  },
)

describeWith(needs, 'steps that are run as their system runs them', ({ helm4 }) => {
  test('GitHub Actions: every step', async () => {
    const { steps } = parse(read('github-actions/deploy.yaml')).jobs.deploy
    const lines = steps.flatMap(({ run }: { run?: string }) => (run?.startsWith('npm ') ? [] : (run ?? [])))
    const sandbox = exampleSandbox('github-actions', helm4)
    try {
      const run = await sandbox.bash(lines.join('\n'), { cwd: 'shop' })
      expect([run.code, run.stdout], run.stderr).toEqual([0, read('github-actions/expected.yaml')])
    } finally {
      sandbox.remove()
    }
  })

  describe('Tekton', () => {
    const objects = ['tekton/tasks.yaml', 'tekton/pipeline.yaml']
      .flatMap((path) => parseAllDocuments(read(path)))
      .map((document) => document.toJS())
    const [pin, apply, pipeline] = objects

    test('the script of every step', async () => {
      const sandbox = exampleSandbox('tekton', helm4)
      try {
        let printed = ''
        for (const [index, { script }] of [...pin.spec.steps, ...apply.spec.steps].entries()) {
          expect(script).toMatch(/^#!\/usr\/bin\/env bash\nset -euo pipefail\n/)
          sandbox.write(`scripts/${index}`, script)
          const env = { PINPULL_PROFILE: 'prod' }
          const run = await sandbox.run('bash', [`../scripts/${index}`], { cwd: 'shop', env })
          expect(run.code, run.stderr).toBe(0)
          printed += run.stdout
        }
        expect(printed).toBe(
          `pinpull check: prod: 1 image: no errors or warnings\n${read('tekton/expected.yaml')}`,
        )
      } finally {
        sandbox.remove()
      }
    })

    test('the pipeline gives each task the parameters and workspaces that it declares', () => {
      const names = (list: readonly { readonly name: string }[] | undefined): string[] =>
        (list ?? []).map(({ name }) => name)
      const declared = new Map([pin, apply].map((task) => [task.metadata.name, task.spec]))
      for (const { taskRef, params, workspaces } of pipeline.spec.tasks) {
        expect(names(params)).toEqual(names(declared.get(taskRef.name).params))
        expect(names(workspaces)).toEqual(names(declared.get(taskRef.name).workspaces))
      }
      // What a text in $(…) names is declared where it stands.
      for (const { spec } of objects) {
        const used = [...JSON.stringify(spec).matchAll(/\$\((\w+)\.([\w-]+)/g)]
        for (const [, list = '', name] of used) expect(names(spec[list])).toContain(name)
      }
    })
  })
})
