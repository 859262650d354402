import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CACHE, findProgram, isExecutable, type Need } from './need.ts'

const run = promisify(execFile)

/** A program that Go builds from the module proxy. */
export interface GoTool {
  /** The folder it is kept in, its version included: both majors of Helm are called `helm`. */
  readonly folder: string
  readonly binary: string
  /** As `go install` takes it, with the version. */
  readonly package: string
}

/** Everything that the contract tests build. One place, so that versions are raised in one place. */
export const GO_TOOLS = {
  act: { folder: 'act-v0.2.89', binary: 'act', package: 'github.com/nektos/act@v0.2.89' },
  actionlint: {
    folder: 'actionlint-v1.7.12',
    binary: 'actionlint',
    package: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
  },
  cosign: {
    folder: 'cosign-v3.1.3',
    binary: 'cosign',
    package: 'github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3',
  },
  crane: {
    folder: 'crane-v0.21.9',
    binary: 'crane',
    package: 'github.com/google/go-containerregistry/cmd/crane@v0.21.9',
  },
  distribution: {
    folder: 'distribution-v3.1.1',
    binary: 'registry',
    package: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.1',
  },
  helm3: { folder: 'helm-v3.21.4', binary: 'helm', package: 'helm.sh/helm/v3/cmd/helm@v3.21.4' },
  helm4: { folder: 'helm-v4.2.4', binary: 'helm', package: 'helm.sh/helm/v4/cmd/helm@v4.2.4' },
  kubeScore: {
    folder: 'kube-score-v1.20.0',
    binary: 'kube-score',
    package: 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
  },
  kustomize: {
    folder: 'kustomize-v5.8.1',
    binary: 'kustomize',
    package: 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1',
  },
  hclfmt: {
    folder: 'hclfmt-v2.25.0',
    binary: 'hclfmt',
    package: 'github.com/hashicorp/hcl/v2/cmd/hclfmt@v2.25.0',
  },
} as const satisfies Record<string, GoTool>

/** The version of a program, without a `v`. */
export function versionOf(tool: GoTool): string {
  return tool.package.slice(tool.package.lastIndexOf('@v') + 2)
}

/**
 * The program, built now if it is not in the cache yet (minutes, for the large ones).
 *
 * @throws where Go is there but the build fails
 */
export async function goTool(tool: GoTool): Promise<Need> {
  const folder = join(CACHE, 'go', tool.folder)
  return built(join(folder, tool.binary), async (go) => {
    await run(go, ['install', tool.package], { env: { ...process.env, GOBIN: folder, GOFLAGS: '' } })
  })
}

/**
 * A program that is built from a module of this repository.
 *
 * @param folder that it is kept in, its version included
 * @param binary its name
 * @param module the folder that holds `go.mod`
 * @param program what is built: the module's own, or a package that it depends on
 * @param variables values of string variables by package and name, which the linker sets
 * @param environment of the Go command
 */
export async function goModule(
  folder: string,
  binary: string,
  module: string,
  program: string = '.',
  variables: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Need> {
  const path = join(CACHE, 'go', folder, binary)
  return built(path, async (go) => {
    // Without symbol tables: half the size, and half the time to link. The name is taken when the program is complete.
    const incomplete = `${path}.${process.pid}`
    const flags = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)
    await run(go, ['build', `-ldflags=${['-s -w', ...flags].join(' ')}`, '-o', incomplete, program], {
      cwd: module,
      env: { ...process.env, GOFLAGS: '', ...environment },
    })
    renameSync(incomplete, path)
  })
}

/** What `goModuleCopy` makes of a module before it builds it. */
interface CopiedModule {
  /** As `go mod download` takes it, with the version. */
  readonly module: string
  /** The package to build, as a folder of the copy. */
  readonly program: string
  /** Files that are added, by their path in the copy: the files themselves, or their text. */
  readonly files: Readonly<Record<string, URL | string>>
  /** Paths whose `replace` lines are dropped, as they name what the proxy does not serve. */
  readonly drop?: readonly string[]
  /** As for `goModule`. */
  readonly variables?: Readonly<Record<string, string>>
}

/**
 * A program that is built from a copy of a published module, with some files of ours. In its own copy a module's `replace`
 * lines count, and its internal packages can be imported; `go install` allows neither.
 *
 * @param folder that it is kept in, its version included
 * @param binary its name
 */
