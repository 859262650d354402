import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../../.cache/peers/', import.meta.url))

interface GoProgram {
  readonly name: string
  readonly module: string
  readonly version: string
  readonly package: string
  /** The variable that its build sets to the version, if it has one. */
  readonly versionVariable?: string
}

/** Other programs that pin images in a stream, at versions from Go's module proxy. */
const PEERS = {
  kbld: {
    name: 'kbld',
    module: 'carvel.dev/kbld',
    version: 'v0.46.0',
    package: 'carvel.dev/kbld/cmd/kbld',
    versionVariable: 'carvel.dev/kbld/pkg/kbld/version.Version',
  },
  digester: {
    name: 'k8s-digester',
    module: 'github.com/google/k8s-digester',
    version: 'v0.1.16',
    package: 'github.com/google/k8s-digester',
  },
  // No peer: it builds what others pin, which gives the times a scale.
  kustomize: {
    name: 'kustomize',
    module: 'sigs.k8s.io/kustomize/kustomize/v5',
    version: 'v5.8.1',
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
  },
} satisfies Record<string, GoProgram>

export interface Peers {
  readonly kbld: string
  readonly digester: string
  readonly kustomize: string
  /** Names and versions, including Go's. */
  readonly versions: readonly string[]
}

/** Builds the peers if they are not in the cache yet, which takes minutes. Needs Go. */
export function buildPeers(say: (line: string) => void): Peers {
  const go = execFileSync('go', ['version'], { encoding: 'utf8' }).trim()
  return {
    kbld: build(PEERS.kbld, say),
    digester: build(PEERS.digester, say),
    kustomize: build(PEERS.kustomize, say),
    versions: [
      ...Object.values(PEERS).map(({ name, version }) => `${name} ${version}`),
      go.replace('go version ', ''),
    ],
  }
}

/**
 * Does the same as `go install package@version`, but from a module of our own, which only needs this one version from the
 * proxy, and not the list of all versions.
 */
function build(peer: GoProgram, say: (line: string) => void): string {
  const { name, module, version, package: main, versionVariable } = peer
  const flags = versionVariable === undefined ? [] : [`-ldflags=-X ${versionVariable}=${version.slice(1)}`]
  const folder = join(CACHE, `${name}-${version}`)
  const program = join(folder, name)
  if (existsSync(program)) return program
  say(`building ${name} ${version} with Go`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'go.mod'), `module peer\n\ngo 1.24\n\nrequire ${module} ${version}\n`)
  writeFileSync(join(folder, 'peer.go'), `//go:build tools\n\npackage peer\n\nimport _ "${main}"\n`)
  execFileSync('go', ['mod', 'tidy'], { cwd: folder, stdio: 'pipe' })
  execFileSync('go', ['build', '-trimpath', ...flags, '-o', program, main], { cwd: folder, stdio: 'pipe' })
  return program
}
