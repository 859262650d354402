import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROGRAM_COMMAND } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'
import { describeWith, findProgram, type Need } from './support/need.ts'

/** Whether this user may make a file system read-only for one process, as a container runtime does. */
const unshare = ((): Need => {
  const found = findProgram('unshare', 'install util-linux')
  if (found.kind === 'missing' || spawnSync(found.path, ['--mount', 'true']).status === 0) return found
  return { kind: 'missing', reason: 'this user may make no mounts', optional: true }
})()

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - {name: app, image: nginx:1.27}
`

describeWith({ unshare, setpriv: findProgram('setpriv', 'install util-linux') }, 'confined', (programs) => {
  let registry: TestRegistry
  let sandbox: Sandbox
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true, mirror: true })
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
  })
  afterAll(async () => {
    sandbox.remove()
    await registry.close()
  })

  const program = PROGRAM_COMMAND.map((word) => `'${word}'`).join(' ')
  const readOnly = 'mount --make-rprivate / && mount -o remount,ro,bind /'

  /**
   * Runs the program with stdin and stdout as pipes, no terminal, and what is taken from it as a script says. Its HOME
   * is a folder of root, as in many containers; where it runs may be read by all.
   */
  const confined = (script: string, input: string, env = {}) =>
    sandbox.run(programs.unshare, ['--mount', 'setsid', '--wait', 'sh', '-c', script], {
      input,
      env,
      cwd: '/',
    })

  describe.each([
    ['a read-only file system', `${readOnly} && exec ${program}`],
    ['the user nobody', `exec '${programs.setpriv}' --reuid=65534 --regid=65534 --clear-groups ${program}`],
    [
      'the user of an Argo CD sidecar',
      `exec '${programs.setpriv}' --reuid=999 --regid=999 --clear-groups ${program}`,
    ],
    [
      'all of it, without a HOME',
      `${readOnly} && unset HOME && exec '${programs.setpriv}' --reuid=65534 --regid=65534 --clear-groups ${program}`,
    ],
  ])('to %s', (_, script) => {
    test('images are pinned', async () => {
      const run = await confined(script, POD)
      expect([run.code, run.stdout.match(/nginx:1\.27@sha256:[a-f0-9]{64}/g)?.length]).toEqual([0, 1])
      expect(run.stderr).toBe('pinpull: prod: 1 image: 1 pinned, 0 unchanged; pull policy set on 1\n')
    })

    test('a failure is told, as a plugin of Helm too', async () => {
      const run = await confined(script, POD.replace('nginx', 'NGINX'), { HELM_PLUGIN_DIR: '/plugin' })
      expect([run.code, run.stdout]).toEqual([1, ''])
      expect(run.stderr).toMatch(
        /^(?:\S+: )?error REFERENCE_INVALID: .*\n {2}.*\n {2}→ .*\npinpull: prod: .*\n$/,
      )
    })
  })
})