async function goModuleCopy(folder: string, binary: string, copied: CopiedModule): Promise<Need> {
  const path = join(CACHE, 'go', folder, binary)
  return built(path, async (go) => {
    const incomplete = `${path}.${process.pid}`
    const copy = `${incomplete}.source`
    const env = { ...process.env, GOFLAGS: '-mod=mod' }
    try {
      const { stdout } = await run(go, ['mod', 'download', '-json', copied.module], {
        env: { ...env, GOFLAGS: '' },
      })
      // The files of the module cache are read-only.
      await run('cp', ['-r', '--no-preserve=mode', JSON.parse(stdout).Dir, copy])
      for (const [name, content] of Object.entries(copied.files)) {
        mkdirSync(dirname(join(copy, name)), { recursive: true })
        if (typeof content === 'string') writeFileSync(join(copy, name), content)
        else cpSync(content, join(copy, name))
      }
      const drops = (copied.drop ?? []).map((one) => `-dropreplace=${one}`)
      if (drops.length > 0) await run(go, ['mod', 'edit', ...drops], { cwd: copy, env })
      const flags = Object.entries(copied.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`)
      const words = ['build', `-ldflags=${['-s -w', ...flags].join(' ')}`, '-o', incomplete, copied.program]
      await run(go, words, { cwd: copy, env })
      renameSync(incomplete, path)
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })
}

/** The version of kubectl, which its module counts from 0. */
export const KUBECTL_VERSION = '1.36.2'

/** kubectl, built from the module beside this file. */
export function kubectl(): Promise<Need> {
  return goModule('kubectl-v0.36.2', 'kubectl', fileURLToPath(new URL('kubectl', import.meta.url)))
}

/** What reads manifests of apps/v1 as strictly as the API server does, likewise. */
export function strictDecode(): Promise<Need> {
  const module = fileURLToPath(new URL('strict-decode', import.meta.url))
  return goModule('strict-decode-v0.36.2', 'strict-decode', module)
}

/** The version that go.mod of helmfile's module requires. */
export const HELMFILE_VERSION = '1.7.4'

/** helmfile, likewise. */
export function helmfile(): Promise<Need> {
  return goModule(
    `helmfile-v${HELMFILE_VERSION}`,
    'helmfile',
    fileURLToPath(new URL('helmfile', import.meta.url)),
  )
}

/** kube-linter: the Go proxy does not serve its own module path, so that a module beside this file replaces it. */
export function kubeLinter(): Promise<Need> {
  const module = fileURLToPath(new URL('kube-linter', import.meta.url))
  return goModule(
    'kube-linter-v0.8.3',
    'kube-linter',
    module,
    'golang.stackrox.io/kube-linter/cmd/kube-linter',
  )
}

/** kube-apiserver, likewise: some eight minutes of processor time on a bare machine. */
export function kubeApiserver(): Promise<Need> {
  const module = fileURLToPath(new URL('kube-apiserver', import.meta.url))
  // Its own build sets these. Charts read the version, and refuse to be installed without one.
  const version = 'k8s.io/component-base/version'
  return goModule(
    'kube-apiserver-v1.37.2',
    'kube-apiserver',
    module,
    'k8s.io/kubernetes/cmd/kube-apiserver',
    {
      [`${version}.gitMajor`]: '1',
      [`${version}.gitMinor`]: '37',
      [`${version}.gitVersion`]: 'v1.37.2',
    },
  )
}

/** etcd, which stores the API server's objects. */
export function etcd(): Promise<Need> {
  return goModule('etcd-v3.6.8', 'etcd', fileURLToPath(new URL('etcd', import.meta.url)))
}

/** What compiles and evaluates admission policies as API servers of several versions do, likewise. */
export function celEnvironment(): Promise<Need> {
  const module = fileURLToPath(new URL('cel-environment', import.meta.url))
  return goModule('cel-environment-v0.37.2', 'cel-environment', module)
}

/** A registry with the referrers API, likewise. */
export function referrersRegistry(): Promise<Need> {
  const module = fileURLToPath(new URL('referrers-registry', import.meta.url))
  return goModule('referrers-registry-v0.21.9', 'referrers-registry', module)
}

/** The command line of Flux. */
export function flux(): Promise<Need> {
  return goModuleCopy('flux-v2.9.5', 'flux', {
    module: 'github.com/fluxcd/flux2/v2@v2.9.5',
    program: './cmd/flux',
    // A release embeds the manifests of the controllers, for `flux install`.
    files: { 'cmd/flux/manifests/none.yaml': '# none' },
    variables: { 'main.VERSION': '2.9.5' },
  })
}

/** The decryption and the variable substitution of kustomize-controller; 1.9.5 is the version that flux 2.9.5 names. */
export function kustomizeController(): Promise<Need> {
  const api = 'github.com/fluxcd/kustomize-controller/api'
  return goModuleCopy('kustomize-controller-v1.9.5', 'kustomize-controller', {
    module: 'github.com/fluxcd/kustomize-controller@v1.9.5',
    program: './pinpull',
    files: { 'pinpull/main.go': new URL('kustomize-controller/main.go', import.meta.url) },
    drop: [api],
  })
}

/** The post-renderers of helm-controller, with upstream's Helm: the proxy does not serve Flux's fork, which they do not call. */
export function helmController(): Promise<Need> {
  return goModuleCopy('helm-controller-v1.6.3', 'helm-controller', {
    module: 'github.com/fluxcd/helm-controller@v1.6.3',
    program: './pinpull',
    files: { 'pinpull/main.go': new URL('helm-controller/main.go', import.meta.url) },
    drop: ['github.com/fluxcd/helm-controller/api', 'helm.sh/helm/v4'],
  })
}

async function built(path: string, build: (go: string) => Promise<void>): Promise<Need> {
  if (isExecutable(path)) return { kind: 'found', path }
  const go = findProgram('go', 'Go is not installed', '/usr/local/go/bin')
  if (go.kind === 'missing') return go
  mkdirSync(join(path, '..'), { recursive: true })
  // The module proxy may fail.
  await build(go.path).catch(() => build(go.path))
  return { kind: 'found', path }
}
