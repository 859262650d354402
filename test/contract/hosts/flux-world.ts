import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { pageBlocks } from '../../support/page-blocks.ts'
import { createSandbox, type Ran, type Sandbox } from '../../support/sandbox.ts'
import { type RunningRegistry, startDockerRegistry } from '../support/docker-registry.ts'
import { AGE_KEY, copyFixture } from './fixture.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/flux/', import.meta.url))

/** The blocks of a page that a reader copies into a shell. */
export const commandsOf = (page: string): readonly string[] =>
  pageBlocks()
    .filter((block) => block.page === page && block.language === 'sh')
    .map(({ text }) => text)

/** The programs of a world, by their paths. */
export interface FluxPrograms {
  readonly flux: string
  readonly kustomize: string
  readonly distribution: string
}

/** A repository in `shop`, CI with the programs of the page, and the registry that Flux follows. */
export interface FluxWorld extends Sandbox {
  /** Puts `examples/flux` into the repository. */
  useExample(): void
  /** Puts the common fixture into the repository; its overlay is the app. */
  useFixture(): void
  /** Commits everything, as CI finds it. */
  commit(message?: string): Promise<void>
  /** Runs lines in the repository as a shell does that is told nothing else. */
  runLines(lines: string, shell?: readonly string[]): Promise<Ran>
  /** Pulls the artifact of a tag into the folder `pulled-TAG`, and returns its one file. */
  pull(tag: string): Promise<string>
  /** The digest of a tag's artifact, or the status of the response. */
  digestOf(tag: string): Promise<string>
  tags(): Promise<readonly string[]>
  /** What kustomize-controller applies of a folder for a Kustomization. */
  applied(controller: string, folder: string, spec: object, flags?: readonly string[]): Promise<string>
  close(): Promise<void>
}

export const BASH: readonly string[] = ['bash', '--norc', '-c']

const COMMITTER = {
  GIT_AUTHOR_NAME: 'ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
}

/** @param mirror where Pinpull resolves images */
export async function createFluxWorld(programs: FluxPrograms, mirror: string): Promise<FluxWorld> {
  const registry: RunningRegistry = await startDockerRegistry(programs.distribution)
  const sandbox = createSandbox({ PINPULL_MIRROR: `*=${mirror}`, ...COMMITTER })
  sandbox.addCommand('kustomize', programs.kustomize)
  // The page's registry is that of the test.
  const here = 'words=("${@//registry.example.com/$HERE}"); exec "$FLUX" "${words[@]}"'
  sandbox.addCommand('flux', 'env', `HERE=${registry.host}`, `FLUX=${programs.flux}`, ...BASH, here, 'flux')

  const shop = join(sandbox.folder, 'shop')
  const runLines: FluxWorld['runLines'] = (lines, shell = BASH) => {
    const [program = '', ...words] = shell
    return sandbox.run(program, [...words, lines], { cwd: 'shop' })
  }
  const succeed = async (lines: string): Promise<void> => {
    const { code, stderr } = await runLines(`set -e\n${lines}`)
    expect(code, stderr).toBe(0)
  }
  const manifestOf = (tag: string): Promise<Response> =>
    fetch(`${registry.url}/v2/manifests/shop/manifests/${tag}`, {
      method: 'HEAD',
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    })

  return {
    ...sandbox,
    useExample: () => cpSync(EXAMPLE, shop, { recursive: true }),
    useFixture: () => {
      copyFixture(shop)
      sandbox.write('shop/app/kustomization.yaml', 'resources: [../kustomize/overlay]\n')
      const [, kustomization = ''] = readFileSync(join(EXAMPLE, 'shop.yaml'), 'utf8').split('---\n')
      sandbox.write('shop/shop.yaml', kustomization)
    },
    commit: async (message = 'first') => {
      sandbox.write('shop/.gitignore', '/release\n/rendered.yaml\n/substituted.yaml\n')
      await succeed(`git init -q -b main .
git config remote.origin.url https://git.example.com/shop
git add .
git commit -q --allow-empty -m ${message}`)
    },
    runLines,
    pull: async (tag) => {
      const folder = join(sandbox.folder, `pulled-${tag}`)
      await succeed(
        `mkdir '${folder}'\nflux pull artifact oci://registry.example.com/manifests/shop:${tag} --output '${folder}'`,
      )
      expect((await sandbox.run('ls', ['-A', folder])).stdout).toBe('manifests.yaml\n')
      return sandbox.read(`pulled-${tag}/manifests.yaml`)
    },
    digestOf: async (tag) => {
      const answer = await manifestOf(tag)
      return answer.headers.get('docker-content-digest') ?? String(answer.status)
    },
    tags: async () => {
      const answer = await fetch(`${registry.url}/v2/manifests/shop/tags/list`)
      return answer.status === 404 ? [] : ((await answer.json()) as { tags: string[] }).tags.toSorted()
    },
    applied: async (controller, folder, spec, flags = []) => {
      const kustomization = {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name: 'shop', namespace: 'flux-system' },
        spec: { interval: '10m', prune: true, sourceRef: { kind: 'OCIRepository', name: 'shop' }, ...spec },
      }
      sandbox.write('kustomization.json', JSON.stringify(kustomization))
      // The controller writes into the folder.
      const source = join(sandbox.folder, 'source')
      cpSync(join(sandbox.folder, folder), source, { recursive: true })
      const ran = await sandbox.run(controller, [source, 'kustomization.json', AGE_KEY, ...flags])
      rmSync(source, { recursive: true })
      expect(ran.code, ran.stderr).toBe(0)
      return ran.stdout
    },
    close: async () => {
      sandbox.remove()
      await registry.close()
    },
  }
}
