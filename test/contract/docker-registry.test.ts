import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { runProgram } from '../support/program.ts'
import { buildImage, type Image } from '../support/registry/image.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { dockerRegistry, type RunningRegistry, startDockerRegistry } from './support/docker-registry.ts'
import { GO_TOOLS, goTool } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'
import { pushImage } from './support/push.ts'

const run = promisify(execFile)
const needs = { crane: await goTool(GO_TOOLS.crane), dockerRegistry }

describeWith(needs, "Debian's docker-registry", ({ crane, dockerRegistry }) => {
  let registry: RunningRegistry
  beforeAll(async () => {
    registry = await startDockerRegistry(dockerRegistry)
  })
  afterAll(() => registry.close())

  test.each([
    ['an OCI index', 'team/oci-index:1', { types: 'oci' }],
    ['a docker manifest list', 'team/docker-list:1', { types: 'docker' }],
    ['an OCI manifest', 'team/oci-manifest:1', { types: 'oci', index: false }],
    ['a docker manifest', 'team/docker-manifest:1', { types: 'docker', index: false }],
    ['an index with an attestation', 'team/attested:1', { attestation: true }],
  ] as const)('%s is pinned to the digest that crane names', async (_, name, spec) => {
    const image = buildImage({ ...spec, seed: name })
    await pushImage(registry.url, name, image)
    const reference = `${registry.host}/${name}`
    const { stdout: digest } = await run(crane, ['digest', reference])
    expect(digest.trim()).toBe(image.top.digest)

    const { code, stdout, stderr } = await runProgram(['--profile', 'prod'], { input: pod(reference) })
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(stdout.toString()).toBe(pod(`${reference}@${digest.trim()}\n      imagePullPolicy: IfNotPresent`))
  })

  test('a tag that moves waits for seven days, and not beside a denied manifest', async () => {
    const folder = temporaryFolder()
    const name = 'team/moving:1'
    const [first, second, third] = ['first', 'second', 'third'].map((seed) => buildImage({ seed }))
    const day = async (now: number, ...args: readonly string[]): Promise<string> => {
      const run = await runInProcess(['lock', '--update', '--min-age', '7d', ...args], {
        input: pod(`${registry.host}/${name}`),
        cwd: folder,
        now: () => Date.UTC(2026, 10, 1) + now * 24 * 60 * 60 * 1000,
      })
      const text = readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8')
      const [, digest] = /^ {4}digest: (\S+)$/m.exec(text) ?? []
      const index = [first, second, third].findIndex((image) => image?.top.digest === digest)
      return `${run.code} ${index} ${/candidate/.test(text)} ${/[A-Z]+_[A-Z_]+/.exec(run.stderr)?.[0] ?? ''}`.trim()
    }
    for (const image of [first, second, third]) {
      await pushImage(registry.url, name, image as Image)
      if (image === first) expect(await day(0)).toBe('0 0 false')
      if (image === second) {
        expect(await day(1)).toBe('0 0 true LOCK_WAITING')
        expect(await day(7.9)).toBe('0 0 true LOCK_WAITING')
        expect(await day(8)).toBe('0 1 false')
        expect(await day(9)).toBe('0 1 false')
      }
    }
    const denied = third?.manifests[1]?.digest
    writeFileSync(
      join(folder, 'pinpull.yaml'),
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {denyDigests: ["${denied}"]}\n`,
    )
    expect(await day(30)).toBe('1 1 false DIGEST_DENIED')
    expect(await day(40, '--now')).toBe('1 1 false DIGEST_DENIED')
  })

  test('a tag that is not there is an error with nothing on stdout', async () => {
    const { code, stdout, stderr } = await runProgram(['--profile', 'prod'], {
      input: pod(`${registry.host}/team/oci-index:2`),
    })
    expect([code, stdout.toString()]).toEqual([1, ''])
    expect(stderr).toContain(`${registry.host}/team/oci-index:2`)
  })
})

function pod(image: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: one
spec:
  containers:
    - name: app
      image: ${image}
`
}
