import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { buildImage, type Image } from '../support/registry/image.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { dockerRegistry, type RunningRegistry, startDockerRegistry } from './support/docker-registry.ts'
import { GO_TOOLS, goTool } from './support/go-tool.ts'
import { describeWith } from './support/need.ts'
import { pushImage } from './support/push.ts'

const run = promisify(execFile)
const needs = { crane: await goTool(GO_TOOLS.crane), dockerRegistry }

describeWith(needs, 'images that crane carries', ({ crane, dockerRegistry }) => {
  let outside: RunningRegistry
  let inside: RunningRegistry
  const images: Readonly<Record<string, Image>> = {
    'acme/oci:1': buildImage({ seed: 'oci', platforms: ['linux/amd64', 'linux/arm64', 'windows/amd64'] }),
    'acme/docker:1': buildImage({ seed: 'docker', types: 'docker' }),
    'acme/single:1': buildImage({ seed: 'single', index: false }),
  }
  let input: string
  beforeAll(async () => {
    outside = await startDockerRegistry(dockerRegistry)
    inside = await startDockerRegistry(dockerRegistry)
    for (const [name, image] of Object.entries(images)) await pushImage(outside.url, name, image)
    const names = Object.keys(images).map((name) => `${outside.host}/${name}`)
    const containers = names.map((image, i) => `  - {name: c${i}, image: "${image}"}\n`).join('')
    input = `apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n${containers}`
  })
  afterAll(() => Promise.all([outside.close(), inside.close()]))

  test('into a private mirror by an inventory, and every digest stays', async () => {
    const cwd = temporaryFolder()
    const config = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata: {name: shop}
spec:
  profiles:
  - {name: airgap, output: tag-digest, pullPolicy: IfNotPresent, rewrite: [{from: '*', to: ${inside.host}/all}]}
`
    writeFileSync(join(cwd, 'pinpull.yaml'), config)
    expect((await runProgram(['lock'], { input, cwd })).code).toBe(0)
    const script = await runProgram(['inventory', '--profile', 'airgap', '--format', 'crane'], { input, cwd })
    expect(script.code).toBe(0)
    writeFileSync(join(cwd, 'copy.sh'), script.stdout)
    const path = [dirname(crane), process.env['PATH'] ?? ''].join(delimiter)
    await run('sh', ['copy.sh'], { cwd, env: { ...process.env, PATH: path } })

    const { code, stdout } = await runProgram(['--profile', 'airgap'], { input, cwd })
    expect(code).toBe(0)
    const written = [...stdout.toString().matchAll(/image: "([^"]+)"/g)].map(([, image]) => image ?? '')
    const nested = outside.host.replace(':', '_')
    expect(written).toEqual(
      Object.entries(images).map(([name, { top }]) => `${inside.host}/all/${nested}/${name}@${top.digest}`),
    )
    for (const image of written) {
      const { stdout: digest } = await run(crane, ['digest', image.replace(/@.*/, '')])
      expect(digest.trim()).toBe(image.replace(/.*@/, ''))
    }
  })

  test('in an image layout, and the lock has the digests that the registry has', async () => {
    const cwd = temporaryFolder()
    const names = Object.keys(images).map((name) => `${outside.host}/${name}`)
    await run(crane, ['pull', '--format=oci', '--annotate-ref', ...names, 'layout'], { cwd })
    const { code, stderr } = await runProgram(['lock', '--locked', '--from-layout', 'layout'], { input, cwd })
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      0,
      'pinpull: lock: 3 images: 3 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written',
    ])
    const lock = readFileSync(join(cwd, 'pinpull.lock.yaml'), 'utf8')
    for (const { top } of Object.values(images)) expect(lock).toContain(`digest: ${top.digest}\n`)
    expect(lock.match(/source: oci:layout/g)).toHaveLength(3)

    const tar = await run('tar', ['-czf', 'layout.tar.gz', '-C', 'layout', '.'], { cwd })
    expect(tar.stderr).toBe('')
    const again = await runProgram(['lock', '--locked', '--update', '--from-layout', 'layout.tar.gz'], {
      input,
      cwd,
    })
    expect(again.stderr).toContain('3 unchanged')
  })
})
