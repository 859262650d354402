import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ACTION_PATH } from '../support/composite-action.ts'
import { createSandbox } from '../support/sandbox.ts'
import { CACHE, describeWith, findProgram } from './support/need.ts'

const needs = {
  git: findProgram('git', 'install git'),
  python3: findProgram('python3', "install Debian's python3", '/usr/bin'),
  preCommit: findProgram(
    'pre-commit',
    "install Debian's pre-commit, or let .ci/run unpack it under .cache",
    join(CACHE, 'debian/usr/bin'),
  ),
}

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "${image}", imagePullPolicy: IfNotPresent}]}\n`
const PINNED = pod(`nginx:1.27@sha256:${'a'.repeat(64)}`)

describeWith(needs, 'pre-commit', ({ preCommit }) => {
  test('accepts the hooks, and runs them on a commit with files of every kind', async () => {
    // Unpacked, its modules are not where Python searches.
    const modules = join(CACHE, 'debian/usr/lib/python3/dist-packages')
    const sandbox = createSandbox(preCommit.startsWith(CACHE) ? { PYTHONPATH: modules } : {})
    try {
      sandbox.addCommand(
        'pre-commit',
        ...(preCommit.startsWith(CACHE) ? ['/usr/bin/python3', preCommit] : [preCommit]),
      )
      const valid = await sandbox.run('pre-commit', [
        'validate-manifest',
        join(ACTION_PATH, '.pre-commit-hooks.yaml'),
      ])
      expect([valid.code, valid.stderr]).toEqual([0, ''])

      const identity = 'git -c user.email=a@b -c user.name=c'
      const prepared = await sandbox.bash(
        `git init -q hooks && cp '${ACTION_PATH}/.pre-commit-hooks.yaml' hooks && cd hooks && git add -A && ${identity} commit -q -m x && git rev-parse HEAD`,
      )
      expect(prepared.code, prepared.stderr).toBe(0)
      sandbox.write(
        'project/.pre-commit-config.yaml',
        `repos:\n- repo: ${sandbox.folder}/hooks\n  rev: ${prepared.stdout.trim()}\n  hooks: [{id: pinpull-check-system, exclude: ^charts/}]\n`,
      )
      // So many that pre-commit makes several batches.
      for (let index = 0; index < 40; index++) sandbox.write(`project/apps/a ${index}.yaml`, PINNED)
      sandbox.write('project/values.yaml', 'image: nginx\n')
      sandbox.write('project/package.json', '{}\n')
      sandbox.write('project/charts/web/templates/pod.yaml', 'image: {{ .Values.image }}\n')
      const good = await sandbox.bash('git init -q . && git add -A && pre-commit run', { cwd: 'project' })
      expect([good.code, good.stdout], good.stderr).toEqual([
        0,
        expect.stringMatching(/^pinpull check\.+Passed\n$/m),
      ])

      sandbox.write('project/apps/new.yaml', pod('nginx:1.28'))
      const bad = await sandbox.bash('git add -A && pre-commit run', { cwd: 'project' })
      expect([bad.code, bad.stdout.match(/IMAGE_UNPINNED/g)]).toEqual([1, ['IMAGE_UNPINNED']])
      expect(bad.stdout).toMatch(/^pinpull check\.+Failed\n- hook id: pinpull-check-system\n- exit code: 1\n/)
    } finally {
      sandbox.remove()
    }
  })
})
