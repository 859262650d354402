import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { buildImage } from '../support/registry/image.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { dockerRegistry, type RunningRegistry, startDockerRegistry } from './support/docker-registry.ts'
import { describeWith } from './support/need.ts'
import { pushImage } from './support/push.ts'

const START = Date.UTC(2026, 10, 1)
const DAY = 24 * 60 * 60 * 1000

describeWith({ dockerRegistry }, "pin --update with Debian's docker-registry", ({ dockerRegistry }) => {
  let registry: RunningRegistry
  let cwd: string
  beforeAll(async () => {
    registry = await startDockerRegistry(dockerRegistry)
  })
  afterAll(() => registry.close())
  beforeEach(() => {
    cwd = temporaryFolder()
  })

  const images = { a: buildImage({ seed: 'a' }), b: buildImage({ seed: 'b' }) }
  const move = (seed: 'a' | 'b'): Promise<void> => pushImage(registry.url, 'team/web:1.4', images[seed])
  const pod = (seed: 'a' | 'b'): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: ${registry.host}/team/web:1.4@${images[seed].top.digest} # the shop\n`
  const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text)
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8')
  const update = (day: number, ...args: readonly string[]) =>
    runInProcess(['pin', '--update', ...args, '.'], { cwd, now: () => START + day * DAY })

  test('the tag moves, git applies the change after seven days, and a second run changes nothing', async () => {
    await move('a')
    write('web.yaml', pod('a'))
    write('pinpull.yaml', 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  lock: {minAge: 7d}\n')
    const state = ['--state', 'state/seen.lock']
    execFileSync('mkdir', [join(cwd, 'state')])
    execFileSync('git', ['init', '-q'], { cwd })
    await move('b')
    for (const day of [0, 1, 6, 6.99]) {
      expect([day, await update(day, ...state)]).toMatchObject([day, { code: 0, stdout: '' }])
    }
    const { code, stdout } = await update(7, ...state)
    expect([code, stdout.match(/^[+-] .*/gm)?.length]).toEqual([0, 2])
    execFileSync('git', ['apply', '-'], { cwd, input: stdout })
    expect(read('web.yaml')).toBe(pod('b'))
    expect(await update(7, '--write', ...state)).toMatchObject({ code: 0, stdout: '' })
  })

  test('a denied manifest of the new index stops it', async () => {
    await move('a')
    write('web.yaml', pod('a'))
    await move('b')
    write(
      'pinpull.yaml',
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  denyDigests: ["${images.b.manifests[1]?.digest}"]\n`,
    )
    const { code, stdout, stderr } = await update(0, '--write')
    expect([code, stdout, stderr.includes('error DIGEST_DENIED')]).toEqual([1, '', true])
    expect(read('web.yaml')).toBe(pod('a'))
  })
})
