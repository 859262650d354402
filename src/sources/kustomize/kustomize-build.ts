import type { EditSession, ProgramResult } from '../source-edit.ts'

/** A program that builds kustomizations. */
export interface Builder {
  /** Its name and the version of kustomize in it: `kustomize v5.8.1`, `kubectl with kustomize v5.8.1`. */
  readonly name: string
  /** @param folder absolute, or relative to the working directory */
  readonly build: (folder: string) => Promise<ProgramResult>
}

/**
 * What a build gets instead of the user's environment: no program to start, and a proxy that nobody answers. A kustomization may
 * come from a stranger's pull request, and must not fetch or start anything just because somebody pins it. For the same reason no
 * flag allows plugins, functions or Helm.
 */
const CONFINED = {
  PATH: '/nonexistent',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  NO_PROXY: undefined,
  no_proxy: undefined,
  KUBECONFIG: '/nonexistent',
} as const

/**
 * Finds a program that builds kustomizations: kustomize, else kubectl.
 * @returns undefined if neither is installed
 */
export async function findBuilder({ run }: Pick<EditSession, 'run'>): Promise<Builder | undefined> {
  const options = { env: CONFINED }
  const own = await run('kustomize', ['version'], options)
  if (own.kind === 'done') {
    return {
      name: `kustomize ${versionIn(own.stdout)}`,
      build: (folder) => run('kustomize', ['build', '--', folder], options),
    }
  }
  const kubectl = await run('kubectl', ['version', '--client', '--output=json'], options)
  if (kubectl.kind !== 'done') return undefined
  return {
    name: `kubectl with kustomize ${versionIn(kubectl.stdout)}`,
    build: (folder) => run('kubectl', ['kustomize', '--', folder], options),
  }
}

/** The version of kustomize in what a program says about itself. */
function versionIn(text: string): string {
  const kustomize = /"kustomizeVersion":\s*"([^"]+)"/.exec(text)?.[1]
  return kustomize ?? /v\d+\.\d+\.\d+\S*/.exec(text)?.[0] ?? 'of an unknown version'
}
