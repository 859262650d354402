import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { goModule } from './go-tool.ts'
import { findProgram, type Need } from './need.ts'

/** The version of Argo CD whose own code is run. */
export const ARGO_CD_VERSION = '3.6.1'

/** The folder of the program's sources, with the `go.mod` that names this version. */
const SOURCES = fileURLToPath(new URL('argo-cd', import.meta.url))
const MODULE = 'github.com/argoproj/argo-cd/v3'
/** The Go command takes this toolchain from the module proxy, where it is older than what Argo CD asks for. */
const TOOLCHAIN = { GOTOOLCHAIN: 'go1.27.0' }

/** argocd-cmp-server, the repo server's and the commit server's code as one program: six minutes of processor time on a bare machine. */
export function argoCd(): Promise<Need> {
  return goModule(`argo-cd-v${ARGO_CD_VERSION}`, 'argo-cd', SOURCES, '.', {}, TOOLCHAIN)
}

/** The part of an Application's `spec.source` that the tests set. */
export interface Source {
  readonly path: string
  readonly helm?: Readonly<Record<string, unknown>>
  readonly kustomize?: Readonly<Record<string, unknown>>
  readonly plugin?: {
    readonly name?: string
    readonly env?: readonly { readonly name: string; readonly value: string }[]
    readonly parameters?: readonly Readonly<Record<string, unknown>>[]
  }
}

/** One application, as the controller asks the repo server for it. */
export interface Rendering {
  /** The folder of the checkout, absolute. */
  readonly repository: string
  readonly source: Source
  /** As in the request: `team-a_shop` for an application outside of Argo CD's namespace. Default: shop. */
  readonly appName?: string
  /** As the API server of the cluster tells it. Default: that of the facts. */
  readonly kubeVersion?: string
  readonly kustomizeOptions?: { readonly BuildOptions: string }
  /** `helm.enable` and its like of argocd-cm. */
  readonly enabledSourceTypes?: Readonly<Record<string, boolean>>
}

/** What the repo server answers. */
export interface Rendered {
  readonly sourceType?: string
  readonly objects: readonly unknown[]
  readonly error?: string
}

/** A cluster's version and API versions. */
export interface ClusterFacts {
  readonly kubeVersion: string
  readonly apiVersions: readonly string[]
}

/**
 * Renders applications with the code of the repo server.
 *
 * @param program of `argoCd()`
 * @param env its environment: helm and kustomize are found on the `PATH`, the sockets of plugins in `ARGOCD_PLUGINSOCKFILEPATH`
 */
export async function renderApplications(
  program: string,
  env: Readonly<Record<string, string>>,
  cluster: ClusterFacts,
  renderings: readonly Rendering[],
): Promise<readonly Rendered[]> {
  const requests = renderings.map(
    ({ repository, source, appName = 'shop', kubeVersion, kustomizeOptions, enabledSourceTypes }) => ({
      repository,
      revision: '0123456789abcdef0123456789abcdef01234567',
      request: {
        repo: { repo: 'https://git.example.com/shop' },
        appName,
        namespace: 'shop',
        projectName: 'default',
        applicationSource: { repoURL: 'https://git.example.com/shop', targetRevision: 'main', ...source },
        ...cluster,
        ...(kubeVersion !== undefined && { kubeVersion }),
        kustomizeOptions,
        enabledSourceTypes,
      },
    }),
  )
  return JSON.parse(await runArgoCd(program, ['generate'], env, requests)) as readonly Rendered[]
}

/** What the controller sends to the commit server. */
export interface Hydration {
  /** The URL of the repository. */
  readonly repository: string
  readonly drySha: string
  readonly syncBranch: string
  readonly targetBranch: string
  readonly path: string
  readonly objects: readonly unknown[]
}

/**
 * Hydrates with the code of the commit server: clones, writes, commits and pushes.
 * @returns the commit of the target branch, which is the one before if nothing was to be committed
 */
export async function hydrate(
  program: string,
  env: Readonly<Record<string, string>>,
  { repository, path, objects, ...rest }: Hydration,
): Promise<string> {
  const manifests = objects.map((object) => ({ manifestJSON: JSON.stringify(object) }))
  const request = {
    ...rest,
    repo: { repo: repository },
    commitMessage: 'hydrated',
    paths: [{ path, manifests }],
    readmeMessage: 'Hydrated from {{ .DrySHA }}.\n',
  }
  const answer = JSON.parse(await runArgoCd(program, ['hydrate'], env, request)) as { hydratedSha: string }
  return answer.hydratedSha
}

function runArgoCd(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: unknown,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { env, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`argo-cd ${args.join(' ')}: ${stderr}`)),
    )
    child.stdin?.end(JSON.stringify(input))
  })
}

/** A running argocd-cmp-server: the sidecar of one plugin. */
export interface Sidecar {
  /** What it has written to standard error so far. */
  readonly log: () => string
  readonly close: () => Promise<void>
}

/**
 * Starts argocd-cmp-server, and waits for its socket.
 *
 * @param command that starts `argo-cd cmp-server`, as whichever user
 * @param config the folder of plugin.yaml
 * @param socket the path of the socket that it will make, which follows from the plugin's name
 */
export async function startSidecar(
  command: readonly [string, ...string[]],
  config: string,
  socket: string,
  env: Readonly<Record<string, string>>,
): Promise<Sidecar> {
  const [program, ...args] = command
  const child = spawn(program, [...args, 'cmp-server', '--config-dir-path', config], {
    env,
    cwd: config,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const close = async () => {
    // SIGTERM removes the socket, but does not end it.
    child.kill('SIGKILL')
    await gone
  }
  while (!existsSync(socket)) {
    if (hasEnded(child)) throw new Error(`argocd-cmp-server has ended: ${log}`)
    await sleep(20)
  }
  return { log: () => log, close }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** @returns the path of the socket of a plugin in the folder of all sockets */
export function socketOf(folder: string, plugin: string): string {
  return join(folder, `${plugin}.sock`)
}

/**
 * Argo CD's own manifests, such as `crds/application-crd.yaml` and `base/repo-server`.
 * @returns the absolute path of the folder, in the Go command's cache of modules
 */
export async function argoCdManifests(): Promise<string> {
  const go = findProgram('go', 'Go is not installed', '/usr/local/go/bin')
  if (go.kind === 'missing') throw new Error(go.reason)
  const { stdout } = await promisify(execFile)(go.path, ['mod', 'download', '-json', MODULE], {
    cwd: SOURCES,
    env: { ...process.env, GOFLAGS: '', ...TOOLCHAIN },
  })
  return join((JSON.parse(stdout) as { Dir: string }).Dir, 'manifests')
}
