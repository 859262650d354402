import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACTION_PATH } from '../support/composite-action.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Ran, type Sandbox } from '../support/sandbox.ts'
import { npmEnvironment } from './support/npm.ts'

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "nginx:1.27"}]}\n'

let registry: TestRegistry
let sandbox: Sandbox
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
  sandbox = createSandbox({
    PINPULL_MIRROR: `*=${registry.url}`,
    ...npmEnvironment(),
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
  })
  sandbox.write('pod.yaml', POD)
  const packed = await sandbox.bash(
    `cd '${ACTION_PATH}' && npm pack --ignore-scripts --pack-destination '${sandbox.folder}'`,
  )
  expect([packed.code, packed.stdout], packed.stderr).toEqual([0, 'pinpull-0.1.0.tgz\n'])
})
afterAll(async () => {
  sandbox.remove()
  await registry.close()
})

const PINNED = /image: "nginx:1\.27@sha256:[0-9a-f]{64}"/

describe('the tarball that a release publishes', () => {
  test('npm install --global: pinpull is on the PATH, pins, and completes', async () => {
    const run = await sandbox.bash(
      `npm install --global --prefix prefix --no-audit --no-fund ./pinpull-0.1.0.tgz >&2
       export PATH="$PWD/prefix/bin:$PATH"
       [ "$(command -v pinpull)" = "$PWD/prefix/bin/pinpull" ]
       pinpull completion bash | bash -n
       pinpull < pod.yaml`,
    )
    expect([run.code, run.stdout], run.stderr).toEqual([0, expect.stringMatching(PINNED)])
  })

  test('npx: runs without an installation', async () => {
    const run = await npx(['pinpull'], POD)
    expect([run.code, run.stdout], run.stderr).toEqual([0, expect.stringMatching(PINNED)])
  })

  test('npx: arguments are passed on', async () => {
    const run = await npx(['pinpull', 'check', '--require-pinned', 'pod.yaml'])
    expect([run.code, run.stdout], run.stderr).toEqual([1, expect.stringContaining('IMAGE_UNPINNED')])
  })

  /** `npx PACKAGE`, the package being the tarball instead of a name in npm's registry. */
  function npx(words: readonly string[], input = ''): Promise<Ran> {
    const tarball = join(sandbox.folder, 'pinpull-0.1.0.tgz')
    return sandbox.run('npx', ['--yes', '--package', tarball, '--', ...words], { input })
  }
})
