import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../../support/sandbox.ts'
import {
  argoCd,
  type Rendered,
  type Rendering,
  renderApplications,
  type Sidecar,
  socketOf,
  startSidecar,
} from '../support/argo-cd.ts'
import { GO_TOOLS, goTool } from '../support/go-tool.ts'
import { findProgram, type Need } from '../support/need.ts'
import { CLUSTER_FACTS, copyFixture } from './fixture.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/argo-cd/', import.meta.url))
const PLUGINS = { 'helm-pinned': 'plugin.yaml', 'kustomize-pinned': 'kustomize-plugin.yaml' } as const

/** A plugin of `examples/argo-cd`. */
export type Plugin = keyof typeof PLUGINS

/** The user of Argo CD's images. Only root can become it. */
const USER = 999
const isRoot = process.getuid?.() === 0

/** The programs of `startArgoCd`. */
export async function argoCdNeeds() {
  return {
    argo: await argoCd(),
    helm: await goTool(GO_TOOLS.helm4),
    kustomize: await goTool(GO_TOOLS.kustomize),
    bash: findProgram('bash', 'install bash'),
    setpriv: findProgram('setpriv', 'install util-linux'),
  } satisfies Record<string, Need>
}

/** Argo CD's repo server with sidecars, as far as it renders applications. */
export interface ArgoCd {
  /** `argo-cd`, which is all of it. */
  readonly program: string
  readonly sandbox: Sandbox
  /** The environment of the repo server. */
  readonly env: Readonly<Record<string, string>>
  /** What `pinpull lock` resolves from. The sidecars do not know it. */
  readonly registry: TestRegistry
  /**
   * Starts the sidecar of a plugin with the environment that the patch of the example gives it, as user 999 where the tests may.
   * @param changes variables of the sidecar; one that is empty is left out
   */
  start(plugin: Plugin, changes?: Readonly<Record<string, string>>): Promise<Sidecar>
  render(...renderings: readonly Rendering[]): Promise<readonly Rendered[]>
  /** Renders as before there were sidecars. */
  renderWithoutPlugins(...renderings: readonly Rendering[]): Promise<readonly Rendered[]>
  /** @returns a new checkout with the fixture, absolute: Helm writes beside a chart, so that none is used twice */
  checkout(prepare?: (folder: string) => void): string
  /** Writes a file of a checkout. */
  write(path: string, text: string): void
  /** Locks the images of objects in a folder of a checkout, as the user does before a commit. */
  lock(objects: readonly unknown[], folder: string): Promise<void>
  close(): Promise<void>
}

/** @param programs the paths of `argoCdNeeds` */
export async function startArgoCd(
  programs: Readonly<Record<'argo' | 'helm' | 'kustomize' | 'setpriv', string>>,
): Promise<ArgoCd> {
  const registry = await startRegistry({ anyName: true, mirror: true })
  const sandbox = createSandbox()
  // For user 999.
  chmodSync(sandbox.folder, 0o755)
  sandbox.addCommand('helm', programs.helm)
  sandbox.addCommand('kustomize', programs.kustomize)
  const folder = (...names: readonly string[]) => {
    const path = join(sandbox.folder, ...names)
    mkdirSync(path, { recursive: true })
    return path
  }
  const sockets = folder('plugins')
  chmodSync(sockets, 0o777)
  const env = {
    PATH: sandbox.path,
    HOME: sandbox.folder,
    TMPDIR: folder('repo-tmp'),
    ARGOCD_PLUGINSOCKFILEPATH: sockets,
  }
  const sidecars: Sidecar[] = []
  let checkouts = 0
  const write: ArgoCd['write'] = (path, text) => sandbox.write(relative(sandbox.folder, path), text)

  return {
    program: programs.argo,
    sandbox,
    env,
    registry,
    write,
    start: async (plugin, changes = {}) => {
      const [config, tmp] = [folder('config', plugin), folder('tmp', plugin)]
      if (isRoot) chownSync(tmp, USER, USER)
      cpSync(join(EXAMPLE, PLUGINS[plugin]), join(config, 'plugin.yaml'))
      cpSync(join(EXAMPLE, 'pinpull.yaml'), join(config, 'pinpull.yaml'))
      const own = { ...env, TMPDIR: tmp, ...sidecarEnv(plugin, config, tmp), ...changes }
      const sidecar = await startSidecar(
        isRoot
          ? [programs.setpriv, `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', programs.argo]
          : [programs.argo],
        config,
        socketOf(sockets, plugin),
        Object.fromEntries(Object.entries(own).filter(([, value]) => value !== '')),
      )
      sidecars.push(sidecar)
      return sidecar
    },
    render: (...renderings) => renderApplications(programs.argo, env, CLUSTER_FACTS, renderings),
    renderWithoutPlugins: (...renderings) =>
      renderApplications(
        programs.argo,
        { ...env, ARGOCD_PLUGINSOCKFILEPATH: folder('no-plugins') },
        CLUSTER_FACTS,
        renderings,
      ),
    checkout: (prepare = () => {}) => {
      checkouts += 1
      const path = folder(`checkout-${checkouts}`)
      copyFixture(path)
      prepare(path)
      return path
    },
    lock: async (objects, at) => {
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
      const { code, stderr } = await sandbox.run('pinpull', ['lock'], {
        // No registry has the digest of the fixture's image that is pinned already.
        input: input.replaceAll(/@sha256:a{64}/g, ''),
        cwd: at,
        env: { PINPULL_MIRROR: `*=${registry.url}` },
      })
      expect(code, stderr).toBe(0)
    },
    close: async () => {
      await Promise.all(sidecars.map(({ close }) => close()))
      sandbox.remove()
      await registry.close()
    },
  }
}

/** The environment that the patch of the example gives to a sidecar, its folders being others. */
function sidecarEnv(plugin: Plugin, config: string, tmp: string): Record<string, string> {
  const patch = parse(readFileSync(join(EXAMPLE, 'repo-server-patch.yaml'), 'utf8'))
  const { env } = patch.spec.template.spec.containers.find(({ name }: { name: string }) => name === plugin)
  return Object.fromEntries(
    env.map(({ name, value }: { name: string; value: string }) => [
      name,
      value.replace('/home/argocd/cmp-server/config', config).replace(/^\/tmp$/, tmp),
    ]),
  )
}

/** @returns the objects of an application that was rendered */
export function objectsOf(rendered: Rendered | undefined): readonly unknown[] {
  expect(rendered?.error).toBeUndefined()
  return rendered?.objects ?? []
}
