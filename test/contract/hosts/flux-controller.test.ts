import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { flux, GO_TOOLS, goTool, kustomizeController } from '../support/go-tool.ts'
import { describeWith, findProgram } from '../support/need.ts'
import { commandsOf, createFluxWorld, type FluxWorld } from './flux-world.ts'
import { sameRender } from './same-render.ts'

const [RECIPE = '', SUBSTITUTION = '', PINS = ''] = commandsOf('docs/hosts/flux.md')

/** The recipe with the lines of the page that substitute variables. */
const SUBSTITUTING = RECIPE.replace(/^kustomize build[\s\S]*?manifests\.yaml\n/m, SUBSTITUTION)

const DECRYPTED = {
  decryption: { provider: 'sops', secretRef: { name: 'sops-age' } },
  postBuild: { substitute: { REGION: 'eu-1' } },
}

const needs = {
  flux: await flux(),
  kustomize: await goTool(GO_TOOLS.kustomize),
  controller: await kustomizeController(),
  distribution: await goTool(GO_TOOLS.distribution),
  git: findProgram('git', 'install git'),
}

describeWith(needs, 'kustomize-controller', (paths) => {
  let images: TestRegistry
  let world: FluxWorld
  beforeAll(async () => {
    images = await startRegistry({ anyName: true, mirror: true })
  })
  afterAll(() => images.close())
  beforeEach(async () => {
    world = await createFluxWorld(paths, images.url)
  })
  afterEach(() => world.close())

  const applied = (folder: string, spec: object, flags?: readonly string[]): Promise<string> =>
    world.applied(paths.controller, folder, spec, flags)
  const publish = async (script = RECIPE): Promise<{ manifests: string; stderr: string }> => {
    await world.commit()
    const run = await world.runLines(script)
    expect(run.code, run.stderr).toBe(0)
    return { manifests: await world.pull('latest'), stderr: run.stderr }
  }

  const imageIn = (manifests: string): string | undefined => /image: (.*)/.exec(manifests)?.[1]

  test.each([[[]], [['--strict']]])(
    'applies the same from the artifact as from the repository, but for pins %j',
    async (flags) => {
      world.useFixture()
      await publish()
      const before = await applied('shop', { ...DECRYPTED, path: './app' }, flags)
      const after = await applied('pulled-latest', DECRYPTED, flags)
      /** The name of the Secret that a secretGenerator makes of an encrypted file. */
      const generated = /\blogin-[a-z0-9]{10}\b/g
      const { line, ...differs } = sameRender(
        'kustomize-controller 1.9.5, but for one hash',
        before.replaceAll(generated, 'login-HASH'),
        after.replaceAll(generated, 'login-HASH'),
      )
      console.log(line)
      expect(differs).toMatchObject({ images: 9, others: [] })
      // The hash is that of the decrypted file, or, as the page says, of the encrypted one.
      expect(before.match(generated)?.[0]).not.toBe(after.match(generated)?.[0])
      // Both could be wrong alike: the Secrets are open, and the variables filled in.
      for (const text of [
        'password: open sesame\n',
        'url: https://eu-1.example.com\n',
        'escaped: ${HOME}\n',
        'variable: eu-1\n',
        'default: gold\n',
      ])
        expect(after).toContain(text)
    },
  )

  test('applies the same from the repository with the pins of the page in the Kustomization', async () => {
    world.useFixture()
    const run = await world.runLines(PINS)
    expect(run.code, run.stderr).toBe(0)
    const { images, patches } = parse(world.read('shop/pins.yaml')).spec.postRenderers[0].kustomize
    const before = await applied('shop', { ...DECRYPTED, path: './app' })
    const after = await applied('shop', { ...DECRYPTED, path: './app', images, patches })
    const { line, ...differs } = sameRender('kustomize-controller 1.9.5, spec.images', before, after)
    console.log(line)
    expect(differs).toMatchObject({ images: 9, policies: 0, others: [] })
  })

  test('spec.images of the Kustomization undoes a pin, unless Pinpull has pinned it too', async () => {
    world.useExample()
    const { manifests } = await publish()
    expect(imageIn(manifests)).toMatch(/^nginx:1\.27@sha256:/)
    const images = [{ name: 'nginx', newTag: '1.28' }]
    expect(imageIn(await applied('pulled-latest', { images }))).toBe('nginx:1.28')

    const kustomization = parse(world.read('kustomization.json'))
    const input = JSON.stringify(kustomization)
    const told = await world.run('pinpull', [], { input })
    const line = /spec\.fields\.optional: - (\{.*?\});/.exec(told.stderr)?.[1]
    expect(told.stderr).toContain('info FIELD_OPTIONAL: "nginx:1.28" ')
    world.write(
      'pinpull.yaml',
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nmetadata: {name: x}\nspec: {fields: {optional: [${line}]}}\n`,
    )
    const pinned = await world.run('pinpull', ['--config', 'pinpull.yaml'], { input })
    const spec = parse(pinned.stdout).spec
    expect(imageIn(await applied('pulled-latest', spec))).toMatch(/^nginx:1\.28@sha256:/)
  })

  /** The example with a variable for the tag. */
  const useVariable = (also = ''): void => {
    world.useExample()
    const web = world.read('shop/app/web.yaml').replace('nginx:1.27', 'ghcr.io/acme/web:${TAG}')
    world.write('shop/app/web.yaml', `${web}${also}`)
    world.write('shop/app/kustomization.yaml', 'namespace: shop\nresources: [web.yaml]\n')
  }

  test('an image whose tag is a variable is left, or pinned by the value of the variable', async () => {
    useVariable()
    expect((await publish()).stderr).toContain('warning IMAGE_PLACEHOLDER: ')
    const pinned = `1.4.2@sha256:${'a'.repeat(64)}`
    for (const TAG of ['1.4.2', pinned]) {
      const objects = await applied('pulled-latest', { postBuild: { substitute: { TAG } } })
      expect(imageIn(objects)).toBe(`ghcr.io/acme/web:${TAG}`)
    }
  })

  test('or substituted before it is pinned', async () => {
    useVariable()
    const { manifests } = await publish(SUBSTITUTING)
    expect(imageIn(manifests)).toMatch(/^ghcr\.io\/acme\/web:1\.4\.2@sha256:/)
    expect(manifests).toContain('echo ${HOME} in eu-1 && nginx')
  })

  test('a long line, behind which flux envsubst drops everything, stops the recipe', async () => {
    useVariable(
      `---\napiVersion: v1\nbinaryData:\n  line: ${'A'.repeat(70_000)}\nkind: ConfigMap\nmetadata: {name: large}\n`,
    )
    await world.commit()
    const run = await world.runLines(SUBSTITUTING)
    expect([run.code === 0, await world.tags()]).toEqual([false, []])
    // Without the line that looks for it, the Deployment is gone, and Pinpull refuses the half that is left.
    const blind = await world.runLines(SUBSTITUTING.replace(/^LC_ALL.*\n/m, ''))
    expect([blind.code === 0, await world.tags()]).toEqual([false, []])
    expect(blind.stderr).toContain('error DOCUMENT_WITHOUT_OBJECT: ')
    const left = parseAllDocuments(world.read('shop/substituted.yaml')).map((one) => Object.keys(one.toJS()))
    expect(left).toEqual([['apiVersion', 'binaryData']])
  })
})
