import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { flux, GO_TOOLS, goTool } from '../support/go-tool.ts'
import { describeWith, findProgram } from '../support/need.ts'
import { BASH, commandsOf, createFluxWorld, type FluxWorld } from './flux-world.ts'
import { sameRender } from './same-render.ts'

const [RECIPE = ''] = commandsOf('docs/hosts/flux.md')

test('the page and the example have the same recipe', () => {
  expect(commandsOf('examples/flux/README.md')).toEqual([RECIPE])
})

const needs = {
  flux: await flux(),
  kustomize: await goTool(GO_TOOLS.kustomize),
  distribution: await goTool(GO_TOOLS.distribution),
  git: findProgram('git', 'install git'),
}

describeWith(needs, 'Flux', (paths) => {
  let images: TestRegistry
  /** It has no image. */
  let empty: TestRegistry
  let world: FluxWorld
  beforeAll(async () => {
    images = await startRegistry({ anyName: true, mirror: true })
    empty = await startRegistry({ mirror: true })
  })
  afterAll(() => Promise.all([images.close(), empty.close()]))
  beforeEach(async () => {
    world = await createFluxWorld(paths, images.url)
  })
  afterEach(() => world.close())

  const publish = async (): Promise<void> => {
    const run = await world.runLines(RECIPE)
    expect(run.code, run.stderr).toBe(0)
  }

  test('the example publishes what its README says, and a second run the same artifact', async () => {
    world.useExample()
    await world.commit()
    await publish()
    const published = await world.pull('latest')
    expect(published).toBe(world.read('shop/expected.yaml'))
    expect(published).toBe(world.read('shop/release/manifests.yaml'))
    const commit = (await world.runLines('git rev-parse HEAD')).stdout.trim()
    expect(await world.tags()).toEqual([commit, 'latest'].toSorted())
    const digest = await world.digestOf('latest')
    expect(await world.digestOf(commit)).toBe(digest)
    await publish()
    expect(await world.digestOf('latest')).toBe(digest)
  })

  test('the fixture is published as kustomize renders it', async () => {
    world.useFixture()
    await world.commit()
    await publish()
    const plain = await world.runLines('kustomize build app')
    const published = await world.pull('latest')
    const { line, ...differs } = sameRender('flux 2.9.5, pulled', plain.stdout, published, { bytes: true })
    console.log(line)
    expect(differs).toMatchObject({ images: 9, others: [] })
  })

  describe('nothing is published, and no tag moves', () => {
    const MISSING = 'an image that does not resolve'
    const BROKEN = 'manifests that do not render'
    const breaking = (what: string): string =>
      what === MISSING
        ? `export PINPULL_MIRROR='*=${empty.url}'\n`
        : "echo 'resources: [gone.yaml]' > app/kustomization.yaml\n"
    const CARELESS = RECIPE.replace('set -eu\n', '')
    // GitHub Actions runs scripts with `bash -e`, without pipefail.
    const BASH_E = ['bash', '--norc', '-e', '-c']
    const SH = ['sh', '-c']

    test.each<[what: string, how: string, script: string, shell: readonly string[]]>([
      [MISSING, 'the recipe', RECIPE, BASH],
      [BROKEN, 'the recipe', RECIPE, SH],
      [MISSING, 'its lines under bash -e', CARELESS, BASH_E],
      [BROKEN, 'its lines under bash -e', CARELESS, BASH_E],
      [MISSING, 'its lines without -e', CARELESS, SH],
      [BROKEN, 'its lines without -e', CARELESS, BASH],
    ])('%s: %s', async (what, _, script, shell) => {
      world.useExample()
      await world.commit()
      await publish()
      const published = [await world.tags(), await world.digestOf('latest')]
      await world.commit('second')
      const run = await world.runLines(`${breaking(what)}${script}`, shell)
      expect(run.code, run.stderr).not.toBe(0)
      expect([await world.tags(), await world.digestOf('latest')]).toEqual(published)
    })

    test('a pipe into flux push would have emptied the tag', async () => {
      world.useExample()
      await world.commit()
      await publish()
      const digest = await world.digestOf('latest')
      const pipe =
        'kustomize build app | pinpull | flux push artifact oci://registry.example.com/manifests/shop:latest -f - --source=x --revision=main'
      await world.runLines(`${breaking(MISSING)}set -euo pipefail\n${pipe}`)
      expect(await world.digestOf('latest')).not.toBe(digest)
    })
  })

  test('flux build is a preview, which is refused', async () => {
    world.useFixture()
    const run = await world.runLines(
      'flux build kustomization shop --path kustomize/overlay --kustomization-file shop.yaml --dry-run > preview.yaml && pinpull preview.yaml',
    )
    expect([run.code, run.stdout], run.stderr).toEqual([1, ''])
    expect(run.stderr).toContain('error SECRET_MASKED: ')
  })
})
