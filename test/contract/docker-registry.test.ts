import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { buildImage } from '../support/registry/image.ts'
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
